"""Following the log without missing an event: the contiguous prefix, and leaps over holes on evidence only.

A position is taken when an event is inserted and seen when it is committed, so later positions may be seen first.
Rows without a hole before them are safe. A hole is left behind only when every transaction that could still fill it
has ended: whoever takes a position holds a lock on the events table until its commit can be seen. No timers.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from events.store import log
from events.store.database import Database
from events.store.session import Reading

PREFIX = "relay"
"""The mark of how far the log is known to be closed; the relay moves it."""

_HOLDERS = text(
    "SELECT coalesce(virtualtransaction, '') || '/' || coalesce(pid, 0) FROM pg_locks "
    "WHERE locktype = 'relation' AND relation = 'events'::regclass AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) AND mode = 'RowExclusiveLock' AND granted"
)


def holders(reading: Reading) -> frozenset[str]:
    """Return the transactions that may still commit a position: none in SQLite, where writers take turns."""
    if not reading.is_postgres:
        return frozenset()
    return frozenset(name for (name,) in reading.tuples(_HOLDERS))


def closed_prefix(reading: Reading) -> int | None:
    """Return a position up to which nothing more can appear, or `None` while a writer is at work."""
    last = log.last_position(reading)
    return None if holders(reading) else last


class Tail:
    """One reader's place in a log, and what it knows of the first hole behind it."""

    def __init__(self, database: Database, position: int) -> None:
        self.position = position
        self.leapt = 0
        self._database = database
        self._suspects: frozenset[str] | None = None

    async def page(self, limit: int) -> Sequence[Any]:
        """Return the next rows (`log.COLUMNS`), in order, and move behind them; empty when there are none yet."""
        return await self._database.read(lambda reading: self.advance(reading, limit))

    def advance(self, reading: Reading, limit: int) -> Sequence[Any]:
        """Do the same within a body that has a snapshot for each statement."""
        hole_is_dead = False
        if self._suspects is not None:
            # First who is still at work, then a new look at the rows: a commit is seen before its locks are freed.
            self._suspects &= holders(reading)
            hole_is_dead = not self._suspects
        rows = log.page(reading, self.position, limit)
        taken = self._prefix(rows, hole_is_dead=hole_is_dead)
        if taken:
            self.position = taken[-1][0]
            self._suspects = None
        if len(taken) < len(rows) and self._suspects is None:
            self._suspects = holders(reading)
        return taken

    def _prefix(self, rows: Sequence[Any], *, hole_is_dead: bool) -> Sequence[Any]:
        expected = self.position + 1
        if rows and hole_is_dead:
            self.leapt += rows[0][0] - expected
            expected = rows[0][0]
        for count, row in enumerate(rows):
            if row[0] != expected:
                return rows[:count]
            expected += 1
        return rows
