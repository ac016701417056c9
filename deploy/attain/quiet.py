"""Whether all that happened has been told, heard and computed: what a summary waits for.

It looks into the services' databases and the wire, which only one who runs all four services can.
"""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from events.bookmarks import reader_of
from events.generations import how_far, newest, topic_of
from events.running import Blueprint, Surroundings
from events.store.database import Database, open_database
from events.store.session import Reading
from events.store.tables import dirty, events, marks
from events.wire.opening import open_wire
from events.wire.promises import Place, Wire

POLL_SECONDS = 0.1


@dataclass(frozen=True, kw_only=True)
class Census:
    """What one service has at a moment: events, deals, and what it has still to tell and to compute."""

    events: int
    deals: int
    untold: int
    underived: int
    heard: Mapping[str, int]
    """The marks of its consumer, by place."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """What all four services have still to do: events to tell, messages to hear, keys to compute."""

    events: int
    untold: int
    unheard: int
    underived: int

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing."""
        return not (self.untold or self.unheard or self.underived)

    @property
    def size(self) -> int:
        """How much there is, in steps of whatever kind."""
        return self.untold + self.unheard + self.underived


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The services' databases and their wire, open for looking only."""

    databases: Mapping[str, Database]
    hears: Mapping[str, tuple[str, ...]]
    wire: Wire

    async def census(self) -> dict[str, Census]:
        """Look at every service."""
        return {name: await database.read(census_of) for name, database in self.databases.items()}

    async def backlog(self) -> Backlog:
        """Return what is still to be done."""
        # The marks first: whoever is at an end that is looked at later has heard all of it.
        found = await self.census()
        ends = await self._ends()
        unheard = sum(
            max(end - census.heard.get(reader_of(place), 0), 0)
            for name, census in found.items()
            for service in self.hears[name]
            for place, end in ends[service].items()
        )
        return Backlog(
            events=sum(census.events for census in found.values()),
            untold=sum(census.untold for census in found.values()),
            unheard=unheard,
            underived=sum(census.underived for census in found.values()),
        )

    async def _ends(self) -> dict[str, Mapping[Place, int]]:
        """Return where the topic of each service that is heard ends, in its generation of today."""
        heard = sorted({service for services in self.hears.values() for service in services})
        return {service: await self.wire.ends(topic_of(service, await newest(self.wire, service))) for service in heard}

    async def wait(self, seconds_max: float, seen: Callable[[Backlog], None] = lambda _: None) -> bool:
        """Wait until nothing is left to do. Returns whether that was so in time; `seen` is told of every look.

        One look is not enough, since what is told between two questions is seen by neither: two looks that both find
        nothing to do, and the same events, are.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + seconds_max
        before: Backlog | None = None
        while clock() < until:
            now = await self.backlog()
            seen(now)
            if now.is_empty and now == before:
                return True
            before = now
            await asyncio.sleep(POLL_SECONDS)
        return False


def census_of(reading: Reading) -> Census:
    """Return what a service's database says."""
    told = how_far(reading)
    deals = select(func.count()).where(events.c.stream.startswith("deal-"), events.c.version == 1)
    heard = select(marks.c.reader, marks.c.position)
    return Census(
        events=reading.scalar(select(func.count()).select_from(events)),
        deals=reading.scalar(deals),
        untold=told.last - told.position,
        underived=reading.scalar(select(func.count()).select_from(dirty)),
        heard={row[0]: row[1] for row in reading.tuples(heard)},
    )


@asynccontextmanager
async def watching(surroundings: Mapping[str, Surroundings]) -> AsyncGenerator[Watch]:
    """Open the databases of services that are running somewhere."""
    async with AsyncExitStack() as stack:
        databases: dict[str, Database] = {}
        for name, where in surroundings.items():
            databases[name] = open_database(where.database_url)
            stack.push_async_callback(databases[name].close)
        wire = await open_wire(next(iter(surroundings.values())).wire_url)
        stack.push_async_callback(wire.aclose)
        yield Watch(databases=databases, hears={name: blueprint(name).hears for name in surroundings}, wire=wire)


def blueprint(name: str) -> Blueprint:
    """Return what a service is made of."""
    return importlib.import_module(f"{name}.main").BLUEPRINT
