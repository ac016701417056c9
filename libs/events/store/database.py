"""A service's database: SQLite or PostgreSQL, behind one small protocol."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionIsFree

from events.store.postgres import Postgres
from events.store.session import Reading, Writing
from events.store.sqlite import Sqlite

T = TypeVar("T")

LOST_RACES = frozenset(
    {
        "40P01",  # a deadlock
        "40001",  # a serialization failure
        "55P03",  # a lock that it did not get in the time that it gave itself
        "23505",  # somebody else inserted the same key
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    }
)
BAD_VALUES = ("22", "23", "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG")
"""How the codes of faults begin that are the values' own: two classes of SQLSTATE, and SQLite's names."""

NO_ROOM = frozenset({"53100", "SQLITE_FULL"})
"""The codes of a disk that is full."""

AWAY = ("08", "57P", "53300", "58", "SQLITE_IOERR", "SQLITE_CANTOPEN")
"""How the codes begin of a database that cannot be spoken with, ends, starts, or cannot use its files."""


class CommitIsUnanswered(ConnectionError):
    """The database was lost while it committed: whether it did is not known."""


class Database(Protocol):
    """Where one service keeps its log, what it heard and its read models."""

    lanes: int
    """How many transactions a process commits at once."""

    async def read(self, body: Callable[[Reading], T]) -> T:
        """Run questions; each statement sees what was committed when it began."""
        ...

    async def write(self, body: Callable[[Writing], T]) -> T:
        """Run a body in one transaction: committed when this returns, rolled back when it raises."""
        ...

    def exclusive(self, name: str, *, wait: bool = True) -> AbstractAsyncContextManager[None]:
        """Hold a name that only one process (and one task) holds at a time; wait for it, or raise `NameIsHeld`."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


def open_database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql+asyncpg://…`."""
    if url.startswith("sqlite:///"):
        return Sqlite(url.removeprefix("sqlite:///"))
    if url.startswith("postgresql+asyncpg://"):
        return Postgres(url)
    message = f"a database is sqlite:///… or postgresql+asyncpg://…, not {url.split(':', 1)[0]}:…"
    raise ValueError(message)


def lost_a_race(error: DBAPIError) -> bool:
    """Say whether the same transaction may succeed when it is tried again."""
    return _code(error) in LOST_RACES


def refused_the_values(error: DBAPIError) -> bool:
    """Say whether the values themselves were refused, so that trying again brings the same."""
    return _code(error).startswith(BAD_VALUES) and not lost_a_race(error)


def has_no_room(error: DBAPIError) -> bool:
    """Say whether there was no room on the database's disk, so that the transaction changed nothing."""
    return _code(error) in NO_ROOM


def is_away(error: Exception) -> bool:
    """Say whether the database did not answer, or cannot serve."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _code(error).startswith(AWAY)
    return isinstance(error, ConnectionError | NoConnectionIsFree)


def _code(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or ""
