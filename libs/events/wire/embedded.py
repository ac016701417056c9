"""The wire in one SQLite file, which several processes of a machine may share. Nothing to install, nothing lost.

Every reader gets all places, also beside others of its group: the mark in the consumer's database decides between
them. A send wakes its topic's readers in its own process at once; those of others look again after a pause.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Self

import msgspec

from events.signals import Signal
from events.store.session import Reading, Writing
from events.store.sqlite import Sqlite
from events.wire.promises import PARTITIONS, Delivered, Message, Offsets, Place, Reader, partition_of

PAUSE_SECONDS_MIN = 0.01
PAUSE_SECONDS_MAX = 0.2
"""Between two looks for what other processes sent; it doubles while there is nothing."""

_OFFSET_BITS = 40
"""A message's id is its place's id, then its offset: one tree holds all messages, those of a place side by side."""

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS places (
        id INTEGER PRIMARY KEY,
        topic TEXT NOT NULL,
        partition INTEGER NOT NULL,
        next_offset INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic, partition)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        headers BLOB NOT NULL,
        value BLOB NOT NULL
    )
    """,
)

_headers_of = msgspec.json.Decoder(dict[str, str]).decode


class End(msgspec.Struct):
    """How far a place is written, while a transaction looks at it."""

    id: int
    next_offset: int


class EmbeddedWire:
    """Carries messages through a SQLite file."""

    def __init__(self, database: Sqlite) -> None:
        self._database = database
        self._readers = defaultdict[str, set[Signal]](set)  # of each topic, what wakes those who read it here

    @classmethod
    async def open(cls, path: str | Path) -> Self:
        """Open the file, or make it."""
        database = Sqlite(str(path))
        await database.write(_make_tables)
        return cls(database)

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Add messages to a topic, all or none, on disk when this returns."""
        if messages:
            await self._database.write(lambda writing: _append(writing, topic, messages))
            for sent in self._readers[topic]:
                sent.ring()

    def reader(self, group: str, topics: Sequence[str], offsets: Offsets) -> AbstractAsyncContextManager[Reader]:
        """Read topics from where `offsets` says; the group does not matter here."""
        return self._reader(topics, offsets)

    async def ends(self, topic: str) -> Mapping[Place, int]:
        """Return the offset that the next message of each place will have."""
        known = await self._database.read(lambda reading: _ends(reading, [topic]))
        return {place: known[place].next_offset if place in known else 0 for place in _places([topic])}

    async def topics(self) -> frozenset[str]:
        """Return the topics that there are."""
        return await self._database.read(_topics)

    async def create(self, topic: str) -> None:
        """Make a topic, if it is not there; a message to one that is not makes it too."""
        await self._database.write(lambda writing: _ends(writing, [topic]) or _new_topic(writing, topic))

    async def aclose(self) -> None:
        """Wait for what is being written, then close the file."""
        await self._database.close()

    @asynccontextmanager
    async def _reader(self, topics: Sequence[str], offsets: Offsets) -> AsyncGenerator[Reader]:
        places, sent = _places(topics), Signal()
        for topic in topics:
            self._readers[topic].add(sent)
        try:
            marks = await offsets(places)
            yield EmbeddedReader(self._database, sent, {place: marks.get(place, 0) for place in places})
        finally:
            for topic in topics:
                self._readers[topic].discard(sent)


class EmbeddedReader:
    """Reads places of the file in turn, so that a long one does not hold up the others."""

    def __init__(self, database: Sqlite, sent: Signal, marks: Mapping[Place, int]) -> None:
        self._database = database
        self._sent = sent
        self._marks = dict(marks)
        self._topics = sorted({place.topic for place in marks})
        self._reads = 0
        self._pause_seconds = PAUSE_SECONDS_MIN

    async def read(self, count_max: int, wait_seconds: float) -> Sequence[Delivered]:
        """Return up to `count_max` messages, or none after `wait_seconds`."""
        clock = asyncio.get_running_loop().time
        until = clock() + wait_seconds
        while True:
            rings = self._sent.rings
            delivered = await self._database.read(lambda reading: self._fetch(reading, count_max))
            left = until - clock()
            if delivered or left <= 0:
                break
            await self._sent.wait(rings, min(self._pause_seconds, left))
            self._pause_seconds = min(self._pause_seconds * 2, PAUSE_SECONDS_MAX)
        if delivered:
            self._pause_seconds = PAUSE_SECONDS_MIN
        self._reads += 1
        self._marks.update((each.place, each.offset + 1) for each in delivered)
        return delivered

    def seek(self, place: Place, offset: int) -> None:
        """Go on at an offset."""
        if place in self._marks:
            self._marks[place] = offset

    def _fetch(self, reading: Reading, count_max: int) -> list[Delivered]:
        ends = _ends(reading, self._topics)
        behind = [place for place, end in ends.items() if self._marks[place] < end.next_offset]
        turn = self._reads % len(behind) if behind else 0
        fetched: list[Delivered] = []
        for place in behind[turn:] + behind[:turn]:
            fetched += _messages(reading, place, ends[place], self._marks[place], count_max - len(fetched))
            if len(fetched) == count_max:
                break
        return fetched


def _places(topics: Sequence[str]) -> list[Place]:
    return [Place(topic=topic, partition=partition) for topic in topics for partition in range(PARTITIONS)]


def _make_tables(writing: Writing) -> None:
    for table in _TABLES:
        writing.connection.exec_driver_sql(table)


def _topics(reading: Reading) -> frozenset[str]:
    return frozenset(topic for (topic,) in reading.connection.exec_driver_sql("SELECT DISTINCT topic FROM places"))


def _ends(reading: Reading, topics: Sequence[str]) -> dict[Place, End]:
    found = reading.connection.exec_driver_sql(
        "SELECT topic, partition, id, next_offset FROM places WHERE topic IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(topics).decode(),),
    )
    return {Place(topic=topic, partition=partition): End(number, end) for topic, partition, number, end in found}


def _messages(reading: Reading, place: Place, end: End, mark: int, count_max: int) -> list[Delivered]:
    base = end.id << _OFFSET_BITS
    found = reading.connection.exec_driver_sql(
        "SELECT id, key, headers, value FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (base + mark, base + end.next_offset, count_max),
    )
    return [
        Delivered(
            topic=place.topic,
            partition=place.partition,
            offset=number - base,
            message=Message(key=key, headers=_headers_of(headers), value=value),
        )
        for number, key, headers, value in found
    ]


def _append(writing: Writing, topic: str, messages: Sequence[Message]) -> None:
    ends = _ends(writing, [topic]) or _new_topic(writing, topic)
    by_partition = {place.partition: end for place, end in ends.items()}
    rows: list[tuple[int, str, bytes, bytes]] = []
    for message in messages:
        end = by_partition[partition_of(message.key)]
        headers = msgspec.json.encode(message.headers)
        rows.append(((end.id << _OFFSET_BITS) + end.next_offset, message.key, headers, message.value))
        end.next_offset += 1
    connection = writing.connection
    connection.exec_driver_sql("INSERT INTO messages (id, key, headers, value) VALUES (?, ?, ?, ?)", rows)
    connection.exec_driver_sql(
        "UPDATE places SET next_offset = ? WHERE id = ?", [(end.next_offset, end.id) for end in ends.values()]
    )


def _new_topic(writing: Writing, topic: str) -> dict[Place, End]:
    writing.connection.exec_driver_sql(
        "INSERT INTO places (topic, partition) VALUES (?, ?)", [(topic, partition) for partition in range(PARTITIONS)]
    )
    return _ends(writing, [topic])
