"""A topic's next generation brings the whole history again, while everything runs; nobody hears anything twice."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Any

import pytest

from events import generations, relay
from events.domain import Recorded, Value
from events.execute import execute
from events.generations import GenerationHasChanged, topic_of
from events.opening import Store
from events.stops import Stops
from events.store import readers
from events.store.tail import PREFIX, Tail
from events.wire.promises import Wire
from tests.events.grocer import TreePlantedV1, baskets, publish
from tests.events.orchard import TREE, Pick, TreePlanted
from tests.events.stores import asking
from tests.events.trade import (
    Trade,
    heard_of,
    pick,
    pick_all_day,
    plant,
    published_of,
    republish,
    running,
    sent_ids,
    until,
)

TREES = tuple(f"t{number}" for number in range(5))


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is the same on both databases, and shown on both elsewhere."""


async def mark(store: Store, name: str) -> int:
    return await store.read(lambda reading: readers.mark_of(reading, name))


async def messages_in(wire: Wire, *generation_numbers: int) -> list[int]:
    ends = [await wire.ends(topic_of("orchard", number)) for number in generation_numbers]
    return [sum(each.values()) for each in ends]


def tell_trees_only(recorded: Recorded[Any]) -> Value | None:
    """Tell what an older release told."""
    return publish(recorded) if isinstance(recorded.event, TreePlanted) else None


def test_the_first_generation_has_the_plain_name_and_the_others_a_number() -> None:
    assert [topic_of("goals", number) for number in (1, 2, 10)] == [
        "attain.goals.v1",
        "attain.goals.v1.g2",
        "attain.goals.v1.g10",
    ]
    others = ["attain.goals.v1.g02", "attain.goals.v2", "attain.feedback.v1.g7", "attain.goals.v1.g3.copy"]
    assert generations.generations_of("goals", ["attain.goals.v1.g10", "attain.goals.v1", *others]) == [10, 1]


async def test_a_new_generation_holds_the_whole_history_under_the_same_ids(trade: Trade) -> None:
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, "t1", "t2")
        await pick(trade.orchard, "t1", 1, 0, 3)
        await until(trade.heard_all)
        assert await republish(trade) == 2
        await until(trade.told_all)
    first, second = [await sent_ids(trade.wire, topic_of("orchard", number)) for number in (1, 2)]
    assert sorted(first) == sorted(second)


@on_sqlite
async def test_from_then_on_only_the_new_topic_gets_messages(trade: Trade) -> None:
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.told_all)
        await republish(trade)
        await until(trade.told_all)
        await pick(trade.orchard, "t1", 1, 2, 3)
        await until(trade.heard_all)
    assert await messages_in(trade.wire, 1, 2) == [5, 8]


async def test_history_is_republished_under_load_twice_and_nothing_is_lost_doubled_or_out_of_order(
    trade: Trade,
) -> None:
    await plant(trade.orchard, *TREES)
    async with trade.telling(), trade.hearing():
        async with asyncio.TaskGroup() as day:
            work = [day.create_task(pick_all_day(trade.orchard, tree)) for tree in TREES]
            for _ in range(2):
                await asyncio.sleep(0.3)
                await republish(trade)
            await asyncio.sleep(0.3)
            for each in work:
                each.cancel()
        await until(trade.heard_all)
    assert await heard_of(trade) == await published_of(trade)
    assert await mark(trade.orchard, generations.GENERATION) == 3


async def test_a_relay_that_is_stopped_anywhere_in_a_republication_goes_on_from_there(trade: Trade) -> None:
    chance = random.Random(8)  # noqa: S311 moments, not secrets
    await plant(trade.orchard, *TREES)
    for tree in TREES:
        await execute(trade.orchard, TREE, tree, Pick(baskets=(1, 2, 0, 3) * 50), asking())
    async with trade.telling():
        await until(trade.told_all)
    await republish(trade)
    async with trade.hearing():
        for _ in range(12):
            async with trade.telling():
                await asyncio.sleep(chance.uniform(0, 0.04))
        async with trade.telling():
            await until(trade.told_all)
            await until(trade.heard_all)
    first, second = [set(await sent_ids(trade.wire, topic_of("orchard", number))) for number in (1, 2)]
    assert first == second
    assert await heard_of(trade) == await published_of(trade)


