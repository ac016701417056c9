"""What is parked, looked at again: read by those who may, retried by the same path, or dropped for a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError

from events import deciding, hearing, parked
from events.asking import Asking, Done, TooManyWriters, Unit
from events.domain import Refused
from events.parked import DELIVERY, HEARD, Parked, ParkedIsUnknown
from events.requests import answered
from events.store.database import lost_a_race
from events.store.session import Reading, Writing
from events.store.tables import parked as shelf
from performance.domain.checks import DeliveryIsWrong, Fault
from performance.gathering.intake import WHOLE, Arrival, Intake, Understanding, arrivals_in, understood

RETRIES_MAX = 5

_log = structlog.get_logger("performance.parked")


class StillNotUnderstood(Refused):
    """It cannot be understood yet. It stays parked."""


class DeliveryKeyHasExpired(Refused):
    """The key of that day's deliveries has expired: this one can be dropped, and no longer be read."""


class ParkedIsNotADelivery(Refused):
    """This is neither a delivery nor something heard. Drop it once its cause is gone."""


def listed(kind: str | None) -> Select[Any]:
    """Ask for what is parked, of one kind or of all."""
    return select(shelf) if kind is None else select(shelf).where(shelf.c.kind == kind)


def entry_of(reading: Reading, parked_id: UUID) -> Parked:
    """Return what is parked. Refuses `ParkedIsUnknown`."""
    return parked.found(reading, parked_id)


async def opened(intake: Intake, entry: Parked) -> str:
    """Return what is parked as it came. Refuses `DeliveryKeyHasExpired`."""
    return (await content_of(intake, entry)).decode(errors="replace")


async def content_of(intake: Intake, entry: Parked) -> bytes:
    """Return the bytes that are parked."""
    if entry.kind != DELIVERY:
        return entry.box
    content = await intake.keys.open_bytes(entry.source, entry.received_at.date(), entry.box)
    if content is None:
        raise DeliveryKeyHasExpired
    return content


async def retry(intake: Intake, parked_id: UUID, asking: Asking) -> Done:
    """Take what is parked as if it came now; it leaves the shelf in the append. Refuses what is still not understood.

    The events' actor is who retries. The same request again gets the same answer.
    """
    before = await answer_before(intake, asking)
    if before is not None:
        return msgspec.structs.replace(before, id=before.id or str(parked_id))
    entry = await intake.store.read(lambda reading: entry_of(reading, parked_id))
    if entry.kind == DELIVERY:
        return await retry_delivery(intake, entry, asking)
    if entry.kind != HEARD:
        raise ParkedIsNotADelivery
    await intake.store.database.write(lambda writing: hear_again(writing, intake, entry, asking))
    intake.store.journal.appended.ring()
    return Done(id=str(entry.id), version=0, position=0, events=1)


async def answer_before(intake: Intake, asking: Asking) -> Done | None:
    """Return the answer that the same request got before. Refuses `KeyWasUsedForAnotherBody`."""
    found = await intake.store.read(lambda reading: answered(reading, [Unit(steps=(), asking=asking)]))
    if not found:
        return None
    _, answer = found[0]
    if isinstance(answer, Refused):
        raise answer
    return answer


def remember(writing: Writing, intake: Intake, asking: Asking) -> None:
    """Store a request that appends nothing itself, so that it gets the same answer when it comes again."""
    deciding.commit(writing, intake.store.journal, [Unit(steps=(), asking=asking)])


def hear_again(writing: Writing, intake: Intake, entry: Parked, asking: Asking) -> None:
    """Record what was heard and could not be read, with all that waits behind it."""
    remember(writing, intake, asking)
    hearing.retry(writing, intake.store.journal, entry)


async def retry_delivery(intake: Intake, entry: Parked, asking: Asking) -> Done:
    """Take a parked delivery by the path that all deliveries go."""
    understanding = await understood_again(intake, entry, asking.at)
    if understanding.faulty:
        faults: list[Fault] = [fault for each in understanding.faulty for fault in each.faults]
        raise StillNotUnderstood(errors=DeliveryIsWrong(faults).details["errors"])
    unit = Unit(steps=tuple(understanding.steps), asking=asking)
    for _ in range(RETRIES_MAX):
        try:
            done = await intake.store.database.write(lambda writing: take_off(writing, intake, entry, unit))
        except DBAPIError as error:
            if not lost_a_race(error):
                raise
            continue
        intake.store.appended.ring()
        return done
    raise TooManyWriters


async def understood_again(intake: Intake, entry: Parked, at: datetime) -> Understanding:
    """Read a parked delivery anew."""
    text = await content_of(intake, entry)
    arrivals: Sequence[Arrival] = arrivals_in(text, entry.stream, batch=entry.sequence == WHOLE)
    return await understood(intake, entry.source, arrivals, at)


def take_off(writing: Writing, intake: Intake, entry: Parked, unit: Unit) -> Done:
    """Append what a parked delivery means and take it off the shelf: both or neither."""
    if writing.scalar(select(shelf.c.id).where(shelf.c.id == entry.id).with_for_update()) is None:
        raise ParkedIsUnknown
    answer = deciding.commit(writing, intake.store.journal, [unit])[0]
    if isinstance(answer, Exception):
        raise answer
    parked.drop(writing, [entry.id])
    return answer


async def drop(intake: Intake, parked_id: UUID, asking: Asking, reason: str) -> None:
    """Drop what is parked, and log who did and why. Refuses `ParkedIsUnknown`, but not to the same request again."""
    if await answer_before(intake, asking) is not None:
        return
    entry = await intake.store.read(lambda reading: entry_of(reading, parked_id))
    await intake.store.database.write(lambda writing: drop_one(writing, intake, entry, asking))
    _log.info("parked entry dropped", parked_id=str(parked_id), source=entry.source, actor=asking.actor, reason=reason)


def drop_one(writing: Writing, intake: Intake, entry: Parked, asking: Asking) -> None:
    """Take one off the shelf for good."""
    remember(writing, intake, asking)
    parked.drop(writing, [entry.id])
