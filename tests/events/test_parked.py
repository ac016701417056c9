"""What is parked can be listed, looked at, retried and dropped; nothing is lost on the shelf, nothing is doubled."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import msgspec
import pytest

from events import hearing, parked
from events.hearing import StillUnreadable
from events.opening import Store
from events.parked import HEARD, KEY, Parked, ParkedIsUnknown
from events.store.session import Writing
from events.wire.cloudevents import Letter, from_structured
from events.wire.promises import Message
from tests.events.grocer import KNOWN_BEFORE, NOON, ROTTEN, basket, baskets, broken, messages, open_grocer
from tests.events.stores import whole_log
from tests.events.transactions import held, until_blocked

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def grocer(database_url: str) -> AsyncGenerator[Store]:
    """The grocer's store, as a release that reads small baskets only."""
    opened = await open_grocer(database_url, types=KNOWN_BEFORE)
    yield opened
    await opened.close()


@pytest.fixture
async def today(database_url: str, grocer: Store) -> AsyncGenerator[Store]:
    """The same store, opened by today's release."""
    opened = await open_grocer(database_url)
    yield opened
    await opened.close()


async def hear(store: Store, *letters: Letter) -> None:
    await store.database.write(lambda writing: hearing.hear(writing, store.journal, letters))


async def deliver(store: Store, *delivered: Message) -> None:
    await store.database.write(lambda writing: hearing.hear_messages(writing, store.journal, delivered))


async def retry(store: Store, entry: Parked) -> None:
    await store.database.write(lambda writing: hearing.retry(writing, store.journal, entry))


async def shelf(store: Store, kind: str | None = HEARD) -> list[Parked]:
    """Return what is parked, in the order of the streams."""
    entries = await store.read(lambda reading: reading.rows(parked.listed(kind), Parked))
    return sorted(entries, key=lambda each: (each.stream, each.sequence))


async def test_what_is_parked_is_listed_oldest_first_and_by_kind(grocer: Store) -> None:
    ids = [UUID(int=number) for number in (1, 2, 3)]

    def park(writing: Writing) -> None:
        for id_, kind in zip(reversed(ids), (KEY, HEARD, KEY), strict=True):
            what: dict[str, Any] = {"source": "", "stream": "s", "sequence": 1, "problem": "p", "box": b""}
            entry = Parked(id=id_, kind=kind, received_at=NOON, **what)
            writing.insert(parked.parked, [parked.row_of(entry)])

    await grocer.database.write(park)
    everything = await grocer.read(lambda reading: reading.rows(parked.listed(), Parked))
    assert [each.id for each in everything] == ids
    assert [each.kind for each in everything] == [KEY, HEARD, KEY]
    assert [each.id for each in await shelf(grocer, HEARD)] == [ids[1]]


async def test_one_is_shown_with_what_it_holds_and_why_it_waits(grocer: Store) -> None:
    large = basket("t1", 2, 500)
    await hear(grocer, large)
    [listed] = await shelf(grocer)
    shown = await grocer.read(lambda reading: parked.found(reading, listed.id))
    assert shown == listed
    assert from_structured(shown.box) == large
    assert (shown.kind, shown.source, shown.stream, shown.sequence) == (HEARD, "", "heard-orchard-tree-t1", 2)
    assert "$.count" in shown.problem
    assert shown.received_at == NOON


async def test_nothing_is_shown_of_what_is_not_parked(grocer: Store) -> None:
    with pytest.raises(ParkedIsUnknown):
        await grocer.read(lambda reading: parked.found(reading, UUID(int=1)))


async def test_a_retry_takes_the_whole_stream_in_its_order_when_it_can_be_read(grocer: Store, today: Store) -> None:
    await hear(grocer, basket("t1", 1, 1), basket("t1", 2, 500), basket("t2", 1, 900))
    await hear(grocer, basket("t1", 4, 4), basket("t1", 3, 3))
    _, third, _, other = await shelf(grocer)
    await retry(today, third)
    assert await baskets(today) == {"t1": "1 500 3 4"}
    assert await shelf(today) == [other]
    await hear(today, basket("t1", 5, 5), basket("t1", 2, 500))
    assert await baskets(today) == {"t1": "1 500 3 4 5"}


