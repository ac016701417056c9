"""Two transactions that want the same rows take them in one order, so that they never wait for each other in a ring.

Another transaction holds what is first in that order; the store waits for it and must not hold what comes later.
"""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from events.execute import Step, execute, execute_all
from events.opening import Store
from events.store.ids import new_id
from tests.events.orchard import TREE, Pick, Plant, TreeDoesNotStand
from tests.events.stores import NOON, asking, happened, orchard_rows

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
INSERT = text(
    "INSERT INTO events (stream, version, id, type, schema, data, occurred_at, recorded_at, actor, correlation_id) "
    "VALUES (:stream, 2, :id, 'TreeFelled', 1, '{\"type\":\"TreeFelled\"}', :at, :at, 'eve', :id)"
)
TOUCH = text("UPDATE orchards_1 SET apples = apples WHERE orchard = :orchard")


@pytest.fixture
async def other(store: Store, database_url: str) -> AsyncGenerator[AsyncConnection]:
    """Another transaction, in which a wait of 0.3 s is an error."""
    await execute(store, TREE, "a", Plant(orchard="north"), asking())
    await execute(store, TREE, "b", Plant(orchard="east"), asking())
    engine = create_async_engine(database_url)
    async with engine.connect() as connection:
        await connection.execute(text("SET lock_timeout = '300ms'"))
        yield connection
    await engine.dispose()


async def until_somebody_waits(store: Store) -> None:
    """Return when the store's transaction waits for a lock."""
    async with asyncio.timeout(10):
        while not await store.read(lambda reading: reading.scalar(WAITING)):  # noqa: ASYNC110 the database tells nobody
            await asyncio.sleep(0.01)


def pick_from(*keys: str) -> list[Step]:
    return [Step(decider=TREE, key=key, command=Pick()) for key in keys]


async def test_events_are_inserted_in_the_order_of_their_streams(store: Store, other: AsyncConnection) -> None:
    await other.execute(INSERT, {"stream": "tree-a", "id": new_id(), "at": NOON})
    command = asyncio.create_task(execute_all(store, pick_from("b", "a"), asking()))
    await until_somebody_waits(store)
    await other.execute(INSERT, {"stream": "tree-b", "id": new_id(), "at": NOON})
    await other.rollback()
    await command
    assert len(await happened(store, "tree-a")) == len(await happened(store, "tree-b")) == 2


async def test_sums_are_added_in_the_order_of_their_keys(store: Store, other: AsyncConnection) -> None:
    await other.execute(TOUCH, {"orchard": "east"})
    command = asyncio.create_task(execute_all(store, pick_from("a", "b"), asking()))
    await until_somebody_waits(store)
    await other.execute(TOUCH, {"orchard": "north"})
    await other.rollback()
    await command
    assert [row.apples for row in await store.read(orchard_rows)] == [1, 1]


async def test_who_loses_the_race_for_a_version_decides_again(store: Store, other: AsyncConnection) -> None:
    await other.execute(INSERT, {"stream": "tree-a", "id": new_id(), "at": NOON})
    command = asyncio.create_task(execute_all(store, pick_from("b", "a"), asking()))
    await until_somebody_waits(store)
    await other.commit()
    with pytest.raises(TreeDoesNotStand):
        await command
    assert [len(await happened(store, f"tree-{key}")) for key in "ab"] == [2, 1]
