"""A service's database: SQLite or PostgreSQL, behind one small protocol."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from events.store.postgres import Postgres
from events.store.session import Reading, Writing
from events.store.sqlite import Sqlite

T = TypeVar("T")

DEADLOCK_DETECTED = "40P01"
SERIALIZATION_FAILURE = "40001"


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

    def exclusive(self, name: str) -> AbstractAsyncContextManager[None]:
        """Hold a name that only one process (and one task) holds at a time; wait for it."""
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
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in {DEADLOCK_DETECTED, SERIALIZATION_FAILURE}
