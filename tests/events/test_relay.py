"""The loop that tells: everything that others should hear, in the log's order, at least once and never lost."""

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from events import hearing, journal, relay
from events.domain import Recorded, Value
from events.execute import execute
from events.journal import Entry
from events.opening import Store
from events.store import readers
from events.store.ids import new_id
from events.store.readers import MarkWasMoved
from events.store.tail import PREFIX, Tail
from events.wire.cloudevents import Letter, from_message
from events.wire.embedded import EmbeddedWire
from events.wire.promises import Wire
from tests.events import listening
from tests.events.grocer import ApplesPickedV1, basket, open_grocer, publish
from tests.events.interrupted_wire import InterruptedWire, failing
from tests.events.listening import TOPIC, until_heard
from tests.events.orchard import TREE, ApplesPicked, Fell, Pick, Plant
from tests.events.stores import NOON, asking, open_orchard, whole_log
from tests.events.transactions import held

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SECONDS_MAX = 30
LOOKS_MAX = 2_000
PAUSE_SECONDS = 0.005

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncGenerator[InterruptedWire]:
    """A wire, empty, that can be interrupted."""
    opened = await InterruptedWire.open(tmp_path / "wire.sqlite")
    yield opened
    await opened.aclose()


@pytest.fixture
async def listener(tmp_path: Path) -> AsyncGenerator[Store]:
    """The store of the grocer, who has a database of their own."""
    opened = await open_grocer(f"sqlite:///{tmp_path / 'grocer.sqlite'}")
    yield opened
    await opened.close()


@asynccontextmanager
async def telling(store: Store, wire: Wire) -> AsyncGenerator[asyncio.Task[None]]:
    """Tell of the orchard as long as the block lasts."""
    loop = asyncio.create_task(relay.run(store.journal, wire, "orchard", publish))
    try:
        yield loop
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


async def tell(store: Store, wire: Wire, tail: Tail | None = None) -> bool:
    """Tell one page, from the beginning of the log or where a tail is."""
    return await relay.relay_page(store.journal, wire, "orchard", publish, tail or Tail(store.database, 0))


async def mark(store: Store) -> int:
    return await store.read(lambda reading: readers.mark_of(reading, PREFIX))


async def until_told(store: Store, position: int) -> None:
    for _ in range(LOOKS_MAX):
        if await mark(store) >= position:
            return
        await asyncio.sleep(PAUSE_SECONDS)
    assert await mark(store) == position


async def sent(wire: EmbeddedWire) -> list[Letter]:
    """Return all letters on the wire."""
    count = sum((await wire.ends(TOPIC)).values())
    async with wire.reader("all", [TOPIC], listening.from_the_beginning) as reader:
        delivered = await reader.read(count + 1, 0.0)
    return [from_message(each.message) for each in delivered]


async def grow(store: Store, trees: Sequence[str], *picked: int) -> int:
    """Plant trees and pick so many apples from each; return the log's last position."""
    for tree in trees:
        await execute(store, TREE, tree, Plant(), asking())
        await execute(store, TREE, tree, Pick(baskets=picked), asking())
    return len(trees) * (1 + len(picked))


async def test_what_happened_is_told_in_the_order_of_the_log(store: Store, wire: InterruptedWire) -> None:
    chance = random.Random(5)  # noqa: S311 a history, not a secret
    trees = [f"t{number}" for number in range(6)]
    await grow(store, trees, 1)
    for count in range(2, 40):
        await execute(store, TREE, chance.choice(trees), Pick(baskets=(count,)), asking())
    tail = Tail(store.database, 0)
    while await tell(store, wire, tail):
        pass
    letters = await sent(wire)
    log = await whole_log(store)
    assert sorted((each.position, each.subject, each.sequence) for each in letters) == [
        (each.position, each.envelope.stream, each.version) for each in log
    ]
    for tree in trees:
        told = [each.position for each in letters if each.subject == f"tree-{tree}"]
        assert told == sorted(told)
    assert await mark(store) == log[-1].position


async def test_a_letter_says_everything_that_the_log_knows_of_its_event(store: Store, wire: InterruptedWire) -> None:
    entry = Entry(
        stream="tree-t1",
        version=1,
        id=new_id(),
        event=ApplesPicked(count=5),
        occurred_at=NOON - timedelta(days=2),
        actor="ada",
        correlation_id=UUID(int=7),
        causation_id=UUID(int=8),
        traceparent=TRACE,
    )
    await store.database.write(lambda writing: journal.record(writing, store.journal, [entry]))
    await tell(store, wire)
    assert await sent(wire) == [
        Letter(
            id=entry.id,
            source="/services/orchard",
            type="attain.orchard.ApplesPicked.v1",
            subject="tree-t1",
            time=NOON - timedelta(days=2),
            dataschema="https://schemas.attain.example/orchard/ApplesPicked/v1",
            sequence=1,
            position=1,
            correlation_id=UUID(int=7),
            causation_id=UUID(int=8),
            traceparent=TRACE,
            data=b'{"type":"ApplesPickedV1","count":5}',
        )
    ]


