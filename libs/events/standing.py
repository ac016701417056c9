"""How far a service is behind: what it has still to tell, to hear and to derive, and what is parked.

Asked for at a scrape and by readiness, never on the way of a command; an answer is good for a second.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from opentelemetry.metrics import CallbackOptions, Meter, Observation
from sqlalchemy import ColumnElement, func, select

from events import generations
from events.consumer import heard_generation, reader_of
from events.domain import Value
from events.generations import newest, topic_of
from events.journal import Journal
from events.parked import DELIVERY, HEARD, KEY
from events.store import readers
from events.store.session import Reading
from events.store.tables import dirty, parked
from events.telemetry import conventions as names
from events.wire.promises import PARTITIONS, Place, Wire

GOOD_SECONDS = 1.0
KINDS = (DELIVERY, HEARD, KEY)

_log = logging.getLogger("attain.standing")


class Standing(Value, tag=False):
    """What is still to be done: positions to tell, messages to hear by place, keys to derive, and what is parked.

    `unheard` is empty while the wire does not answer.
    """

    untold: int
    unheard: Mapping[Place, int]
    waiting: Mapping[str, int]
    parked: Mapping[str, int]

    @property
    def lag(self) -> int:
        """How many events and messages it is behind: those to tell, or those to hear, whichever are more."""
        return max(self.untold, sum(self.unheard.values()))


class Lookout:
    """Says how a service stands; looks again when the last look is a second old."""

    def __init__(self, journal: Journal, wire: Wire, hears: Sequence[str]) -> None:
        self._journal = journal
        self._wire = wire
        self._hears = hears
        self._last: tuple[float, Standing] | None = None
        self._is_open = True
        self._one_at_a_time = asyncio.Lock()

    async def look(self) -> Standing:
        """Return how the service stands now, or stood within the last second; at the end how it stood last."""
        async with self._one_at_a_time:
            seconds = self._journal.telemetry.seconds()
            if self._last is None or (self._is_open and seconds - self._last[0] > GOOD_SECONDS):
                self._last = (seconds, await standing(self._journal, self._wire, self._hears))
            return self._last[1]

    async def close(self) -> None:
        """Look no more: the database and the wire are about to be closed."""
        async with self._one_at_a_time:
            self._is_open = False


async def standing(journal: Journal, wire: Wire, hears: Sequence[str]) -> Standing:
    """Ask the database and the wire how a service stands."""
    untold, waiting, entries = await journal.database.read(lambda reading: asked(reading, journal))
    unheard: dict[Place, int] = {}
    try:
        for service in hears:
            unheard |= await unheard_of(journal, wire, service)
    except Exception as error:
        _log.warning("the wire does not say how far it goes (%s)", error)
        unheard = {}
    return Standing(untold=untold, unheard=unheard, waiting=waiting, parked=entries)


def asked(reading: Reading, journal: Journal) -> tuple[int, dict[str, int], dict[str, int]]:
    """Return what the database says: what is untold, what waits, what is parked; nought where there is nothing."""
    waiting = {each.name: 0 for each in journal.derivations} | counts(reading, dirty.c.derivation, dirty.c.key)
    return untold_in(reading), waiting, dict.fromkeys(KINDS, 0) | counts(reading, parked.c.kind, parked.c.id)


def untold_in(reading: Reading) -> int:
    """Return how many positions the relay is behind."""
    told = generations.how_far(reading)
    return max(told.last - told.position, 0)


def counts(reading: Reading, column: ColumnElement[str], counted: ColumnElement[Any]) -> dict[str, int]:
    """Return how many different things there are with each value of a column."""
    statement = select(column, func.count(counted.distinct())).group_by(column)
    return {row[0]: row[1] for row in reading.tuples(statement)}


async def unheard_of(journal: Journal, wire: Wire, service: str) -> dict[Place, int]:
    """Return how many messages of a service are still to be heard, by place."""
    known = await journal.database.read(lambda reading: heard_generation(reading, service))
    # The marks first: no end is before a mark that was there before it.
    topic = topic_of(service, await newest(wire, service, known))
    marks = await journal.database.read(lambda reading: marks_in(reading, topic))
    ends = await wire.ends(topic)
    return {place: max(end - marks.get(reader_of(place), 0), 0) for place, end in ends.items()}


def marks_in(reading: Reading, topic: str) -> dict[str, int]:
    """Return the marks that a topic's places have."""
    places = [Place(topic=topic, partition=partition) for partition in range(PARTITIONS)]
    return readers.marks_of(reading, [reader_of(place) for place in places])


def show(meter: Meter, look: Callable[[], Standing | None], hole_seconds: Callable[[], float]) -> None:
    """Let a meter read how a service stands, and for how long its relay has waited for the same hole."""

    def read(observe: Callable[[Standing], Iterable[Observation]]) -> Callable[[CallbackOptions], list[Observation]]:
        def observed(_options: CallbackOptions) -> list[Observation]:
            seen = look()
            return [] if seen is None else list(observe(seen))

        return observed

    def by(attribute: str, said: Mapping[str, int]) -> list[Observation]:
        return [Observation(count, {attribute: key}) for key, count in said.items()]

    def unheard(seen: Standing) -> list[Observation]:
        return [
            Observation(count, {names.DESTINATION: place.topic, names.PARTITION: str(place.partition)})
            for place, count in seen.unheard.items()
        ]

    gauge = meter.create_observable_gauge
    gauge(names.RELAY_LAG, [read(lambda seen: [Observation(seen.untold)])], "{event}", "Positions not told yet.")
    gauge(names.CONSUMER_LAG, [read(unheard)], "{message}", "Messages not heard yet.")
    gauge(
        names.WAITING_KEYS,
        [read(lambda seen: by(names.DERIVATION, seen.waiting))],
        "{key}",
        "Keys that wait to be derived.",
    )
    gauge(
        names.PARKED_ENTRIES,
        [read(lambda seen: by(names.PARKED_KIND, seen.parked))],
        "{entry}",
        "What waits for a person.",
    )
    gauge(names.HOLE_AGE, [lambda _: [Observation(hole_seconds())]], "s", "How long the relay has waited for a hole.")
