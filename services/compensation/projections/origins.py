"""The event that made a row what it is: its columns, what fills them, and how the pay engine reads them."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, Text

from compensation.domain.engine.credit import Origin
from events.domain import Recorded, Value
from events.store.columns import Instant

NAMES = ("event_id", "event_type", "event_version", "event_source", "event_at", "event_position")


class Originated(Protocol):
    """A row that says which event made it what it is."""

    @property
    def event_id(self) -> str:
        """Which event it was."""
        ...

    @property
    def event_type(self) -> str:
        """What kind of event."""
        ...

    @property
    def event_version(self) -> int:
        """Which version of its stream."""
        ...

    @property
    def event_source(self) -> str:
        """Who told of it."""
        ...

    @property
    def event_at(self) -> datetime:
        """When it happened."""
        ...

    @property
    def event_position(self) -> int:
        """Where it stands in our own log."""
        ...


def origin_columns() -> list[Column[Any]]:
    """Return the columns that name an event."""
    return [
        Column("event_id", Text, nullable=False),
        Column("event_type", Text, nullable=False),
        Column("event_version", BigInteger, nullable=False),
        Column("event_source", Text, nullable=False),
        Column("event_at", Instant, nullable=False),
        Column("event_position", BigInteger, nullable=False),
    ]


def named_by(recorded: Recorded[Value]) -> dict[str, Any]:
    """Return what a row says of an event."""
    envelope = recorded.envelope
    return {
        "event_id": str(envelope.id),
        "event_type": type(recorded.event).__name__,
        "event_version": envelope.version,
        "event_source": envelope.actor,
        "event_at": envelope.occurred_at,
        "event_position": envelope.position,
    }


def named_as(row: Originated) -> dict[str, Any]:
    """Return what a row says of its event, for another row that follows from the same one."""
    return {name: getattr(row, name) for name in NAMES}


def origin_of(row: Originated) -> Origin:
    """Return a row's event as the pay engine reads it."""
    return Origin(
        event_id=row.event_id,
        event_type=row.event_type,
        version=row.event_version,
        source=row.event_source,
        occurred_at=row.event_at,
        position=row.event_position,
    )
