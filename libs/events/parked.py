"""What could not be understood yet, kept whole: deliveries, heard events, and keys that failed to derive.

Everything parked can be listed, looked at, retried and dropped; nothing is lost, and nothing stands in its way.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select

from events.domain import Refused, Value
from events.journal import Journal
from events.store.session import Reading, Writing
from events.store.tables import dirty, parked

DELIVERY = "delivery"
HEARD = "heard"
KEY = "key"


class ParkedIsUnknown(Refused):
    """Nothing with this id is parked; it may have been retried or dropped."""


class Parked(Value, tag=False):
    """Something parked: what kind, whence, of which stream and place in it, and why. `box` is kept as it came."""

    id: UUID
    kind: str
    source: str
    stream: str
    sequence: int
    problem: str
    box: bytes
    received_at: datetime


def row_of(entry: Parked) -> dict[str, Any]:
    """Return the row to insert."""
    return {name: getattr(entry, name) for name in Parked.__struct_fields__}


def listed(kind: str | None = None) -> Select[Any]:
    """Ask for what is parked, oldest first."""
    statement = select(parked).order_by(parked.c.id)
    return statement if kind is None else statement.where(parked.c.kind == kind)


def found(reading: Reading, parked_id: UUID) -> Parked:
    """Return one, or refuse with `ParkedIsUnknown`."""
    entry = reading.one(select(parked).where(parked.c.id == parked_id), Parked)
    if entry is None:
        raise ParkedIsUnknown
    return entry


def held(writing: Writing, entry: Parked) -> Parked:
    """Return an entry that nobody else takes off the shelf meanwhile. Refuses `ParkedIsUnknown` if it is gone."""
    if writing.scalar(select(parked.c.id).where(parked.c.id == entry.id).with_for_update()) is None:
        raise ParkedIsUnknown
    return entry


def drop(writing: Writing, ids: Sequence[UUID]) -> None:
    """Take entries away."""
    for each in ids:
        writing.execute(delete(parked).where(parked.c.id == each))


def waiting_streams(writing: Writing, kind: str, source: str, streams: Sequence[str]) -> set[str]:
    """Return which of these streams have something parked: what is later in them waits as well.

    Who is retrying it is waited for: either it stays parked, or what is later need not wait.
    """
    statement = select(parked.c.stream).where(
        parked.c.kind == kind, parked.c.source == source, writing.among(parked.c.stream, streams)
    )
    return {stream for (stream,) in writing.tuples(statement.with_for_update(read=True))}


def beside(writing: Writing, entry: Parked) -> list[Parked]:
    """Return an entry and all others of its stream, in the stream's order, held until the end of this transaction.

    Refuses `ParkedIsUnknown` if the entry is gone.
    """
    same = (parked.c.kind == entry.kind, parked.c.source == entry.source, parked.c.stream == entry.stream)
    # Whoever is adding to them has ended when the locks are there, and a second question sees what they added.
    writing.tuples(select(parked.c.id).where(*same).with_for_update())
    found_there = writing.rows(select(parked).where(*same).order_by(parked.c.sequence, parked.c.id), Parked)
    if all(each.id != entry.id for each in found_there):
        raise ParkedIsUnknown
    return found_there


def park_key(writing: Writing, journal: Journal, derivation: str, key: str, position: int, problem: str) -> None:
    """Park a key that could not be derived, with its problem, in place of what it failed with before."""
    release_keys(writing, derivation, [key])
    entry = Parked(
        id=journal.ids(),
        kind=KEY,
        source=derivation,
        stream=key,
        sequence=position,
        problem=problem,
        box=b"",
        received_at=journal.clock(),
    )
    writing.insert(parked, [row_of(entry)])


def release_keys(writing: Writing, derivation: str, keys: Sequence[str]) -> None:
    """Forget the faults of keys that have been derived."""
    if keys:
        writing.execute(
            delete(parked).where(
                parked.c.kind == KEY, parked.c.source == derivation, writing.among(parked.c.stream, keys)
            )
        )


def retry_key(writing: Writing, entry: Parked) -> None:
    """Mark a parked key again."""
    writing.insert(dirty, [{"derivation": entry.source, "key": entry.stream, "position": entry.sequence}])
