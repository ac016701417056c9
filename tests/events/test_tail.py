"""Following the log: what is behind a hole waits until the hole is proven dead, and for nothing else."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Executable, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from events.execute import execute
from events.opening import Store
from events.store.session import Reading
from events.store.tail import Tail, closed_prefix
from tests.events.orchard import TREE, Pick, Plant
from tests.events.stores import asking
from tests.events.writers import INSERT, event, open_writers

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


@pytest.fixture
async def other(store: Store, database_url: str) -> AsyncGenerator[AsyncConnection]:
    """Another writer's transaction."""
    engine = open_writers(database_url, 1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


class Interrupted(Reading):
    """Lets another transaction commit right after the first question."""

    def __init__(self, reading: Reading, other: AsyncConnection) -> None:
        super().__init__(reading.connection)
        self._other: AsyncConnection | None = other

    def tuples(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Sequence[Any]:
        """Return the answer as it was before the commit."""
        answer = super().tuples(statement, parameters)
        if self._other is not None:
            await_only(self._other.commit())
            self._other = None
        return answer


async def positions(tail: Tail, looks: int = 5) -> list[int]:
    """Return the positions that some looks find."""
    return [row.position for _ in range(looks) for row in await tail.page(500)]


async def test_the_tail_goes_on_where_it_was(store: Store) -> None:
    tail = Tail(store.database, 0)
    assert await positions(tail) == []
    first = await execute(store, TREE, "t1", Plant(), asking())
    assert await positions(tail) == [first.position]
    picked = await execute(store, TREE, "t1", Pick(baskets=(1, 1, 1)), asking())
    assert [row.position for row in await tail.page(2)] == [picked.position - 2, picked.position - 1]
    assert await positions(tail) == [picked.position]
    assert await positions(Tail(store.database, first.position)) == list(
        range(picked.position - 2, picked.position + 1)
    )


@on_postgres
async def test_an_event_that_commits_late_is_waited_for(store: Store, other: AsyncConnection) -> None:
    await other.execute(INSERT, event("tree-late", 1))
    await execute(store, TREE, "t1", Plant(), asking())
    tail = Tail(store.database, 0)
    assert await positions(tail) == []
    await other.commit()
    assert await positions(tail) == [1, 2]


@on_postgres
async def test_what_is_before_a_hole_is_not_held_back(store: Store, other: AsyncConnection) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    await other.execute(INSERT, event("tree-late", 1))
    await execute(store, TREE, "t2", Plant(), asking())
    assert await positions(Tail(store.database, 0)) == [1]


@on_postgres
async def test_a_hole_that_a_rollback_left_is_passed_at_once(store: Store, other: AsyncConnection) -> None:
    await other.execute(INSERT, event("tree-never", 1))
    await execute(store, TREE, "t1", Plant(), asking())
    tail = Tail(store.database, 0)
    assert await positions(tail) == []
    await other.rollback()
    assert await positions(tail, looks=1) == [2]
    assert tail.leapt == 1


@on_postgres
@pytest.mark.parametrize("looks_before", [0, 1])
async def test_an_event_that_commits_in_the_middle_of_a_look_is_not_missed(
    store: Store, other: AsyncConnection, looks_before: int
) -> None:
    await other.execute(INSERT, event("tree-late", 1))
    await execute(store, TREE, "t1", Plant(), asking())
    tail = Tail(store.database, 0)
    assert await positions(tail, looks_before) == []
    found = await store.read(lambda reading: tail.advance(Interrupted(reading, other), 500))
    assert [row.position for row in found] + await positions(tail) == [1, 2]


@on_postgres
async def test_writers_that_come_later_do_not_hold_back_a_hole(
    store: Store, other: AsyncConnection, database_url: str
) -> None:
    await other.execute(INSERT, event("tree-never", 1))
    await execute(store, TREE, "t1", Plant(), asking())
    tail = Tail(store.database, 0)
    assert await positions(tail) == []
    engine = open_writers(database_url, 1)
    async with engine.connect() as later:
        await later.execute(INSERT, event("tree-later", 1))
        await other.rollback()
        assert await positions(tail) == [2]
    await engine.dispose()


@on_postgres
async def test_a_long_idle_transaction_that_never_touched_events_does_not_hold_the_tail(
    store: Store, other: AsyncConnection, database_url: str
) -> None:
    engine = open_writers(database_url, 1)
    async with engine.connect() as idle:
        await idle.execute(text("SELECT pg_current_xact_id()"))
        await idle.execute(text("SELECT count(*) FROM events"))
        await other.execute(INSERT, event("tree-never", 1))
        await execute(store, TREE, "t1", Plant(), asking())
        await other.rollback()
        assert await positions(Tail(store.database, 0)) == [2]
    await engine.dispose()


@on_postgres
async def test_the_log_is_closed_up_to_its_end_when_nobody_writes(store: Store, other: AsyncConnection) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    assert await store.read(closed_prefix) == 1
    await other.execute(INSERT, event("tree-late", 1))
    await execute(store, TREE, "t2", Plant(), asking())
    assert await store.read(closed_prefix) is None
    await other.commit()
    assert await store.read(closed_prefix) == 3
