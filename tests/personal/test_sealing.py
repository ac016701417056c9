"""Personal text: readable with its person's key and never otherwise."""

import asyncio
import sqlite3
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.domain import Personal
from events.personal import BoxIsDamaged, KeyIsMissing, KeyStore, MasterKeyIsWrong, PersonWasErased, open_keys
from events.personal.boxes import Key
from tests.personal.conftest import MASTER_KEY, Clock

SEAL_IN_A_PROCESS = """
import asyncio, sys
from events.personal import open_keys

async def main():
    keys = await open_keys(sys.argv[1], bytes(range(32)))
    for number in range(20):
        print(repr((await keys.seal(f"p{number}", "Ada")).mac))
    await keys.close()

asyncio.run(main())
"""


async def test_a_sealed_text_opens_again(keys: KeyStore, other: KeyStore) -> None:
    sealed = await keys.seal("p1", "Ada Lövelace 🚀")
    assert await keys.open(sealed) == "Ada Lövelace 🚀"
    assert await other.open(sealed) == "Ada Lövelace 🚀"


async def test_a_sealed_text_does_not_show_the_text(keys: KeyStore) -> None:
    sealed = await keys.seal("p1", "Ada Lovelace")
    shown = b64decode(sealed.box) + b64decode(sealed.mac)
    assert b"Ada" not in shown
    assert (await keys.seal("p1", "Ada Lovelace")).box != sealed.box


async def test_equal_texts_of_one_person_have_equal_macs_and_of_two_have_not(keys: KeyStore) -> None:
    ada, again, changed, bob = await keys.seal_many([("p1", "Ada"), ("p1", "Ada"), ("p1", "Ade"), ("p2", "Ada")])
    assert ada.mac == again.mac
    assert len({ada.mac, changed.mac, bob.mac}) == 3


async def test_many_texts_keep_their_order(keys: KeyStore, clock: Clock) -> None:
    texts = [(f"p{number % 40}", f"text {number}") for number in range(400)]
    sealed = await keys.seal_many(texts)
    clock.seconds += 61
    assert await keys.open_many(sealed) == [text for _, text in texts]
    assert await keys.open_many([]) == []


async def test_an_erased_person_can_be_read_no_more(keys: KeyStore) -> None:
    ada, bob = await keys.seal_many([("p1", "Ada"), ("p2", "Bob")])
    await keys.erase("p1")
    await keys.erase("p1")
    assert await keys.open_many([ada, bob]) == [None, "Bob"]


async def test_an_erased_person_never_gets_another_key(keys: KeyStore, other: KeyStore, clock: Clock) -> None:
    await keys.erase("p1")
    for store in (keys, other):
        with pytest.raises(PersonWasErased):
            await store.seal_many([("p2", "Bob"), ("p1", "Ada")])
    clock.seconds += 61
    with pytest.raises(PersonWasErased):
        await keys.seal("p1", "Ada")


async def test_another_process_knows_of_an_erasure_within_a_minute(
    keys: KeyStore, other: KeyStore, clock: Clock
) -> None:
    sealed = await keys.seal("p1", "Ada")
    assert await other.open(sealed) == "Ada"
    await keys.erase("p1")
    clock.seconds += 60
    assert await other.open(sealed) is None


async def test_a_person_without_a_key_is_not_taken_for_an_erased_one(keys: KeyStore) -> None:
    sealed = await keys.seal("p1", "Ada")
    with pytest.raises(KeyIsMissing):
        await keys.open(Personal(person_id="p2", box=sealed.box, mac=sealed.mac))


async def test_a_text_cannot_be_passed_off_as_about_another_person(keys: KeyStore) -> None:
    ada, bob = await keys.seal_many([("p1", "Ada"), ("p2", "Bob")])
    with pytest.raises(BoxIsDamaged):
        await keys.open(Personal(person_id="p2", box=ada.box, mac=ada.mac))
    with pytest.raises(BoxIsDamaged):
        await keys.open(Personal(person_id="p2", box=bob.box, mac=ada.mac))


