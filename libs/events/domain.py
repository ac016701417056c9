"""What a domain may import: values, refusals and deciders. Pure: no I/O, no clock, no framework."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Generic, TypeAlias, TypeVar, dataclass_transform
from uuid import UUID

import msgspec

E = TypeVar("E")
C = TypeVar("C")
S = TypeVar("S")

Instant: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time, never without its offset from UTC."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class ValueMeta(msgspec.StructMeta):
    """Make every value frozen, keyword-only and tagged with its name."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> Any:
        """Add the defaults that a value has."""
        defaults: dict[str, Any] = {"frozen": True, "kw_only": True, "tag": True}
        return super().__new__(mcs, name, bases, namespace, **(defaults | config))


class Value(msgspec.Struct, metaclass=ValueMeta):
    """An immutable record: commands, events, states and contracts are nothing else."""


class Refused(Exception):
    """A rule said no. Subclasses are named as sentences; their docstring is what the user reads.

    `details` become members of the problem that the edge answers with: names in lower case, JSON values.
    """

    def __init__(self, **details: Any) -> None:
        super().__init__(type(self).__name__)
        self.details = details


class Personal(Value, tag=False):
    """Text about a person, never in the clear: only the edge can read it, with the key of `person_id`.

    `box` is AES-256-GCM ciphertext with its nonce, `mac` an HMAC-SHA256 of the text under a key of the same
    person, so that two texts can be compared without reading them. Both are base64.
    """

    person_id: str
    box: str
    mac: str


@dataclass(frozen=True, kw_only=True)
class Decider(Generic[C, S, E]):
    """How one kind of stream lives: `decide` says yes with events or refuses, `evolve` says what an event means.

    `kind` names the streams (`plan` → `plan-p1`) and has no dash. `events` are the classes that they hold.
    """

    kind: str
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
    events: tuple[type[E], ...]

    def __post_init__(self) -> None:
        if "-" in self.kind:
            message = f"a kind has no dash: {self.kind!r}"
            raise ValueError(message)

    def fold(self, history: Sequence[E]) -> S:
        """Return what is true after a history."""
        state = self.initial
        for event in history:
            state = self.evolve(state, event)
        return state


class Envelope(Value, tag=False):
    """What the log knows of an event beside the event itself. Instants are UTC."""

    id: UUID
    stream: str
    version: int
    position: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None


class Recorded(Value, Generic[E], tag=False):
    """An event as the log keeps it, with its envelope. `kind` and `key` are the two parts of the stream's name."""

    event: E
    envelope: Envelope
    kind: str
    key: str

    HEARD: ClassVar[str] = "heard"

    @property
    def version(self) -> int:
        """The event's number in its stream, from 1 (a heard stream may have gaps)."""
        return self.envelope.version

    @property
    def position(self) -> int:
        """The event's place in the log."""
        return self.envelope.position


def split_stream(stream: str) -> tuple[str, str]:
    """Return a stream's kind and key: `plan-p1` → plan, p1; `heard-goals-person-p1` → heard-goals-person, p1."""
    parts = stream.split("-", 3) if stream.startswith("heard-") else stream.split("-", 1)
    return "-".join(parts[:-1]), parts[-1]
