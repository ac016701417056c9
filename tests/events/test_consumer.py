"""The loop that hears: whatever is delivered takes effect once, however often it comes and whoever else reads it."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from events import hearing
from events.consumer import record_batch, take_effect
from events.opening import Store
from events.wire.embedded import EmbeddedWire
from tests.events import listening
from tests.events.grocer import TreePlantedV1, basket, baskets, letter, open_grocer
from tests.events.listening import marks, nothing_is_left, reading, send, shelf, some, until_heard
from tests.events.stores import count, whole_log
from tests.events.transactions import held, until_blocked

ROOT = Path(__file__).parents[2]
TREES = tuple(f"t{number}" for number in range(8))

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def numbers(first: int, last: int) -> str:
    return " ".join(map(str, range(first, last + 1)))


async def test_what_is_sent_is_heard_and_the_next_start_goes_on_from_there(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    await send(wire, letter("t1", 1, TreePlantedV1(orchard="north")), basket("t1", 2, 5), basket("t2", 1, 6))
    async with listening.hearing(grocer, wire):
        await until_heard(grocer, {"t1": "5", "t2": "6"})
    await send(wire, basket("t1", 3, 7))
    async with listening.hearing(colleague, wire):
        await until_heard(colleague, {"t1": "5 7", "t2": "6"})
    assert await count(grocer) == sum((await marks(grocer)).values()) == 4


async def test_a_batch_that_is_delivered_twice_takes_effect_once(grocer: Store, wire: EmbeddedWire) -> None:
    await send(wire, *(basket(f"t{number % 3}", number, number) for number in range(1, 10)))
    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        await take_effect(grocer.journal, reader, batch)
        await take_effect(grocer.journal, reader, batch)
        assert await nothing_is_left(reader)
    assert await baskets(grocer) == {"t0": "3 6 9", "t1": "1 4 7", "t2": "2 5 8"}
    assert await count(grocer) == 9


async def test_what_is_sent_twice_is_heard_once(grocer: Store, wire: EmbeddedWire) -> None:
    told = [basket("t1", number, number) for number in range(1, 6)]
    for sent in (told, told[2:], [*told, basket("t1", 6, 6)]):
        await send(wire, *sent)
    async with listening.hearing(grocer, wire):
        await until_heard(grocer, {"t1": "1 2 3 4 5 6"})
    assert await count(grocer) == 6


async def test_who_finds_a_mark_moved_records_nothing_and_goes_on_at_the_marks(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    await send(wire, *(basket(f"t{number}", 1, number) for number in range(1, 9)))
    async with reading(grocer, wire) as slow, reading(colleague, wire) as fast:
        late = await some(slow)
        ahead = await some(fast, 5)
        await take_effect(colleague.journal, fast, ahead)
        await take_effect(grocer.journal, slow, late)
        assert await count(grocer) == 5
        rest = await some(slow)
        assert [each for each in late if each not in ahead] == sorted(rest, key=late.index)
        await take_effect(grocer.journal, slow, rest)
    assert await count(grocer) == 8


@on_postgres
async def test_of_two_who_begin_at_once_one_records_and_the_other_goes_on_after_it(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    await send(wire, basket("t1", 1, 1), basket("t1", 2, 2))
    async with reading(grocer, wire) as one, reading(colleague, wire) as other:
        batch, same = await some(one), await some(other)
        async with held(grocer, lambda writing: record_batch(writing, grocer.journal, batch)):
            waiting = asyncio.create_task(take_effect(colleague.journal, other, same))
            await until_blocked(grocer)
        await waiting
        assert await nothing_is_left(other)
        await send(wire, basket("t1", 3, 3))
        await take_effect(colleague.journal, other, await some(other))
    assert await baskets(grocer) == {"t1": "1 2 3"}
    assert await shelf(grocer) == []


@on_postgres
async def test_who_begins_beside_one_that_gives_up_begins_in_its_place(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    await send(wire, basket("t1", 1, 1))
    async with reading(colleague, wire) as reader:
        batch = await some(reader)
        async with held(grocer, lambda writing: record_batch(writing, grocer.journal, batch), given_up=True):
            waiting = asyncio.create_task(take_effect(colleague.journal, reader, batch))
            await until_blocked(grocer)
        await waiting
    assert await baskets(grocer) == {"t1": "1"}


@on_postgres
async def test_an_event_that_two_places_bring_at_once_is_recorded_once_and_not_parked(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    told = basket("t1", 1, 1)
    await send(wire, told, basket("t2", 1, 2))
    async with reading(colleague, wire) as reader:
        batch = await some(reader)
        async with held(grocer, lambda writing: hearing.hear(writing, grocer.journal, [told])):
            waiting = asyncio.create_task(take_effect(colleague.journal, reader, batch))
            await until_blocked(grocer)
        await waiting
        assert await nothing_is_left(reader)
    assert await baskets(grocer) == {"t1": "1", "t2": "2"}
    assert await shelf(grocer) == []


async def test_several_consumers_of_the_same_places_hear_everything_once(
    database_url: str, grocer: Store, wire: EmbeddedWire
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(3):
            store = await open_grocer(database_url)
            stack.push_async_callback(store.close)
            await stack.enter_async_context(listening.hearing(store, wire))
        for number in range(20, 80):
            await send(wire, *(basket(tree, number, number) for tree in TREES))
        await until_heard(grocer, dict.fromkeys(TREES, numbers(20, 79)))
    assert await count(grocer) == len(TREES) * 60


@pytest.mark.system
async def test_consumers_that_are_killed_in_the_middle_hear_everything_once(
    database_url: str, grocer: Store, wire: EmbeddedWire, tmp_path: Path
) -> None:
    chance = random.Random(3)  # noqa: S311 a schedule, not a secret
    last = 19
    processes = [await listen(database_url, tmp_path) for _ in range(2)]
    for _ in range(3):
        for number in range(last + 1, last + 41):
            await send(wire, *(basket(tree, number, number) for tree in TREES))
        last += 40
        await asyncio.sleep(chance.uniform(0, 0.2))
        processes.append(await replaced(processes.pop(0), database_url, tmp_path))
    await until_heard(grocer, dict.fromkeys(TREES, numbers(20, last)))
    for process in processes:
        process.kill()
        await process.communicate()
    assert await count(grocer) == len(TREES) * (last - 19)
    assert len({each.envelope.id for each in await whole_log(grocer)}) == await count(grocer)


async def listen(database_url: str, folder: Path) -> Process:
    command = [sys.executable, "-m", "tests.events.listener", database_url, str(folder / "wire.sqlite")]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def replaced(process: Process, database_url: str, folder: Path) -> Process:
    process.kill()
    await process.communicate()
    return await listen(database_url, folder)
