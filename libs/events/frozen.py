"""Streams that a restored log could not complete: nobody decides on them until a person lets them go on.

What is frozen is read once, when the store is opened; letting a stream go on takes effect at the next start.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlalchemy import select

from events.domain import Refused, Value
from events.store.session import Reading, Writing
from events.store.tables import frozen


class StreamIsFrozen(Refused):
    """Its history is not complete since the database was put back to an older day. A person looks at it first."""


class Frozen(Value, tag=False):
    """A stream that is not complete, and why. `version` is the last that others have heard of.

    A released one goes on, above that version: those others drop what they take for known.
    """

    stream: str
    version: int
    reason: str
    since: datetime
    released_at: datetime | None = None


def every(reading: Reading) -> dict[str, Frozen]:
    """Return all streams that are or were frozen."""
    return {row.stream: row for row in reading.rows(select(frozen).order_by(frozen.c.stream), Frozen)}


def put(writing: Writing, rows: Iterable[Frozen]) -> None:
    """Write down what is frozen, or released."""
    writing.upsert(frozen, [msgspec.structs.asdict(row) for row in sorted(rows, key=lambda row: row.stream)])


def is_frozen(held: Mapping[str, Frozen], stream: str) -> bool:
    """Say whether nothing is decided on a stream."""
    found = held.get(stream)
    return found is not None and found.released_at is None


def check(held: Mapping[str, Frozen], stream: str) -> None:
    """Refuse a stream that is frozen."""
    if is_frozen(held, stream):
        raise StreamIsFrozen(reason=held[stream].reason)


def goes_on_above(held: Mapping[str, Frozen], stream: str, version: int) -> int:
    """Return the version above which a stream goes on."""
    found = held.get(stream)
    return version if found is None else max(version, found.version)
