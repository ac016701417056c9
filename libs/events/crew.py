"""Processes that compute beside the one that writes: each has a connection of its own, and only reads."""

import asyncio
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Protocol, TypeVar

from events.collector import calm_collector
from events.deriving import Derivation
from events.filling import Filled, filled
from events.store.database import Database, open_database
from events.store.session import Reading

T = TypeVar("T")

AHEAD = 2
"""How many chunks for each process are on their way: enough that nobody waits, few enough for memory."""

Chunks = Iterable[Sequence[str]]
Derivations = Callable[[], Sequence[Derivation[Any, Any]]]


class Crew(Protocol):
    """Who computes what follows from many keys."""

    def fill(self, reading: Reading, derivation: Derivation[Any, Any], chunks: Chunks) -> Iterator[Filled]:
        """Compute chunks of keys, in their order."""
        ...


class Alone:
    """Whoever writes computes too, in its own transaction."""

    def fill(self, reading: Reading, derivation: Derivation[Any, Any], chunks: Chunks) -> Iterator[Filled]:
        """Compute chunks of keys, one after the other."""
        return (filled(reading, derivation, keys) for keys in chunks)


@dataclass(frozen=True, slots=True)
class _Seat:
    """What a process of a crew has open."""

    loop: asyncio.AbstractEventLoop
    database: Database


_seats: list[_Seat] = []
"""The one seat of this process, if it is one of a crew."""


class Processes:
    """Several processes. What they read is committed, and stays as it is while they work.

    `derivations` is a function that another process can import by its name.
    """

    def __init__(self, url: str, derivations: Derivations, count: int) -> None:
        self._derivations, self._count = derivations, count
        # A process that was forked would share what threads and connections were in the middle of.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(count, context, initializer=_sit_down, initargs=(url,))

    def __enter__(self) -> "Processes":
        for _ in range(self._count):
            self._pool.submit(self._derivations)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def fill(self, reading: Reading, derivation: Derivation[Any, Any], chunks: Chunks) -> Iterator[Filled]:
        """Compute chunks of keys, several at a time."""
        return self.each(partial(_fill, self._derivations, derivation.name), chunks)

    def each(self, body: Callable[[Reading, Sequence[str]], T], chunks: Chunks) -> Iterator[T]:
        """Ask the database about chunks of keys, several at a time; yield the answers in order."""
        waiting: deque[Future[T]] = deque()
        for keys in chunks:
            waiting.append(self._pool.submit(_ask, body, keys))
            if len(waiting) > AHEAD * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _sit_down(url: str) -> None:
    calm_collector()
    _seats.append(_Seat(asyncio.new_event_loop(), open_database(url)))


def _ask(body: Callable[[Reading, Sequence[str]], T], keys: Sequence[str]) -> T:
    [seat] = _seats
    return seat.loop.run_until_complete(seat.database.read(lambda reading: body(reading, keys)))


def _fill(derivations: Derivations, name: str, reading: Reading, keys: Sequence[str]) -> Filled:
    [derivation] = [each for each in derivations() if each.name == name]
    return filled(reading, derivation, keys)