async def test_a_retry_that_helps_nothing_leaves_all_where_it_was_and_says_why(grocer: Store) -> None:
    await hear(grocer, basket("t1", 1, 1), basket("t1", 2, 500), basket("t1", 3, 3), broken("t1", 4))
    before = await shelf(grocer)
    for entry in before:
        with pytest.raises(StillUnreadable) as refused:
            await retry(grocer, entry)
        assert "$.count" in refused.value.details["problem"]
    assert await shelf(grocer) == before
    assert await baskets(grocer) == {"t1": "1"}


async def test_what_the_read_model_cannot_take_stays_parked_when_it_is_retried(grocer: Store) -> None:
    [rotten] = messages(basket("t1", 1, ROTTEN))
    await grocer.database.write(lambda writing: hearing.park_message(writing, grocer.journal, rotten, "rotten"))
    [entry] = await shelf(grocer)
    with pytest.raises(StillUnreadable) as refused:
        await retry(grocer, entry)
    assert refused.value.details["problem"].startswith("BasketIsRotten")
    assert await shelf(grocer) == [entry]
    assert await whole_log(grocer) == []


async def test_what_was_retried_or_dropped_cannot_be_retried(grocer: Store, today: Store) -> None:
    await hear(grocer, basket("t1", 1, 500), broken("t2", 1))
    large, bad = await shelf(grocer)
    await retry(today, large)
    await today.database.write(lambda writing: parked.drop(writing, [bad.id]))
    for entry in (large, bad):
        with pytest.raises(ParkedIsUnknown):
            await retry(today, entry)
    assert await baskets(today) == {"t1": "500"}


async def test_two_retries_at_once_take_it_once(grocer: Store, today: Store) -> None:
    await hear(grocer, *(basket("t1", number, 500) for number in range(1, 6)))
    first, *_, last = await shelf(grocer)
    outcomes = await asyncio.gather(retry(today, first), retry(today, last), return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "ParkedIsUnknown"]
    assert await baskets(today) == {"t1": "500 500 500 500 500"}
    assert await shelf(today) == []


async def test_what_is_dropped_is_gone_and_what_is_later_still_waits(grocer: Store) -> None:
    await hear(grocer, broken("t1", 1), basket("t1", 2, 2))
    bad, good = await shelf(grocer)
    await grocer.database.write(lambda writing: parked.drop(writing, [bad.id]))
    await hear(grocer, basket("t1", 3, 3))
    assert [each.sequence for each in await shelf(grocer)] == [2, 3]
    await retry(grocer, good)
    assert await baskets(grocer) == {"t1": "2 3"}
    assert await shelf(grocer) == []


async def test_a_message_that_was_no_letter_is_retried_alone(grocer: Store) -> None:
    [good] = messages(basket("t1", 1, 1))
    nameless = Message(key=good.key, headers={}, value=good.value)
    await deliver(grocer, nameless, *messages(broken("t1", 2)))
    bad = next(each for each in await shelf(grocer) if each.source == hearing.MALFORMED)
    with pytest.raises(StillUnreadable):
        await retry(grocer, bad)
    assert len(await shelf(grocer)) == 2
    # A release that reads more in a message finds the letter that this one holds.
    read = msgspec.structs.replace(bad, box=msgspec.json.encode(good))
    await grocer.database.write(lambda writing: writing.upsert(parked.parked, [parked.row_of(read)]))
    await retry(grocer, bad)
    assert [each.sequence for each in await shelf(grocer)] == [1, 2]
    assert {each.source for each in await shelf(grocer)} == {""}


@on_postgres
async def test_an_event_that_comes_during_a_retry_does_not_stay_behind(grocer: Store, today: Store) -> None:
    await hear(grocer, basket("t1", 1, 500), basket("t1", 2, 2))
    first, _ = await shelf(grocer)
    async with held(today, lambda writing: hearing.retry(writing, today.journal, first)):
        coming = asyncio.create_task(hear(grocer, basket("t1", 3, 3)))
        await until_blocked(grocer)
    await coming
    assert await shelf(grocer) == []
    assert await baskets(grocer) == {"t1": "500 2 3"}


@on_postgres
async def test_a_retry_takes_along_what_is_just_being_parked(grocer: Store, today: Store) -> None:
    await hear(grocer, basket("t1", 1, 500))
    [first] = await shelf(grocer)
    async with held(grocer, lambda writing: hearing.hear(writing, grocer.journal, [basket("t1", 2, 2)])):
        retrying = asyncio.create_task(retry(today, first))
        await until_blocked(grocer)
    await retrying
    assert await shelf(grocer) == []
    assert await baskets(grocer) == {"t1": "500 2"}
