"""A database that is put back to an older day gets back what others heard of it, and goes on as if it had not been."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from events import generations, relay
from events.deriver import derive_all
from events.domain import Recorded, Value
from events.opening import Store
from events.recovering import Recovery, take_back
from events.restoring import RelayIsRunning
from events.store import log
from events.store.codec import Codec
from events.wire.cloudevents import from_message
from events.wire.embedded import EmbeddedWire
from tests.events.backups import Safe, harvesting, opened, positions_told, restored, trading
from tests.events.grocer import crop_rows, open_grocer
from tests.events.harvest import HarvestMeasured
from tests.events.orchard import Plant, TreeRow
from tests.events.stores import happened, orchard_rows, tree_rows, whole_log
from tests.events.trade import Trade, do, heard_of, pick, plant, published_of, republish, until

TREES = tuple(f"t{number}" for number in range(6))

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is the same on both databases, and shown on both elsewhere."""


async def spring(orchard: Store) -> None:
    await plant(orchard, *TREES)
    for tree in TREES:
        await pick(orchard, tree, 1, 2)


async def summer(orchard: Store) -> None:
    await plant(orchard, "t6", "t7")
    for tree in (*TREES[:5], "t6"):
        await pick(orchard, tree, 3, 4)


async def autumn(orchard: Store) -> None:
    for tree in (*TREES, "t6", "t7"):
        await pick(orchard, tree, 5)


async def lost_summer(url: str, safe: Safe, next_door: Store, wire: EmbeddedWire) -> str:
    """Live through spring and summer; return the database as it was after spring."""
    async with trading(url, next_door, wire) as trade:
        await spring(trade.orchard)
    copy = safe.copy(url)
    async with trading(url, next_door, wire) as trade:
        await summer(trade.orchard)
    return copy


async def rows_of(store: Store) -> tuple[list[TreeRow], list[object]]:
    return await store.read(tree_rows), [*await store.read(orchard_rows)]


async def test_a_restored_log_goes_on_as_if_it_had_never_been_put_back(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire, tmp_path: Path
) -> None:
    copy = await lost_summer(database_url, safe, next_door, wire)
    async with opened(database_url) as lost:
        before = await published_of(Trade(orchard=lost, grocer=next_door, wire=wire))
    async with opened(copy) as orchard:
        report = await restored(orchard, wire)
        assert (report.events_taken_back, report.frozen) == (14, ())
        assert await published_of(Trade(orchard=orchard, grocer=next_door, wire=wire)) == before
    async with trading(copy, next_door, wire) as trade:
        await autumn(trade.orchard)
    async with opened(copy) as orchard, opened(f"sqlite:///{tmp_path / 'undisturbed.sqlite'}") as undisturbed:
        for season in (spring, summer, autumn):
            await season(undisturbed)
        assert await rows_of(orchard) == await rows_of(undisturbed)
        for tree in (*TREES, "t6", "t7"):
            assert await happened(orchard, f"tree-{tree}") == await happened(undisturbed, f"tree-{tree}")
        assert await heard_of(trade) == await published_of(replace(trade, orchard=orchard))
    assert all(len(ids) == 1 for ids in (await positions_told(wire)).values())
    assert sum(row.apples for row in await next_door.read(crop_rows)) == 6 * 3 + 6 * 7 + 8 * 5


