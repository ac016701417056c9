"""Who asks for what: the shapes that go with a command, and what the log may refuse."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from events.domain import Decider, Refused, Value


class StreamIsAtAnotherVersion(Refused):
    """It has changed since you read it. Read it again and decide anew."""


class TooManyWriters(Refused):
    """Others changed it at the same moment, several times in a row. Try again."""


class KeyWasUsedForAnotherBody(Refused):
    """This Idempotency-Key came before with another body. A new request needs a key of its own."""


class RequestIsStillRunning(Refused):
    """A request with this Idempotency-Key is still running. Ask again in a moment."""


class Request(Value, tag=False):
    """What makes a request the same one when it comes again: route, key, and the SHA-256 of its body."""

    route: str
    key: str
    body_hash: str


class Asking(Value, tag=False):
    """Who asks, when, and in which conversation. Goes with every command into the log."""

    actor: str
    at: datetime
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    expected_version: int | None = None
    request: Request | None = None


class Done(Value, tag=False):
    """A command's answer: the key and version of its stream, the log's last position, how many events it appended."""

    id: str
    version: int
    position: int
    events: int


class Step(Value, tag=False):
    """One command to one stream. `occurred_at` is when it happened in the world; the asking's instant if not said.

    `is_new` says that the stream is not there yet, so that it need not be loaded; where that proves wrong, it is.
    """

    decider: Decider[Any, Any, Any]
    key: str
    command: Any
    occurred_at: datetime | None = None
    is_new: bool = False

    @property
    def stream(self) -> str:
        """The stream's name."""
        return f"{self.decider.kind}-{self.key}"


class Beside(Value, tag=False):
    """Rows that are inserted in the same transaction: a raw delivery, something parked."""

    table: Table
    rows: tuple[Mapping[str, Any], ...]


class Unit(Value, tag=False):
    """What is committed whole or not at all: commands, in their order, and rows beside them."""

    steps: tuple[Step, ...]
    asking: Asking
    beside: tuple[Beside, ...] = ()
