"""What is written after a run: the logs of all services, what they remember beside them, and all topics."""

import importlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import select

from attain.faults.ground import NAMES
from events.domain import Recorded
from events.generations import newest, topic_of, written
from events.running import Blueprint
from events.store import log, readers
from events.store.codec import Codec
from events.store.database import Database, open_database
from events.store.session import Reading
from events.store.tables import deliveries, parked, requests
from events.wire.cloudevents import Letter, LetterIsMalformed, from_message, source_of
from events.wire.opening import open_wire
from events.wire.promises import Delivered, Place, Wire

WAIT_SECONDS = 0.5
PAGE_SIZE = 10_000
_groups = count(1)


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """One service's database as it stands: rows of `log.COLUMNS` in position order, and what is kept beside them."""

    name: str
    blueprint: Blueprint
    codec: Codec
    database: Database
    rows: Sequence[Any]
    requests: Sequence[str]
    deliveries: frozenset[str]
    parked: Sequence[tuple[str, str, int, str]]
    marks: Mapping[str, int]
    generation: int

    @property
    def own(self) -> list[Any]:
        """The rows of its own streams."""
        return [row for row in self.rows if not row.stream.startswith(f"{Recorded.HEARD}-")]

    @property
    def published(self) -> list[tuple[str, int, str, str]]:
        """What others are to hear, in position order: stream, version, id and contract."""
        found: list[tuple[str, int, str, str]] = []
        for row in self.own:
            contract = self.blueprint.publish(log.recorded(self.codec, row))
            if contract is not None:
                found.append((row.stream, row.version, str(row.id), self.codec.text(contract).decode()))
        return found

    def heard(self, source: str) -> list[tuple[str, int, str, str]]:
        """What it heard of a service, in position order: the other's stream, version, id and contract."""
        prefix = f"{Recorded.HEARD}-{source}-"
        return [
            (row.stream.removeprefix(prefix), row.version, str(row.id), row.data)
            for row in self.rows
            if row.stream.startswith(prefix)
        ]


@dataclass(frozen=True, kw_only=True)
class History:
    """All services' ledgers, what is on the newest generation of each topic, and where its places end."""

    ledgers: Mapping[str, Ledger]
    letters: Mapping[str, Sequence[Letter]]
    ends: Mapping[str, Mapping[Place, int]]

    @property
    def event_count(self) -> int:
        """How many events all logs have."""
        return sum(len(ledger.rows) for ledger in self.ledgers.values())


@asynccontextmanager
async def history(settings: Mapping[str, str]) -> AsyncGenerator[History]:
    """Read everything; the databases stay open for further questions."""
    async with AsyncExitStack() as stack:
        ledgers: dict[str, Ledger] = {}
        for name in NAMES:
            database = open_database(settings[f"ATTAIN_{name.upper()}_DATABASE_URL"])
            stack.push_async_callback(database.close)
            ledgers[name] = await database.read(lambda reading, name=name, at=database: ledger(reading, name, at))
        wire = await open_wire(settings["ATTAIN_WIRE_URL"])
        stack.push_async_callback(wire.aclose)
        letters: dict[str, Sequence[Letter]] = {}
        ends: dict[str, Mapping[Place, int]] = {}
        for name in NAMES:
            topic = topic_of(name, await newest(wire, name))
            ends[name] = await wire.ends(topic)
            letters[name] = letters_of(name, await everything_on(wire, topic, ends[name]))
        yield History(ledgers=ledgers, letters=letters, ends=ends)


def ledger(reading: Reading, name: str, database: Database) -> Ledger:
    """Read one service's database."""
    made: Blueprint = importlib.import_module(f"{name}.main").BLUEPRINT
    marked = readers.all_readers(reading)
    shelf = select(parked.c.kind, parked.c.stream, parked.c.sequence, parked.c.problem).order_by(parked.c.id)
    return Ledger(
        name=name,
        blueprint=made,
        codec=made.codec(),
        database=database,
        rows=whole_log(reading),
        requests=[key for (key,) in reading.tuples(select(requests.c.key))],
        deliveries=frozenset(id_ for (id_,) in reading.tuples(select(deliveries.c.id))),
        parked=[tuple(row) for row in reading.tuples(shelf)],
        marks=readers.marks_of(reading, marked),
        generation=written(reading),
    )


def whole_log(reading: Reading) -> list[Any]:
    """Return all rows of a log, in position order."""
    rows: list[Any] = []
    while page := log.page(reading, rows[-1].position if rows else 0, PAGE_SIZE):
        rows += page
    return rows


async def everything_on(wire: Wire, topic: str, ends: Mapping[Place, int]) -> list[Delivered]:
    """Return all messages of a topic, each place's in order."""

    async def beginning(places: Sequence[Place]) -> Mapping[Place, int]:
        return dict.fromkeys(places, 0)

    last = {place: end - 1 for place, end in ends.items() if end}
    found: list[Delivered] = []
    async with wire.reader(f"history-{next(_groups)}-{topic}", [topic], beginning) as reader:
        while last:
            for each in await reader.read(PAGE_SIZE, WAIT_SECONDS):
                found.append(each)
                if each.offset >= last.get(each.place, each.offset + 1):
                    del last[each.place]
    return found


def letters_of(name: str, messages: Sequence[Delivered]) -> list[Letter]:
    """Return a service's own letters; what others put into its topic is no promise of it."""
    letters: list[Letter] = []
    for each in messages:
        try:
            letter = from_message(each.message)
        except LetterIsMalformed:
            continue
        if letter.source == source_of(name):
            letters.append(letter)
    return letters
