"""An orchard that tells and a grocer that hears, over one wire: their loops, and what each has at the end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from events import consumer, generations, relay
from events.bookmarks import bookmarks_of
from events.execute import execute
from events.opening import Store
from events.stops import Stops
from events.wire.promises import Place, Reader, Wire
from tests.events.grocer import publish
from tests.events.orchard import TREE, Pick, Plant, TreeCommand
from tests.events.stores import asking, whole_log

SECONDS_MAX = 60.0
LOOK_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Trade:
    """Both stores, the wire between them, and what each has stopped."""

    orchard: Store
    grocer: Store
    wire: Wire
    name: str = "orchard"
    """What the orchard is called on the wire."""
    told: Stops = field(default_factory=lambda: Stops(look_seconds=LOOK_SECONDS))
    heard: Stops = field(default_factory=lambda: Stops(look_seconds=LOOK_SECONDS))

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """Let the orchard's relay run."""
        async with running(relay.run(self.orchard.journal, self.wire, self.name, publish, self.told)):
            yield

    @asynccontextmanager
    async def hearing(self) -> AsyncGenerator[None]:
        """Let the grocer's consumer run."""
        async with running(consumer.run(self.grocer.journal, self.wire, "grocer", [self.name], self.heard)):
            yield

    async def told_all(self) -> bool:
        """Say whether the newest generation holds what the log has."""
        how_far = await self.orchard.read(generations.how_far)
        return how_far.position == how_far.last

    async def is_quiet(self) -> bool:
        """Say whether everything is told, and the grocer has read all of it."""
        if not await self.told_all():
            return False
        topic = generations.topic_of(self.name, await self.orchard.read(generations.written))
        ends = await self.wire.ends(topic)
        marks = await self.grocer.read(lambda reading: bookmarks_of(reading, list(ends)))
        return all(marks[place].position == end for place, end in ends.items())

    async def heard_all(self) -> bool:
        """Say whether the grocer has heard all that the orchard publishes, each thing once, in whatever order."""
        heard, published = await heard_of(self), await published_of(self)
        return {stream: sorted(each) for stream, each in heard.items()} == published


@asynccontextmanager
async def running(loop: Awaitable[None]) -> AsyncGenerator[None]:
    """Run a loop meanwhile; what it fails with fails the test."""
    task = asyncio.ensure_future(loop)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(SECONDS_MAX):
        while not await holds():  # noqa: ASYNC110 a database has no event for it
            await asyncio.sleep(0.01)


async def do(store: Store, tree: str, command: TreeCommand) -> None:
    """Do something to a tree."""
    await execute(store, TREE, tree, command, asking())


async def plant(store: Store, *trees: str) -> None:
    """Plant trees."""
    for tree in trees:
        await do(store, tree, Plant())


async def pick(store: Store, tree: str, *counts: int) -> None:
    """Pick one basket after the other; an empty one is told to nobody."""
    for count in counts:
        await do(store, tree, Pick(baskets=(count,)))


async def pick_all_day(store: Store, tree: str) -> None:
    """Pick until somebody says stop; now and then an empty basket, of which nobody hears."""
    for number in range(1, 1_000_000):
        await pick(store, tree, number % 7)


async def republish(trade: Trade) -> int:
    """Begin the next generation of the orchard's topic."""
    return await generations.begin_next(trade.orchard.database, trade.wire, trade.name)


async def published_of(trade: Trade) -> dict[str, list[tuple[int, str]]]:
    """Return what the orchard tells: the version and id of each event, by stream."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in await whole_log(trade.orchard):
        if publish(each) is not None:
            found.setdefault(each.envelope.stream, []).append((each.version, str(each.envelope.id)))
    return found


async def heard_of(trade: Trade) -> dict[str, list[tuple[int, str]]]:
    """Return what the grocer's log has of it, in the order in which it was recorded."""
    found: dict[str, list[tuple[int, str]]] = {}
    for each in await whole_log(trade.grocer):
        stream = each.envelope.stream.removeprefix(f"heard-{trade.name}-")
        found.setdefault(stream, []).append((each.version, str(each.envelope.id)))
    return found


async def sent_ids(wire: Wire, topic: str) -> list[str]:
    """Return the ids of a topic's messages, by place."""

    async def from_the_beginning(_places: object) -> dict[Place, int]:
        return {}

    count = sum((await wire.ends(topic)).values())
    async with wire.reader("onlooker", [topic], from_the_beginning) as reader:
        return await ids_of(reader, count)


async def ids_of(reader: Reader, count: int) -> list[str]:
    """Return the ids of so many messages."""
    ids: list[str] = []
    while len(ids) < count:
        ids += [each.message.headers["ce_id"] for each in await reader.read(count, 1.0)]
    return ids
