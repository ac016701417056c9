"""Reading the log: streams, pages, and rows as recorded events."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from events.domain import Envelope, Recorded, Value, split_stream
from events.store.codec import Codec
from events.store.session import Reading
from events.store.tables import events

COLUMNS = (
    events.c.position,
    events.c.stream,
    events.c.version,
    events.c.id,
    events.c.type,
    events.c.schema,
    events.c.data,
    events.c.occurred_at,
    events.c.recorded_at,
    events.c.actor,
    events.c.correlation_id,
    events.c.causation_id,
    events.c.traceparent,
)

_PAGE = (
    select(*COLUMNS).where(events.c.position > bindparam("after")).order_by(events.c.position).limit(bindparam("limit"))
)
"""Ready made: every loop that follows a log asks it again and again."""


def recorded(codec: Codec, row: Any) -> Recorded[Value]:
    """Return a row of `COLUMNS` as a recorded event."""
    position, stream, version, id_, name, schema, data, occurred, at, actor, correlation, causation, trace = row
    kind, key = split_stream(stream)
    envelope = Envelope(
        id=id_,
        stream=stream,
        version=version,
        position=position,
        occurred_at=occurred,
        recorded_at=at,
        actor=actor,
        correlation_id=correlation,
        causation_id=causation,
        traceparent=trace,
    )
    return Recorded(event=codec.decode(name, schema, data), envelope=envelope, kind=kind, key=key)


def page(reading: Reading, after: int, limit: int) -> Sequence[Any]:
    """Return up to `limit` rows behind a position, in order; there may be holes."""
    return reading.tuples(_PAGE, {"after": after, "limit": limit})


def streams(reading: Reading, codec: Codec, names: Iterable[str]) -> dict[str, list[Recorded[Value]]]:
    """Return the whole history of streams, each in version order."""
    wanted = select(*COLUMNS).where(reading.among(events.c.stream, names)).order_by(events.c.stream, events.c.version)
    history: dict[str, list[Recorded[Value]]] = {}
    for row in reading.tuples(wanted):
        history.setdefault(row[1], []).append(recorded(codec, row))
    return history


def histories(reading: Reading, codec: Codec, names: Iterable[str]) -> dict[str, tuple[int, list[Value]]]:
    """Return the last version and the events of each stream that exists: all that a decision needs."""
    found: dict[str, tuple[int, list[Value]]] = {}
    columns = ("stream", "version", "type", "schema", "data")
    for stream, version, name, schema, data in reading.keyed(events, columns, "stream", names, ("stream", "version")):
        before = found.get(stream)
        made = [] if before is None else before[1]
        made.append(codec.decode(name, schema, data))
        found[stream] = (version, made)
    return found


def traceparents(reading: Reading, positions: Iterable[int]) -> list[str]:
    """Return the traces of the events at some positions, those that have one."""
    wanted = select(events.c.traceparent).where(
        reading.among(events.c.position, positions), events.c.traceparent.is_not(None)
    )
    return [traceparent for (traceparent,) in reading.tuples(wanted)]


def last_versions(reading: Reading, names: Iterable[str], before: int | None = None) -> dict[str, int]:
    """Return the last version of each stream that exists, or that existed before a position."""
    statement = (
        select(events.c.stream, func.max(events.c.version))
        .where(reading.among(events.c.stream, names))
        .group_by(events.c.stream)
    )
    if before is not None:
        statement = statement.where(events.c.position < before)
    return {row[0]: row[1] for row in reading.tuples(statement)}


def last_position(reading: Reading) -> int:
    """Return the highest position that can be seen, 0 in an empty log."""
    return reading.scalar(select(func.coalesce(func.max(events.c.position), 0)))


def recorded_as(entry: Any, position: int, at: datetime) -> Recorded[Value]:
    """Return an entry that was just appended as a recorded event."""
    kind, key = split_stream(entry.stream)
    envelope = Envelope(
        id=entry.id,
        stream=entry.stream,
        version=entry.version,
        position=position,
        occurred_at=entry.occurred_at,
        recorded_at=at,
        actor=entry.actor,
        correlation_id=entry.correlation_id,
        causation_id=entry.causation_id,
        traceparent=entry.traceparent,
    )
    return Recorded(event=entry.event, envelope=envelope, kind=kind, key=key)
