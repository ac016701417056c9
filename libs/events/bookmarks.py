"""Where a consumer goes on in a topic, and that it is still the same topic.

A mark remembers the last message that it covers. Whoever gets a place begins at that message: it must be there, with
the id that the mark remembers, and is passed over. Another one, or an end before the mark, means that the topic was
emptied or made anew; what it holds now is not what comes next, so the topic is not read on.
"""

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from events.domain import Value
from events.stops import TopicIsLost
from events.store import readers
from events.store.database import Database
from events.store.session import Reading
from events.wire.promises import PARTITIONS, Delivered, Message, Place, Reader, Wire

ID_LENGTH_MAX = 64


class Bookmark(Value, tag=False):
    """The offset that comes next, and the id of the message before it, where that is known."""

    position: int
    last: str | None = None

    @property
    def begins_at(self) -> int:
        """Where to begin: one message before the mark, if that can be told from another one."""
        return self.position if self.last is None else self.position - 1


class Bookmarks:
    """The marks of one topic, and which places have still to show that they are the same."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unproven: dict[Place, Bookmark] = {}

    @property
    def are_proven(self) -> bool:
        """Say whether every place that was got has shown the message of its mark, if it has one."""
        return all(mark.last is None for mark in self._unproven.values())

    async def offsets(self, places: Sequence[Place]) -> Mapping[Place, int]:
        """Return where to begin; what is read there next has to be what the mark remembers."""
        found = await self._database.read(lambda reading: bookmarks_of(reading, places))
        self._unproven.update(found)
        return {place: each.begins_at for place, each in found.items()}

    def passed_over(self, batch: Sequence[Delivered]) -> Sequence[Delivered]:
        """Return a batch without the messages of the marks. Raises `TopicIsLost` when another is in such a place."""
        if not self._unproven:
            return batch
        return [each for each in batch if not self._proves(each)]

    def _proves(self, delivered: Delivered) -> bool:
        mark = self._unproven.pop(delivered.place, None)
        if mark is None or delivered.offset == mark.position:
            # What the mark covers may be gone, as long as nothing is that it does not cover.
            return False
        if delivered.offset > mark.position:
            raise gone(delivered.place, mark.position, delivered.offset)
        if delivered.offset != mark.begins_at or id_of(delivered.message) != mark.last:
            raise made_anew(delivered.place, mark.position)
        return True


class Bookmarked:
    """A reader that begins at the marks, and again there whenever it is told to go back."""

    def __init__(self, reader: Reader, bookmarks: Bookmarks) -> None:
        self._reader = reader
        self._bookmarks = bookmarks
        self._astray: set[Place] = set()

    async def read(self, count_max: int, wait_seconds: float) -> Sequence[Delivered]:
        """Return what comes next, without the messages of the marks. Raises `TopicIsLost`."""
        if self._astray:
            for place, offset in (await self._bookmarks.offsets(sorted(self._astray, key=reader_of))).items():
                self._reader.seek(place, offset)
            self._astray.clear()
        return self._bookmarks.passed_over(await self._reader.read(count_max, wait_seconds))

    def seek(self, place: Place, offset: int) -> None:
        """Go on at the mark of a place, wherever that is by then."""
        self._astray.add(place)


@asynccontextmanager
async def bookmarked(wire: Wire, group: str, topic: str, bookmarks: Bookmarks) -> AsyncGenerator[Reader]:
    """Read a topic from the marks on."""
    async with wire.reader(group, [topic], bookmarks.offsets) as reader:
        yield Bookmarked(reader, bookmarks)


async def check_ends(database: Database, wire: Wire, topic: str) -> None:
    """Raise `TopicIsLost` when a topic that was heard is gone, or ends before a mark."""
    places = [Place(topic=topic, partition=partition) for partition in range(PARTITIONS)]
    # The marks first: no end is before a mark that was there before it.
    marks = await database.read(lambda reading: bookmarks_of(reading, places))
    heard = {place: mark.position for place, mark in marks.items() if mark.position}
    if not heard:
        return
    if topic not in await wire.topics():
        raise TopicIsLost(topic, f"{topic} is gone. {instruction(topic)}")
    ends = await wire.ends(topic)
    for place, position in heard.items():
        if ends.get(place, 0) < position:
            raise made_anew(place, position)


def reader_of(place: Place) -> str:
    """Return the name of the mark for one place."""
    return f"{place.topic}/{place.partition}"


def bookmarks_of(reading: Reading, places: Sequence[Place]) -> dict[Place, Bookmark]:
    """Return the mark of each place; 0 for a place that was never read."""
    names = {reader_of(place): place for place in places}
    found = readers.bookmarks_of(reading, list(names))
    return {
        place: Bookmark(position=found[name][0], last=found[name][1]) if name in found else Bookmark(position=0)
        for name, place in names.items()
    }


def id_of(message: Message) -> str:
    """Return what tells a message from others: a letter's id, else a digest of its key and value."""
    named = message.headers.get("ce_id", "")
    if named.isascii() and named.isprintable() and 0 < len(named) <= ID_LENGTH_MAX:
        return named
    return hashlib.sha256(message.key.encode(errors="surrogatepass") + b"\0" + message.value).hexdigest()


def made_anew(place: Place, position: int) -> TopicIsLost:
    """Say that what was heard is not there any more."""
    return TopicIsLost(
        place.topic,
        f"{place.topic} was emptied or made anew: partition {place.partition} does not hold the messages before "
        f"{position}, which were heard. {instruction(place.topic)}",
    )


def gone(place: Place, position: int, offset: int) -> TopicIsLost:
    """Say that something is gone that was never heard."""
    return TopicIsLost(
        place.topic,
        f"{place.topic} has lost messages that were never heard: partition {place.partition} goes on at {offset}, "
        f"heard is what is before {position}. {instruction(place.topic)}",
    )


def instruction(topic: str) -> str:
    """Say what brings a topic's messages back."""
    return f"Run `attain republish {topic.split('.')[1]}`: the next generation of the topic brings the whole history."
