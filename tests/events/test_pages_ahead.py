"""A relay that is behind makes the next page ready while one is on its way; order and marks stay what they are."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from events import relay
from events.execute import execute
from events.opening import Store
from events.store import readers
from events.store.tail import PREFIX, Tail
from events.wire.cloudevents import from_message
from tests.events import listening
from tests.events.grocer import publish
from tests.events.interrupted_wire import InterruptedWire
from tests.events.listening import TOPIC
from tests.events.orchard import TREE, Pick, Plant
from tests.events.stores import asking

PAGE_SIZE = 3
COUNT = 8
"""Two full pages and a part."""


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncGenerator[InterruptedWire]:
    """A wire, empty, that can be interrupted."""
    opened = await InterruptedWire.open(tmp_path / "wire.sqlite")
    yield opened
    await opened.aclose()


@pytest.fixture(autouse=True)
async def behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of one tree that nobody has told, and small pages."""
    monkeypatch.setattr(relay, "BATCH_SIZE_MAX", PAGE_SIZE)
    await execute(store, TREE, "t1", Plant(), asking())
    await execute(store, TREE, "t1", Pick(baskets=tuple(range(1, COUNT))), asking())


async def tell(store: Store, wire: InterruptedWire, tail: Tail) -> bool:
    return await relay.relay_page(store.journal, wire, "orchard", publish, tail)


async def mark(store: Store) -> int:
    return await store.read(lambda reading: readers.mark_of(reading, PREFIX))


async def sent(wire: InterruptedWire) -> list[int]:
    """Return the positions of all letters, in the order of the topic."""
    async with wire.reader("all", [TOPIC], listening.from_the_beginning) as reader:
        return [from_message(each.message).position for each in await reader.read(1_000, 0.0)]


async def test_pages_are_told_one_after_the_other_and_the_mark_follows_each(
    store: Store, wire: InterruptedWire
) -> None:
    seen: list[tuple[int, int]] = []

    async def look() -> None:
        seen.append((await mark(store), len(await sent(wire))))

    wire.before = look
    tail = Tail(store.database, 0)
    assert await tell(store, wire, tail)
    assert seen == [(0, 0), (3, 3), (6, 6)]
    assert await sent(wire) == list(range(1, COUNT + 1))
    assert await mark(store) == COUNT
    assert not await tell(store, wire, tail)


async def test_what_was_made_ready_behind_a_page_that_fails_is_told_after_it(
    store: Store, wire: InterruptedWire
) -> None:
    sends = iter((False, True))

    async def fail_second() -> None:
        if next(sends, False):
            raise ConnectionResetError

    wire.before = fail_second
    with pytest.raises(ConnectionResetError):
        await tell(store, wire, Tail(store.database, 0))
    assert await mark(store) == PAGE_SIZE
    assert await sent(wire) == [1, 2, 3]
    assert await tell(store, wire, Tail(store.database, PAGE_SIZE))
    assert await sent(wire) == list(range(1, COUNT + 1))


async def test_after_some_pages_it_looks_around_and_forgets_nothing(
    store: Store, wire: InterruptedWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PAGES_MAX", 2)
    tail = Tail(store.database, 0)
    assert await tell(store, wire, tail)
    assert await sent(wire) == [1, 2, 3, 4, 5, 6]
    assert await mark(store) == 2 * PAGE_SIZE
    assert await tell(store, wire, tail)
    assert await sent(wire) == list(range(1, COUNT + 1))
    assert await mark(store) == COUNT
