"""Shops that hear the orchard: each with a database of its own, and one or more consumers that may die at any step."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import msgspec

from events import hearing
from events.bookmarks import Bookmarks, bookmarked
from events.consumer import take_effects
from events.hearing import MALFORMED, StillUnreadable
from events.journal import Journal
from events.opening import Store
from events.parked import Parked, drop
from events.store import log
from events.wire.promises import Message, Place, Reader, Wire
from tests.events.faltering_database import FalteringDatabase
from tests.events.grocer import KNOWN, KNOWN_BEFORE, baskets, open_grocer
from tests.events.hearsay import Hearsay
from tests.events.listening import PLACES, TOPIC, marks, shelf

STREAM = "heard-orchard-"
EVERYTHING = 100_000


@dataclass
class Consumer:
    """One of those who hear for a shop."""

    store: Store
    journal: Journal
    database: FalteringDatabase
    reader: Reader | None = None

    @classmethod
    async def of(cls, url: str, *, today: bool) -> "Consumer":
        """Open the shop's database once more."""
        store = await open_grocer(url, types=KNOWN if today else KNOWN_BEFORE)
        database = FalteringDatabase(store.database)
        return cls(store, replace(store.journal, database=database), database)

    async def hear(self, wire: Wire, count_max: int, writes: int | None) -> None:
        """Hear one batch; with a number of writes, die before the next one and begin anew."""
        if self.reader is None:
            self.reader = await bookmarked(wire, "shop", TOPIC, Bookmarks(self.database)).__aenter__()
        try:
            await self.take(self.reader, count_max, writes)
        except asyncio.CancelledError:
            self.reader = None
        finally:
            self.database.faults.clear()

    async def hear_again(self, wire: Wire, count_max: int, back: int) -> None:
        """Hear what begins before the marks, as one who does not know them."""

        async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
            found = await marks(self.store)
            return {place: max(found.get(place, 0) - back, 0) for place in places}

        async with wire.reader("shop", [TOPIC], offsets) as reader:
            for _ in range(2):
                await self.take(reader, count_max, None)

    async def hear_and_be_cut_off(self, wire: Wire, count_max: int, steps: int) -> None:
        """Hear, and be cancelled after some steps of the loop, wherever that is."""
        hearing_on = asyncio.create_task(self.hear(wire, count_max, None))
        for _ in range(steps):
            await asyncio.sleep(0)
        hearing_on.cancel()
        await asyncio.gather(hearing_on, return_exceptions=True)
        # A transaction that had begun on SQLite's thread goes on without us: wait behind it.
        await self.store.database.write(lambda _: None)
        self.reader = None

    async def take(self, reader: Reader, count_max: int, writes: int | None) -> None:
        """Let a batch take effect."""
        batch = await reader.read(count_max, 0.0)
        if batch:
            self.database.faults.extend(() if writes is None else [*[None] * writes, asyncio.CancelledError()])
            await take_effects(self.journal, reader, batch)


@dataclass
class Shop:
    """A database that hears the orchard, and what it should know."""

    url: str
    consumers: list[Consumer]
    hearsay: Hearsay = field(default_factory=Hearsay)
    seen: dict[Place, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    is_compared: bool = False

    @classmethod
    async def of(cls, url: str, count: int) -> "Shop":
        """Open a shop of the last release."""
        return cls(url, [await Consumer.of(url, today=False) for _ in range(count)])

    @property
    def store(self) -> Store:
        """Its store, as one of its consumers has it."""
        return self.consumers[0].store

    async def reopen(self, *, today: bool) -> None:
        """Close the shop and open it again, perhaps with today's release."""
        self.is_compared = False
        await self.close()
        self.hearsay.reads_large = today
        self.consumers = [await Consumer.of(self.url, today=today) for _ in self.consumers]

    async def close(self) -> None:
        """Give the database back."""
        for each in self.consumers:
            await each.store.close()

    async def hear_on(self, wire: Wire) -> int:
        """Hear what there is, with every consumer; return how much that was."""
        for each in self.consumers:
            await each.hear(wire, EVERYTHING, None)
        return await self.catch_up(wire)

    async def catch_up(self, wire: Wire) -> int:
        """Let the model hear what the marks have moved over. Returns how much that was."""
        self.is_compared = False
        before, now = self.seen, self.seen | await marks(self.store)
        assert all(now[place] >= offset for place, offset in before.items())

        async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
            return {place: before[place] for place in places}

        async with wire.reader("model", [TOPIC], offsets) as reader:
            delivered = await reader.read(EVERYTHING, 0.0)
        covered = [each.message for each in delivered if each.offset < now[each.place]]
        for message in covered:
            self.hearsay.hear(message)
        self.seen = now
        return len(covered)

    async def retry(self, entry: Parked) -> bool:
        """Retry what is parked. Returns whether it could be recorded."""
        self.is_compared = False
        try:
            await self.store.database.write(lambda writing: hearing.retry(writing, self.store.journal, entry))
        except StillUnreadable:
            return False
        return True

    async def drop(self, entry: Parked) -> None:
        """Drop what is parked."""
        self.is_compared = False
        await self.store.database.write(lambda writing: drop(writing, [entry.id]))

    async def letters(self) -> list[Parked]:
        """Return the letters that wait."""
        return [each for each in await shelf(self.store) if each.source != MALFORMED]

    async def known(self, streams: Collection[str] = ()) -> dict[tuple[str, int], UUID]:
        """Return the ids of what the log holds of some streams of the orchard, by stream and version."""
        rows = await self.store.read(lambda reading: log.page(reading, 0, EVERYTHING))
        found = {(row.stream.removeprefix(STREAM), row.version): row.id for row in rows}
        assert len(found) == len(rows)
        return {place: id_ for place, id_ in found.items() if not streams or place[0] in streams}

    async def compare(self) -> None:
        """Compare the log, the read model and the shelf with what they should hold, if anything may have changed."""
        if self.is_compared:
            return
        model = self.hearsay
        assert await self.known() == {
            (tree, version): letter.id for tree, letters in model.known.items() for version, letter in letters.items()
        }
        assert await baskets(self.store) == model.baskets()
        waiting = sorted((each.stream.removeprefix(STREAM), each.sequence) for each in await self.letters())
        assert waiting == sorted((tree, version) for tree, letters in model.waiting.items() for version in letters)
        malformed = [each.box for each in await shelf(self.store) if each.source == MALFORMED]
        found = [msgspec.json.decode(box, type=Message) for box in malformed]
        assert len(found) == len(model.malformed)
        assert all(each in model.malformed for each in found)
        self.is_compared = True
