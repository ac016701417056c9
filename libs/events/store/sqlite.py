"""SQLite: WAL, one writer thread for each process, a few reader threads, a whole transaction for each hop."""

import asyncio
import fcntl
import os
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from events.store.session import NameIsHeld, Reading, Writing

T = TypeVar("T")

READERS = 4
BUSY_MILLISECONDS = 30_000
LOCK_POLL_SECONDS = 0.05


class Sqlite:
    """A database in one file, which several processes may share: one of them writes at a time."""

    lanes = 1

    def __init__(self, path: str) -> None:
        self._path = path
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # A fault is logged: it must not say what people wrote or what they earn.
        self._engine = create_engine(
            f"sqlite:///{path}", poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
        )
        event.listen(self._engine, "connect", _prepare)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="sqlite-reader")
        self._local = threading.local()
        self._opened: list[Connection] = []

    async def read(self, body: Callable[[Reading], T]) -> T:
        """Run questions on a reader thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: body(Reading(self._connection()))
        )

    async def write(self, body: Callable[[Writing], T]) -> T:
        """Run a body in one transaction on the writer thread, in the context of the caller: its trace goes on there."""
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: context.run(self._transact, body))

    @asynccontextmanager
    async def exclusive(self, name: str, *, wait: bool = True) -> AsyncGenerator[None]:
        """Hold a lock file beside the database."""
        file = os.open(f"{self._path}.{name}.lock", os.O_CREAT | os.O_RDWR)
        try:
            while not _locked(file):
                if not wait:
                    raise NameIsHeld(name)
                await asyncio.sleep(LOCK_POLL_SECONDS)
            yield
        finally:
            os.close(file)

    async def close(self) -> None:
        """Wait for what runs, then close all connections."""
        await asyncio.to_thread(self._close)

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._engine.connect()
            self._opened.append(connection)
        return connection

    def _transact(self, body: Callable[[Writing], T]) -> T:
        connection = self._connection()
        writing = Writing(connection)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            answer = body(writing)
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            if _is_open(connection):
                connection.exec_driver_sql("ROLLBACK")
            raise
        writing.committed()
        return answer

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        self._engine.dispose()


def _is_open(connection: Connection) -> bool:
    """Say whether a transaction is under way: a full disk has SQLite end it by itself."""
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
