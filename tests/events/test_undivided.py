"""A loop that is told to stop stops when its batch is done: nothing is sent, heard or derived by halves."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from events import deriver, relay
from events.execute import execute
from events.opening import Store
from events.stops import Stops
from events.store import readers
from events.store.tail import PREFIX
from events.undivided import undivided
from events.wire.embedded import EmbeddedWire
from events.wire.promises import Message
from tests.events.grocer import baskets, publish
from tests.events.harvest import HARVESTS, HarvestRow, harvests
from tests.events.orchard import TREE, Pick, Plant
from tests.events.stores import asking, marked, open_orchard
from tests.events.trade import Trade, until


class Work:
    """Some work that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()
        self.done = False

    async def __call__(self, fails: Exception | None = None) -> str:
        """Work."""
        self.begun.set()
        await self.let_go.wait()
        if fails is not None:
            raise fails
        self.done = True
        return "done"


@pytest.fixture
def work() -> Work:
    return Work()


async def cancelled(task: asyncio.Task[str]) -> bool:
    await asyncio.wait([task])
    return task.cancelled()


async def test_work_that_is_left_alone_answers_and_fails_as_ever(work: Work) -> None:
    work.let_go.set()
    assert await undivided(work()) == "done"
    with pytest.raises(KeyError):
        await undivided(work(fails=KeyError()))


async def test_work_is_done_to_its_end_when_its_task_is_cancelled(work: Work) -> None:
    task = asyncio.create_task(undivided(work()))
    await work.begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    work.let_go.set()
    assert await cancelled(task)
    assert work.done


async def test_an_error_at_the_end_does_not_hide_that_the_task_was_cancelled(work: Work) -> None:
    task = asyncio.create_task(undivided(work(fails=KeyError())))
    await work.begun.wait()
    task.cancel()
    work.let_go.set()
    assert await cancelled(task)


async def test_work_that_takes_too_long_is_cut_off(work: Work) -> None:
    task = asyncio.create_task(undivided(work(), grace_seconds=0.01))
    await work.begun.wait()
    task.cancel()
    assert await cancelled(task)
    assert not work.done


async def test_whoever_cancels_twice_does_not_want_to_wait(work: Work) -> None:
    task = asyncio.create_task(undivided(work(), grace_seconds=60))
    await work.begun.wait()
    task.cancel()
    await asyncio.sleep(0.01)
    task.cancel()
    assert await cancelled(task)
    assert not work.done


class SlowWire(EmbeddedWire):
    """Says when it has sent, and answers only when it is let go."""

    sent: asyncio.Event
    let_go: asyncio.Event

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Send, then wait."""
        await super().send(topic, messages)
        self.sent.set()
        await self.let_go.wait()


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncGenerator[SlowWire]:
    opened = await SlowWire.open(tmp_path / "slow.sqlite")
    opened.sent, opened.let_go = asyncio.Event(), asyncio.Event()
    yield opened
    await opened.aclose()


async def test_a_relay_that_is_stopped_while_it_sends_moves_its_mark(store: Store, wire: SlowWire) -> None:
    done = await execute(store, TREE, "t1", Plant(), asking())
    loop = asyncio.create_task(relay.run(store.journal, wire, "orchard", publish, Stops()))
    await wire.sent.wait()
    loop.cancel()
    await asyncio.sleep(0.01)
    wire.let_go.set()
    await asyncio.wait([loop])

    assert await store.read(lambda reading: readers.mark_of(reading, PREFIX)) == done.position
    assert sum((await wire.ends("attain.orchard.v1")).values()) == 1


async def test_loops_that_are_stopped_at_any_moment_leave_no_half_work_behind(trade: Trade, wire: SlowWire) -> None:
    wire.let_go.set()
    await execute(trade.orchard, TREE, "t1", Plant(), asking())
    for number in range(30):
        await execute(trade.orchard, TREE, "t1", Pick(baskets=(20 + number,)), asking())
        async with trade.telling(), trade.hearing():
            await asyncio.sleep(number * 0.0005)
    async with trade.telling(), trade.hearing():
        await until(trade.heard_all)

    assert await baskets(trade.grocer) == {"t1": " ".join(map(str, range(20, 50)))}
    assert sum((await wire.ends("attain.orchard.v1")).values()) == 31


async def test_a_deriver_that_is_stopped_leaves_the_marks_of_what_it_has_not_derived(database_url: str) -> None:
    store = await open_orchard(database_url, derivations=(HARVESTS,))
    for number in range(1, 21):
        await execute(store, TREE, f"t{number}", Plant(orchard=f"o{number}"), asking())
        loop = asyncio.create_task(deriver.run(store.journal))
        await asyncio.sleep(number * 0.0005)
        loop.cancel()
        await asyncio.wait([loop])
    await deriver.derive_all(store.journal)
    assert await marked(store) == 0
    rows = await store.read(lambda reading: reading.rows(harvests.select(), HarvestRow))
    await store.close()
    assert {row.orchard for row in rows} == {f"o{number}" for number in range(1, 21)}


async def test_a_store_waits_for_what_was_submitted_before_it_closes(store: Store) -> None:
    asked = [asyncio.create_task(execute(store, TREE, f"t{n}", Plant(), asking())) for n in range(50)]
    await asyncio.sleep(0)
    for each in asked[::2]:
        each.cancel()
    await store.commits.aclose()

    _, waiting = await asyncio.wait(asked, timeout=0)
    assert not waiting
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in answers] == [True, False] * 25
