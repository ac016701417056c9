"""A disk that is full: what needs room is refused whole, nothing of it stays, and all goes on when there is room again.

SQLite is given no further page, or no further byte in any file. PostgreSQL is played: a trigger fails as a file does
that cannot grow. `attain faults full-disk` fills real disks.
"""

import asyncio
import resource
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from events.execute import execute
from events.faults import is_its_own_fault
from events.opening import Store
from events.store.database import CommitIsUnanswered, has_no_room
from events.store.session import Writing
from tests.events.orchard import TREE, Pick, Plant, should_be
from tests.events.stores import asking, count, orchard_rows, tree_rows

COMMANDS = 100
LONG = "north" * 1_000
"""The name of an orchard that needs a page of its own."""

PAGES_MAX = 2**30
PAGE_BYTES = 4_096

FAIL = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""
NO_ROOM = "CREATE TRIGGER no_room AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION fail()"


def fill(writing: Writing) -> None:
    """Let the database grow no more."""
    if writing.is_postgres:
        writing.execute(text(FAIL))
        writing.execute(text(NO_ROOM))
    else:
        writing.connection.exec_driver_sql("PRAGMA max_page_count = 1")


def make_room(writing: Writing) -> None:
    """Let it grow again."""
    if writing.is_postgres:
        writing.execute(text("DROP FUNCTION fail CASCADE"))
    else:
        writing.connection.exec_driver_sql(f"PRAGMA max_page_count = {PAGES_MAX}")


@asynccontextmanager
async def full(store: Store) -> AsyncGenerator[None]:
    """Have no room for a while."""
    await store.database.write(fill)
    yield
    await store.database.write(make_room)


@contextmanager
def no_file_grows() -> Generator[None]:
    """Let every write beyond the first page of a file fail in this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PAGE_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def planted(store: Store, key: Callable[[int], str]) -> list[object]:
    """Plant trees, all at once."""
    running = (execute(store, TREE, key(n), Plant(orchard=LONG), asking(key=key(n))) for n in range(COMMANDS))
    return list(await asyncio.gather(*running, return_exceptions=True))


async def test_what_finds_no_room_leaves_nothing_and_goes_through_when_there_is_room_again(store: Store) -> None:
    await execute(store, TREE, "old", Plant(), asking())
    async with full(store):
        answers = await planted(store, "t{}".format)
        for answer in answers:
            assert isinstance(answer, DBAPIError)
            assert has_no_room(answer)
            assert not is_its_own_fault(answer)
        assert (await count(store), len(await store.read(tree_rows))) == (1, 1)
    assert [answer for answer in await planted(store, "t{}".format) if isinstance(answer, BaseException)] == []
    rows = await store.read(tree_rows)
    assert (await count(store), len(rows)) == (COMMANDS + 1, COMMANDS + 1)
    assert await store.read(orchard_rows) == should_be(rows)


async def test_who_asks_is_answered_while_there_is_no_room(store: Store) -> None:
    await execute(store, TREE, "old", Plant(), asking())
    async with full(store):
        with pytest.raises(DBAPIError):
            await execute(store, TREE, "old", Pick(baskets=(1,) * 10 * COMMANDS), asking())
        assert [row.tree_id for row in await store.read(tree_rows)] == ["old"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_commit_that_fails_says_why(store: Store) -> None:
    with no_file_grows():
        (answer,) = await asyncio.gather(execute(store, TREE, "t1", Plant(), asking()), return_exceptions=True)
    assert isinstance(answer, CommitIsUnanswered)
    assert "disk I/O error" in str(answer)
    assert await count(store) == 0
    await execute(store, TREE, "t1", Plant(), asking())
    assert await count(store) == 1
