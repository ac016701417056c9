"""A commit that is not answered may have happened: what it held is not run again, but for whoever asks again by key."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from events.asking import Asking, Done, Step, Unit
from events.execute import execute
from events.group_commit import GroupCommit
from events.opening import Store
from events.store.database import CommitIsUnanswered, Database
from events.store.session import Reading, Writing
from tests.events.orchard import TREE, ApplesPicked, PickOneMore, Plant, TreePlanted
from tests.events.stores import asking, happened

T = TypeVar("T")


@dataclass
class Deaf:
    """A database whose commits happen, and which is lost before it says so."""

    database: Database
    lanes: int = 1

    async def read(self, body: Callable[[Reading], T]) -> T:
        """Run questions."""
        return await self.database.read(body)

    async def write(self, body: Callable[[Writing], T]) -> T:
        """Commit, and lose the connection."""
        await self.database.write(body)
        raise DBAPIError("COMMIT", None, ConnectionResetError(), connection_invalidated=True)

    def exclusive(self, name: str, *, wait: bool = True) -> AbstractAsyncContextManager[None]:
        """Hold a name."""
        return self.database.exclusive(name, wait=wait)

    async def close(self) -> None:
        """Close it."""
        await self.database.close()


async def unanswered(store: Store, *keys: str | None) -> list[Done | BaseException]:
    """Pick apples of one tree for each key, together, and hear nothing of it."""
    commits = GroupCommit(replace(store.journal, database=Deaf(store.database)))
    running = (commits.submit(picking(asking(key))) for key in keys)
    return list(await asyncio.gather(*running, return_exceptions=True))


def picking(asked: Asking) -> Unit:
    return Unit(steps=(Step(decider=TREE, key="t1", command=PickOneMore()),), asking=asked)


async def test_what_was_committed_unheard_is_not_run_again(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    assert all(isinstance(answer, CommitIsUnanswered) for answer in await unanswered(store, None, None))
    picked = [ApplesPicked(count=1), ApplesPicked(count=2)]
    assert await happened(store, "tree-t1") == [TreePlanted(orchard="north"), *picked]


async def test_who_asks_again_by_the_same_key_is_told_what_was_done(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    await unanswered(store, "k1")
    again = await execute(store, TREE, "t1", PickOneMore(), asking("k1"))
    assert (again.version, len(await happened(store, "tree-t1"))) == (2, 2)
