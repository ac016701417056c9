"""A database whose writes fail where a test wants them to, as when a process dies or a line is cut."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from events.store.database import Database
from events.store.session import Reading, Writing

T = TypeVar("T")


class FalteringDatabase:
    """A database, with what each of the next writes raises; `None` for one that goes through, as later ones do."""

    def __init__(self, database: Database, faults: Iterable[BaseException | None] = ()) -> None:
        self.lanes = database.lanes
        self.faults = deque(faults)
        self._database = database

    async def read(self, body: Callable[[Reading], T]) -> T:
        """Run questions."""
        return await self._database.read(body)

    async def write(self, body: Callable[[Writing], T]) -> T:
        """Run a body in one transaction, or raise the next fault."""
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        return await self._database.write(body)

    def exclusive(self, name: str, *, wait: bool = True) -> AbstractAsyncContextManager[None]:
        """Hold a name."""
        return self._database.exclusive(name, wait=wait)

    async def close(self) -> None:
        """Close it."""
        await self._database.close()