async def test_what_nobody_should_hear_is_passed_over_and_the_mark_moves_on(
    store: Store, wire: InterruptedWire
) -> None:
    await grow(store, ["t1"], 0, 5, 0)
    await execute(store, TREE, "t1", Fell(), asking())
    assert await tell(store, wire)
    assert [each.sequence for each in await sent(wire)] == [1, 3]
    assert await mark(store) == 5


async def test_what_was_heard_is_never_told_again(grocer: Store, wire: InterruptedWire) -> None:
    heard = [basket("t1", 1, 1), basket("t1", 2, 2, type="com.example.TreePainted")]
    await grocer.database.write(lambda writing: hearing.hear(writing, grocer.journal, heard))

    def everything(recorded: Recorded[Value]) -> Value:
        return ApplesPickedV1(count=recorded.position)

    tail = Tail(grocer.database, 0)
    assert await relay.relay_page(grocer.journal, wire, "orchard", everything, tail)
    assert await sent(wire) == []
    assert await mark(grocer) == 2


async def test_the_mark_moves_only_when_all_is_sent(store: Store, wire: InterruptedWire) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(await mark(store))

    wire.before = wire.after = look
    await grow(store, ["t1"], 1)
    await tell(store, wire)
    assert seen == [0, 0]
    assert await mark(store) == 2


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_page_that_was_not_sent_to_the_end_is_told_again(
    store: Store, wire: InterruptedWire, moment: str
) -> None:
    await grow(store, ["t1"], 1)
    setattr(wire, moment, failing(1))
    with pytest.raises(ConnectionResetError):
        await tell(store, wire)
    assert await mark(store) == 0
    assert await tell(store, wire)
    assert {each.sequence for each in await sent(wire)} == {1, 2}
    assert await mark(store) == 2


async def test_a_wire_that_fails_is_tried_again_from_the_mark(
    store: Store, wire: InterruptedWire, listener: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(relay, "BATCH_SIZE_MAX", 3)
    wire.before, wire.after = failing(3), failing(2)
    last = await grow(store, ["t1", "t2"], 1, 2, 3)
    async with telling(store, wire), listening.hearing(listener, wire):
        await until_told(store, last)
        await until_heard(listener, {"t1": "1 2 3", "t2": "1 2 3"})
        more = last + await grow(store, ["t3"], 4)
        await until_told(store, more)
        await until_heard(listener, {"t1": "1 2 3", "t2": "1 2 3", "t3": "4"})
    assert len(await whole_log(listener)) == more


async def test_what_is_told_twice_because_a_relay_died_before_its_mark_is_heard_once(
    store: Store, wire: InterruptedWire, listener: Store
) -> None:
    await grow(store, ["t1"], 1, 2)
    is_sent = asyncio.Event()

    async def hang() -> None:
        is_sent.set()
        await asyncio.Event().wait()

    wire.after = hang
    async with telling(store, wire):
        await is_sent.wait()
    assert await mark(store) == 0
    wire.after = failing(0)
    async with telling(store, wire), listening.hearing(listener, wire):
        await until_told(store, 3)
        await until_heard(listener, {"t1": "1 2"})
    assert [each.sequence for each in await sent(wire)] == [1, 2, 3, 1, 2, 3]
    assert len(await whole_log(listener)) == 3


async def test_of_two_relays_one_tells_and_the_other_takes_over_when_it_ends(
    store: Store, wire: InterruptedWire, database_url: str
) -> None:
    second = await open_orchard(database_url)
    async with telling(store, wire) as first:
        last = await grow(store, ["t1"], 1)
        await until_told(store, last)
        async with telling(second, wire):
            for number in range(2, 12):
                last += await grow(store, [f"t{number}"], number)
            await until_told(store, last)
            assert len(await sent(wire)) == last
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            last += await grow(store, ["t0"], 5)
            await until_told(store, last)
    assert sorted(each.position for each in await sent(wire)) == list(range(1, last + 1))
    await second.close()


async def test_a_relay_whose_mark_somebody_moved_stops_and_leaves_the_mark_where_it_is(
    store: Store, wire: InterruptedWire
) -> None:
    await grow(store, ["t1"], 1, 2)

    async def overtake() -> None:
        await store.database.write(lambda writing: readers.advance(writing, PREFIX, 0, 2))

    wire.after = overtake
    async with telling(store, wire) as loop:
        await asyncio.wait({loop}, timeout=SECONDS_MAX)
        assert loop.done()
    assert isinstance(loop.exception(), MarkWasMoved)
    assert await mark(store) == 2


@on_postgres
async def test_what_is_not_committed_yet_holds_back_what_came_after_it(
    store: Store, wire: InterruptedWire, listener: Store
) -> None:
    early = Entry(
        stream="tree-early",
        version=1,
        id=new_id(),
        event=ApplesPicked(count=1),
        occurred_at=NOON,
        actor="ada",
        correlation_id=new_id(),
    )
    async with telling(store, wire), listening.hearing(listener, wire):
        async with held(store, lambda writing: journal.record(writing, store.journal, [early])):
            await grow(store, ["late"], 2)
            assert await mark(store) == 0
        await until_told(store, 3)
        await until_heard(listener, {"early": "1", "late": "2"})
    assert [each.position for each in sorted(await sent(wire), key=lambda each: each.position)] == [1, 2, 3]
