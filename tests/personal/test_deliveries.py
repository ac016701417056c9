"""Raw deliveries: sealed under a key of their source and day, unreadable once that has expired."""

from datetime import date

import pytest

from events.personal import BoxIsDamaged, KeyIsMissing, KeyStore
from tests.personal.conftest import Clock

MONDAY, TUESDAY = date(2026, 2, 2), date(2026, 2, 3)


async def sealed(keys: KeyStore, source: str, day: date, content: bytes) -> bytes:
    box = await keys.seal_bytes(source, day, content)
    assert box is not None
    return box


async def test_a_delivery_opens_again(keys: KeyStore, other: KeyStore) -> None:
    box = await sealed(keys, "hubspot", MONDAY, b'{"name":"Ada"}')
    assert b"Ada" not in box
    assert await other.open_bytes("hubspot", MONDAY, box) == b'{"name":"Ada"}'


async def test_an_empty_delivery_is_not_an_expired_one(keys: KeyStore) -> None:
    assert await keys.open_bytes("hubspot", MONDAY, await sealed(keys, "hubspot", MONDAY, b"")) == b""


async def test_a_delivery_belongs_to_its_source_and_day(keys: KeyStore) -> None:
    box = await sealed(keys, "hubspot", MONDAY, b"{}")
    await sealed(keys, "close", MONDAY, b"{}")
    with pytest.raises(BoxIsDamaged):
        await keys.open_bytes("close", MONDAY, box)
    with pytest.raises(KeyIsMissing):
        await keys.open_bytes("hubspot", TUESDAY, box)


async def test_keys_of_earlier_days_expire_and_stay_so(keys: KeyStore, other: KeyStore, clock: Clock) -> None:
    monday = await sealed(keys, "hubspot", MONDAY, b"1")
    tuesday = await sealed(keys, "hubspot", TUESDAY, b"2")
    person = await keys.seal("p1", "Ada")
    assert await other.open_bytes("hubspot", MONDAY, monday) == b"1"
    assert await keys.expire_delivery_keys(before=TUESDAY) == 1
    assert await keys.expire_delivery_keys(before=TUESDAY) == 0
    clock.seconds += 60
    for store in (keys, other):
        assert await store.open_bytes("hubspot", MONDAY, monday) is None
        assert await store.seal_bytes("hubspot", MONDAY, b"late") is None
        assert await store.open_bytes("hubspot", TUESDAY, tuesday) == b"2"
        assert await store.open(person) == "Ada"
