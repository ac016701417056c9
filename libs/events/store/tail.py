"""Following the log without missing an event: the contiguous prefix, and leaps over holes on evidence only.

A position is taken when an event is inserted and seen when it is committed, so later positions may be seen first.
Rows without a hole before them are safe. A hole is left behind only when every transaction that could still fill it
has ended: whoever takes a position holds a lock on the events table until its commit can be seen. No timers.

Positions are taken in order, so whoever holds one below a row that was seen was at work by then, or had ended: when all
who were at work when a row was seen have ended, every hole before that row is decided, however many there are.
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
        self._seen = position

    @property
    def hole(self) -> int | None:
        """The position that it waits for, if it waits for one."""
        return None if self._suspects is None else self.position + 1

    async def page(self, limit: int) -> Sequence[Any]:
        """Return the next rows (`log.COLUMNS`), in order, and move behind them; empty when there are none yet."""
        return await self._database.read(lambda reading: self.advance(reading, limit))

    def advance(self, reading: Reading, limit: int) -> Sequence[Any]:
        """Do the same within a body that has a snapshot for each statement."""
        decided = self.position
        if self._suspects is not None:
            # First who is still at work, then a new look at the rows: a commit is seen before its locks are freed.
            self._suspects &= holders(reading)
            if not self._suspects:
                decided, self._suspects = self._seen, None
        rows = log.page(reading, self.position, limit)
        taken = self._prefix(rows, decided)
        if taken:
            self.position = taken[-1][0]
        if len(taken) < len(rows) and self._suspects is None:
            self._seen, self._suspects = rows[-1][0], holders(reading)
        return taken

    def _prefix(self, rows: Sequence[Any], decided: int) -> Sequence[Any]:
        """Return the rows without a hole before them, but for holes up to a position where all is decided."""
        last = self.position
        for count, row in enumerate(rows):
            if row[0] != last + 1:
                if row[0] > decided:
                    return rows[:count]
                self.leapt += row[0] - last - 1
            last = row[0]
        return rows
