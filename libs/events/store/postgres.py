"""PostgreSQL by asyncpg: a pool for questions, a small one for transactions."""

import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from events.store.session import NameIsHeld, Reading, Writing

T = TypeVar("T")

READERS_MAX = 8
WRITERS_MAX = 6


class Postgres:
    """A database of its own on a PostgreSQL server."""

    lanes = 2

    def __init__(self, url: str) -> None:
        # A service's transactions find their rows by key. The planner guesses ten elements for any array
        # and would scan young tables whole.
        by_key = {"server_settings": {"enable_seqscan": "off", "jit": "off"}}
        # A fault is logged: it must not say what people wrote or what they earn.
        self._reads = create_async_engine(
            url,
            pool_size=READERS_MAX,
            max_overflow=0,
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=True,
            hide_parameters=True,
        )
        self._writes = create_async_engine(
            url,
            pool_size=WRITERS_MAX,
            max_overflow=0,
            connect_args=by_key,
            pool_pre_ping=False,
            hide_parameters=True,
        )
        self._locks = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    async def read(self, body: Callable[[Reading], T]) -> T:
        """Run questions; each statement has a snapshot of its own."""
        async with self._reads.connect() as connection:
            return await connection.run_sync(_reading, body)

    async def write(self, body: Callable[[Writing], T]) -> T:
        """Run a body in one READ COMMITTED transaction."""
        async with self._writes.begin() as connection:
            answer, writing = await connection.run_sync(_writing, body)
        writing.committed()
        return answer

    @asynccontextmanager
    async def exclusive(self, name: str, *, wait: bool = True) -> AsyncGenerator[None]:
        """Hold an advisory lock in a session of its own; when the session dies, the lock is free."""
        async with self._locks.connect() as connection:
            number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
            if wait:
                await connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": number})
            elif not await connection.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": number}):
                raise NameIsHeld(name)
            yield

    async def close(self) -> None:
        """Close both pools."""
        await self._reads.dispose()
        await self._writes.dispose()
        await self._locks.dispose()


def _reading(connection: Connection, body: Callable[[Reading], T]) -> T:
    return body(Reading(connection))


def _writing(connection: Connection, body: Callable[[Writing], T]) -> tuple[T, Writing]:
    writing = Writing(connection)
    return body(writing), writing
