"""Given a history, when a command comes, then these events follow, exactly and in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from events.domain import Decider, Refused

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


def given(decider: Decider[C, S, E], *history: E) -> "Given[C, S, E]":
    """Start from what has happened."""
    return Given(decider, history)


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    """A stream with a history."""

    decider: Decider[C, S, E]
    history: Sequence[E]

    @property
    def state(self) -> S:
        """What is true after the history."""
        return self.decider.fold(self.history)

    def when(self, command: C) -> "Outcome[E]":
        """Let the command decide."""
        try:
            return Outcome(tuple(self.decider.decide(command, self.state)), None)
        except Refused as refusal:
            return Outcome((), refusal)


@dataclass(frozen=True)
class Outcome(Generic[E]):
    """The events of a command, or its refusal."""

    events: tuple[E, ...]
    refusal: Refused | None

    def then(self, *expected: E) -> None:
        """Insist on exactly these events, in this order."""
        assert self.refusal is None, f"refused with {self.refusal!r}, expected {expected!r}"  # noqa: S101 this is a test
        assert self.events == expected, f"{self.events!r} is not {expected!r}"  # noqa: S101 this is a test

    def then_nothing(self) -> None:
        """Insist that it is already so."""
        self.then()

    def then_refused(self, expected: type[Refused], **details: object) -> None:
        """Insist on this refusal, and on its details where some are named."""
        assert self.refusal is not None, f"not refused but {self.events!r}"  # noqa: S101 this is a test
        assert type(self.refusal) is expected, f"{self.refusal!r} {self.events!r} is not {expected!r}"  # noqa: S101 this is a test
        told = {name: self.refusal.details.get(name) for name in details}
        assert told == details, f"{told!r} is not {details!r}"  # noqa: S101 this is a test