@on_sqlite
async def test_what_comes_back_keeps_all_that_was_told_of_it(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await lost_summer(database_url, safe, next_door, wire)
    async with opened(database_url) as lost, opened(copy) as orchard:
        await restored(orchard, wire)
        kept = {each.envelope.id: each for each in await whole_log(orchard)}
        for each in await whole_log(lost):
            envelope = kept[each.envelope.id].envelope
            same = replace_all(envelope, position=0, recorded_at=None, actor="")
            assert same == replace_all(each.envelope, position=0, recorded_at=None, actor="")
            assert envelope.actor in {each.envelope.actor, "/services/orchard"}
        positions = [each.position for each in await whole_log(orchard)][-14:]
        assert min(positions) > max(each.position for each in await whole_log(lost))


def replace_all(value: Value, **fields: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__struct_fields__} | fields


async def test_a_second_time_there_is_nothing_to_do(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await lost_summer(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        first = await restored(orchard, wire)
        before = await whole_log(orchard)
        second = await restored(orchard, wire)
        assert (second.events_taken_back, second.highest_position) == (0, first.highest_position)
        assert await whole_log(orchard) == before
        await do(orchard, "t9", Plant())
        assert (await whole_log(orchard))[-1].position == before[-1].position + 1


@on_sqlite
async def test_it_may_be_interrupted_anywhere(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    chance = random.Random(5)  # noqa: S311 moments, not secrets
    copy = await lost_summer(database_url, safe, next_door, wire)
    for _ in range(10):
        async with opened(copy) as orchard:
            task = asyncio.create_task(restored(orchard, wire))
            await asyncio.sleep(chance.uniform(0, 0.02))
            task.cancel()
            await asyncio.wait([task])
    async with opened(database_url) as lost, opened(copy) as orchard:
        await restored(orchard, wire)
        assert await rows_of(orchard) == await rows_of(lost)


async def test_it_refuses_while_the_relay_runs(trade: Trade) -> None:
    async with trade.telling():
        await plant(trade.orchard, "t1")
        await until(trade.told_all)
        with pytest.raises(RelayIsRunning):
            await restored(trade.orchard, trade.wire)


@on_sqlite
async def test_a_relay_that_finds_an_older_day_waits_until_it_is_restored(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await lost_summer(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        trade = Trade(orchard=orchard, grocer=next_door, wire=wire)
        async with trade.telling():
            await until(lambda: stopped(trade))
        assert "attain restored orchard" in next(iter(trade.told.reasons.values()))
        await restored(orchard, wire)
        trade.told.reasons.clear()
        async with trade.telling(), trade.hearing():
            await autumn(orchard)
            await until(trade.heard_all)
        assert not trade.told.reasons


async def stopped(trade: Trade) -> bool:
    return bool(trade.told.reasons)


@on_sqlite
async def test_a_database_from_before_a_republication_goes_on_in_the_newest_generation(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    async with trading(database_url, next_door, wire) as trade:
        await spring(trade.orchard)
    copy = safe.copy(database_url)
    async with trading(database_url, next_door, wire) as trade:
        await republish(trade)
        await summer(trade.orchard)
    async with opened(copy) as orchard:
        assert (await restored(orchard, wire)).topic == generations.topic_of("orchard", 2)
    async with trading(copy, next_door, wire) as trade:
        await autumn(trade.orchard)
    assert (await trade.grocer.read(crop_rows))[0].baskets == "1 2 3 4 5"


async def test_one_who_hears_and_is_put_back_hears_again_what_it_lost(
    database_url: str, second_url: str, safe: Safe, wire: EmbeddedWire
) -> None:
    async with opened_grocer(second_url) as grocer, trading(database_url, grocer, wire) as trade:
        await spring(trade.orchard)
    copy = safe.copy(second_url)
    async with opened_grocer(second_url) as grocer, trading(database_url, grocer, wire) as trade:
        await summer(trade.orchard)
    async with opened_grocer(copy) as grocer, trading(database_url, grocer, wire) as trade:
        await autumn(trade.orchard)
        await until(trade.heard_all)
        assert await heard_of(trade) == await published_of(trade)


@asynccontextmanager
async def opened_grocer(url: str) -> AsyncGenerator[Store]:
    store = await open_grocer(url)
    yield store
    await store.close()


class HarvestMeasuredV1(Value):
    """An orchard has borne so much."""

    orchard: str
    apples: int


def publish_harvests(each: Recorded[Any]) -> Value | None:
    event = each.event
    return HarvestMeasuredV1(orchard=event.orchard, apples=event.apples) if isinstance(event, HarvestMeasured) else None


def recover_harvests(each: Recorded[Any]) -> Value | None:
    return HarvestMeasured(orchard=each.event.orchard, apples=each.event.apples)


@on_sqlite
async def test_derived_numbers_that_were_told_are_not_told_again(database_url: str, safe: Safe) -> None:
    async with harvesting(database_url) as orchard:
        await spring(orchard)
        await derive_all(orchard.journal)
    copy = safe.copy(database_url)
    async with harvesting(database_url) as orchard:
        await summer(orchard)
        await derive_all(orchard.journal)
        told = await happened(orchard, "harvest-north")
        pages = await orchard.read(lambda reading: log.page(reading, 0, 1_000))
        sent = relay.letters(orchard.journal, "orchard", publish_harvests, pages)
    recovery = Recovery(service="orchard", contracts=Codec((HarvestMeasuredV1,)), recover=recover_harvests)
    async with harvesting(copy) as orchard:
        letters = [from_message(each) for each in sent]
        await orchard.database.write(lambda writing: take_back(writing, orchard.journal, recovery, letters))
        await summer(orchard)
        await derive_all(orchard.journal)
        assert await happened(orchard, "harvest-north") == told