def shortened(text: str) -> str:
    return b64encode(b64decode(text)[:-1]).decode()


def flipped(text: str) -> str:
    raw = b64decode(text)
    return b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()


def emptied(text: str) -> str:
    return text[:0]


def misspelt(text: str) -> str:
    return "*" + text[1:]


def foreign(text: str) -> str:
    return text + "ä"


@pytest.mark.parametrize("change", [shortened, flipped, emptied, misspelt, foreign])
@pytest.mark.parametrize("field", ["box", "mac"])
async def test_a_changed_text_is_an_error(keys: KeyStore, field: str, change: Callable[[str], str]) -> None:
    sealed = await keys.seal("p1", "Ada")
    fields = {"box": sealed.box, "mac": sealed.mac}
    fields[field] = change(fields[field])
    with pytest.raises(BoxIsDamaged):
        await keys.open(Personal(person_id="p1", **fields))


@for_all(content=st.binary(max_size=200), owner=st.text(max_size=20), secret=st.binary(min_size=32, max_size=32))
def test_every_content_comes_out_of_its_box(content: bytes, owner: str, secret: bytes) -> None:
    key = Key(secret)
    assert key.open(key.seal(content, owner), owner) == content


@for_all(content=st.binary(max_size=50), place=st.integers(0), bits=st.integers(1, 255))
def test_no_byte_of_a_box_can_be_changed(content: bytes, place: int, bits: int) -> None:
    key = Key(MASTER_KEY)
    box = bytearray(key.seal(content, "p1"))
    box[place % len(box)] ^= bits
    with pytest.raises(BoxIsDamaged):
        key.open(bytes(box), "p1")


def test_a_box_opens_neither_for_another_owner_nor_with_another_key() -> None:
    box = Key(MASTER_KEY).seal(b"Ada", "p1")
    with pytest.raises(BoxIsDamaged):
        Key(MASTER_KEY).open(box, "p2")
    with pytest.raises(BoxIsDamaged):
        Key(bytes(32)).open(box, "p1")


async def test_two_processes_that_seal_at_once_use_one_key(keys: KeyStore, other: KeyStore) -> None:
    people = [f"p{number}" for number in range(50)]
    here, there = await asyncio.gather(
        keys.seal_many([(person, "Ada") for person in people]),
        other.seal_many([(person, "Ada") for person in reversed(people)]),
    )
    assert [each.mac for each in here] == [each.mac for each in reversed(there)]


@pytest.mark.system
async def test_two_real_processes_that_seal_at_once_use_one_key(database_url: str, keys: KeyStore) -> None:
    command = [sys.executable, "-c", SEAL_IN_A_PROCESS, database_url]
    started = [await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(3)]
    said = {(await each.communicate())[0] for each in started}
    assert len(said) == 1
    assert len(said.pop().splitlines()) == 20


async def test_two_processes_may_make_the_store_at_once(database_url: str) -> None:
    stores = await asyncio.gather(*(open_keys(database_url, MASTER_KEY) for _ in range(5)))
    sealed = await stores[0].seal("p1", "Ada")
    assert [await store.open(sealed) for store in stores] == ["Ada"] * 5
    for store in stores:
        await store.close()


async def test_another_master_key_is_noticed_at_once(keys: KeyStore, database_url: str) -> None:
    with pytest.raises(MasterKeyIsWrong):
        await open_keys(database_url, bytes(32))


async def test_an_erased_key_is_in_no_file_any_more(tmp_path: Path) -> None:
    keys = await open_keys(f"sqlite:///{tmp_path / 'keys.db'}", MASTER_KEY)
    await keys.seal_many([(f"p{number}", "text") for number in range(100)])
    wrapped = wrapped_key(tmp_path / "keys.db", "p50")
    assert wrapped in files_of(tmp_path)
    await keys.erase("p50")
    assert wrapped not in files_of(tmp_path)
    await keys.close()


def files_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def wrapped_key(path: Path, person_id: str) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        [wrapped] = database.execute("SELECT wrapped FROM keys WHERE owner = ?", [f"person/{person_id}"]).fetchone()
    return wrapped