@on_sqlite
async def test_a_generation_that_was_only_made_holds_nobody_up_and_is_taken_by_the_next_call(trade: Trade) -> None:
    await trade.wire.create(topic_of("orchard", 2))
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.heard_all)
        assert await messages_in(trade.wire, 1, 2) == [5, 0]
        assert await republish(trade) == 2
        await until(trade.told_all)
    assert await messages_in(trade.wire, 1, 2) == [5, 5]


async def test_of_two_who_republish_at_once_one_begins(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both have seen the same generation before either makes the next topic: that is what at once means.
    seen, create = asyncio.Barrier(2), trade.wire.create

    async def create_together(topic: str) -> None:
        await seen.wait()
        await create(topic)

    monkeypatch.setattr(trade.wire, "create", create_together)
    both: list[Awaitable[int]] = [republish(trade), republish(trade)]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["MarkWasMoved", "int"]
    assert 2 in done
    assert await mark(trade.orchard, generations.GENERATION) == 2


@on_sqlite
async def test_a_page_that_was_sent_to_the_old_topic_is_sent_to_the_new_one_too(trade: Trade) -> None:
    await plant(trade.orchard, *TREES)
    tail = Tail(trade.orchard.database, 0)
    await republish(trade)
    with pytest.raises(GenerationHasChanged):
        await relay.relay_page(trade.orchard.journal, trade.wire, "orchard", publish, tail)
    assert await mark(trade.orchard, PREFIX) == 0
    async with trade.telling(), trade.hearing():
        await until(trade.heard_all)
    assert await messages_in(trade.wire, 1, 2) == [5, 5]


async def test_the_closed_prefix_never_goes_back_and_moves_on_with_the_new_mark(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAGES_MAX", 1)
    await plant(trade.orchard, "t1")
    await execute(trade.orchard, TREE, "t1", Pick(baskets=(1,) * relay.BATCH_SIZE_MAX), asking())
    async with trade.telling():
        await until(trade.told_all)
    count = relay.BATCH_SIZE_MAX + 1
    await republish(trade)
    await pick(trade.orchard, "t1", 1)
    tail = Tail(trade.orchard.database, 0)
    seen: list[tuple[int, int]] = []
    while await relay.relay_page(trade.orchard.journal, trade.wire, "orchard", publish, tail, 2):
        seen.append((await mark(trade.orchard, generations.mark_of(2)), await mark(trade.orchard, PREFIX)))
    assert seen == [(count - 1, count), (count + 1, count + 1)]


@on_sqlite
async def test_contracts_that_were_added_later_get_their_past(trade: Trade) -> None:
    await plant(trade.orchard, "t1")
    await pick(trade.orchard, "t1", 4, 0, 2)
    older = relay.run(trade.orchard.journal, trade.wire, "orchard", tell_trees_only, Stops())
    async with trade.hearing():
        async with running(older):
            await until(trade.told_all)
        assert await baskets(trade.grocer) in ({}, {"t1": ""})
        await republish(trade)
        async with trade.telling():
            await until(trade.heard_all)
    assert await baskets(trade.grocer) == {"t1": "4 2"}


@on_sqlite
async def test_a_contract_of_the_past_that_comes_after_later_ones_is_folded_in_its_place(trade: Trade) -> None:
    await plant(trade.orchard, "t1")
    await pick(trade.orchard, "t1", 4, 5)

    def tell_large_baskets(recorded: Recorded[Any]) -> Value | None:
        contract = publish(recorded)
        return contract if isinstance(contract, TreePlantedV1) or recorded.version == 3 else None

    async with trade.hearing():
        async with running(relay.run(trade.orchard.journal, trade.wire, "orchard", tell_large_baskets, Stops())):
            await until(trade.told_all)
        await republish(trade)
        async with trade.telling():
            await until(trade.heard_all)
    assert await baskets(trade.grocer) == {"t1": "4 5"}
