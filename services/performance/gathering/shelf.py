"""Parked deliveries, looked at again: opened for those who may read them, retried by the path that all go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from events import deciding, parked
from events.asking import Asking, Done, TooManyWriters, Unit
from events.domain import Refused
from events.parked import DELIVERY, Parked
from events.shelf import Special
from events.store.database import lost_a_race
from events.store.session import Writing
from performance.domain.checks import DeliveryIsWrong, Fault
from performance.gathering.intake import WHOLE, Arrival, Intake, Understanding, arrivals_in, intake_in, understood

RETRIES_MAX = 5


class StillNotUnderstood(Refused):
    """It cannot be understood yet. It stays parked."""


class DeliveryKeyHasExpired(Refused):
    """The key of that day's deliveries has expired: this one can be dropped, and no longer be read."""


class ParkedDeliveries:
    """How parked deliveries are opened and retried."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def content(self, entry: Parked) -> bytes:
        """Return the delivery's bytes. Refuses `DeliveryKeyHasExpired`."""
        content = await self._intake.keys.open_bytes(entry.source, entry.received_at.date(), entry.box)
        if content is None:
            raise DeliveryKeyHasExpired
        return content

    async def retry(self, entry: Parked, asking: Asking) -> Done:
        """Take it as if it came now; the events' actor is who retries. Refuses `StillNotUnderstood`."""
        understanding = await self._understood(entry, asking.at)
        if understanding.faulty:
            faults: list[Fault] = [fault for each in understanding.faulty for fault in each.faults]
            raise StillNotUnderstood(errors=DeliveryIsWrong(faults).details["errors"])
        unit = Unit(steps=tuple(understanding.steps), asking=asking)
        store = self._intake.store
        for _ in range(RETRIES_MAX):
            try:
                done = await store.database.write(lambda writing: take_off(writing, self._intake, entry, unit))
            except DBAPIError as error:
                if not lost_a_race(error):
                    raise
                continue
            store.appended.ring()
            return done
        raise TooManyWriters

    async def _understood(self, entry: Parked, at: datetime) -> Understanding:
        text = await self.content(entry)
        arrivals: Sequence[Arrival] = arrivals_in(text, entry.stream, batch=entry.sequence == WHOLE)
        return await understood(self._intake, entry.source, arrivals, at)


def take_off(writing: Writing, intake: Intake, entry: Parked, unit: Unit) -> Done:
    """Append what a parked delivery means and take it off the shelf: both or neither."""
    parked.held(writing, entry)
    answer = deciding.commit(writing, intake.store.journal, [unit])[0]
    if isinstance(answer, Exception):
        raise answer
    parked.drop(writing, [entry.id])
    return answer


def specials(state: Any) -> Mapping[str, Special]:
    """Return what performance alone parks, from its app's state."""
    return {DELIVERY: ParkedDeliveries(intake_in(state))}
