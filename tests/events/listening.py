"""Ways to hear the orchard in the tests: a reader at the marks, the whole loop, and what became of it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from events import consumer
from events.consumer import reader_of, topic_of
from events.opening import Store
from events.parked import Parked, listed
from events.store import readers
from events.wire.cloudevents import Letter
from events.wire.promises import PARTITIONS, Delivered, Place, Reader, Wire
from tests.events.grocer import baskets, messages

TOPIC = topic_of("orchard")
PLACES = tuple(Place(topic=TOPIC, partition=number) for number in range(PARTITIONS))
LOOKS_MAX = 4_000
PAUSE_SECONDS = 0.005


async def send(wire: Wire, *letters: Letter) -> None:
    """Tell letters of the orchard."""
    await wire.send(TOPIC, messages(*letters))


@asynccontextmanager
async def reading(store: Store, wire: Wire) -> AsyncGenerator[Reader]:
    """Read the orchard's topic from the marks on."""

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        found = await marks(store)
        return {place: found.get(place, 0) for place in places}

    async with wire.reader("grocer", [TOPIC], offsets) as reader:
        yield reader


async def marks(store: Store) -> dict[Place, int]:
    """Return the marks of all places that have one."""
    names = {reader_of(place): place for place in PLACES}
    found = await store.read(lambda reading: readers.marks_of(reading, list(names)))
    return {names[name]: position for name, position in found.items()}


async def some(reader: Reader, count_max: int = 1_000) -> Sequence[Delivered]:
    """Read what there is."""
    return await reader.read(count_max, 1.0)


async def nothing_is_left(reader: Reader) -> bool:
    """Say whether the reader has read everything."""
    return not await reader.read(1, 0.01)


@asynccontextmanager
async def hearing(store: Store, wire: Wire) -> AsyncGenerator[None]:
    """Hear the orchard as long as the block lasts, and see to it that hearing never fails."""
    loop = asyncio.create_task(consumer.run(store.journal, wire, "grocer", ["orchard"]))
    try:
        yield
    finally:
        loop.cancel()
        [outcome] = await asyncio.gather(loop, return_exceptions=True)
    if not isinstance(outcome, asyncio.CancelledError):
        raise outcome or AssertionError


async def until_heard(store: Store, expected: Mapping[str, str]) -> None:
    """Return when each tree has these baskets; fail when it never has."""
    for _ in range(LOOKS_MAX):
        if await baskets(store) == expected:
            return
        await asyncio.sleep(PAUSE_SECONDS)
    assert await baskets(store) == expected


async def shelf(store: Store) -> list[Parked]:
    """Return what is parked, in the order of the streams."""
    found = await store.read(lambda reading: reading.rows(listed(), Parked))
    return sorted(found, key=lambda each: (each.stream, each.sequence))


async def from_the_beginning(places: Sequence[Place]) -> Mapping[Place, int]:
    """Read every place from its first message on."""
    return dict.fromkeys(places, 0)
