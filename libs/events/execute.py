"""Run a command: load the stream, fold it, decide, append. What returns is durable and shown by the read models."""

from collections.abc import Sequence
from typing import TypeVar

from events.asking import (
    Asking,
    Beside,
    Done,
    KeyWasUsedForAnotherBody,
    Request,
    RequestIsStillRunning,
    Step,
    StreamIsAtAnotherVersion,
    TooManyWriters,
    Unit,
)
from events.domain import Decider
from events.opening import Store

__all__ = [
    "Asking",
    "Beside",
    "Done",
    "KeyWasUsedForAnotherBody",
    "Request",
    "RequestIsStillRunning",
    "Step",
    "StreamIsAtAnotherVersion",
    "TooManyWriters",
    "Unit",
    "execute",
    "execute_all",
]

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


async def execute(store: Store, decider: Decider[C, S, E], key: str, command: C, asking: Asking) -> Done:
    """Run one command on one stream.

    Raises what the domain refuses, or what `events.asking` names. "Already so" appends nothing and is done.
    """
    return await store.commits.submit(Unit(steps=(Step(decider=decider, key=key, command=command),), asking=asking))


async def execute_all(store: Store, steps: Sequence[Step], asking: Asking, beside: Sequence[Beside] = ()) -> Done:
    """Run several commands as one append: all of them and the rows beside them, or nothing."""
    return await store.commits.submit(Unit(steps=tuple(steps), asking=asking, beside=tuple(beside)))
