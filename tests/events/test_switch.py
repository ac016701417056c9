"""A switch to a new generation and those who read, append and derive never wait for each other in a ring."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from events import rebuild
from events.journal import record
from events.opening import Store
from events.store.session import Reading
from events.telling import entry
from tests.events.farms import apples, assert_nothing_is_stale, derive, open_farm, opened, pick, plant
from tests.events.harvest import ESTATES, HARVESTS
from tests.events.orchard import ApplesPicked
from tests.events.transactions import held, until_blocked
from tests.events.writers import open_writers

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm with a tree and an apple."""
    async with opened(database_url) as store:
        await plant(store, "t1")
        await pick(store, "t1", 1)
        await derive(store)
        yield store


@pytest.fixture
async def other(database_url: str) -> AsyncGenerator[AsyncConnection]:
    """Another transaction."""
    engine = open_writers(database_url, 1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def apples_in(connection: AsyncConnection, table: str) -> int:
    return await connection.scalar(text(f"SELECT sum(apples) FROM {table}")) or 0  # noqa: S608 a table of the tests


async def test_a_worker_that_tells_and_a_switch_do_not_wait_for_each_other(farm: Store, database_url: str) -> None:
    rebuilding: list[asyncio.Task[None]] = []

    async def rebuild_meanwhile() -> None:
        rebuilding.append(asyncio.create_task(rebuild.rebuild(farm.journal)))
        await until_blocked(farm)

    def facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, Any]:
        found = HARVESTS.facts(reading, keys)
        if not rebuilding:
            await_only(rebuild_meanwhile())
        return found

    await pick(farm, "t1", 2)
    async with opened(database_url, (replace(HARVESTS, facts=facts), ESTATES)) as store:
        await derive(store)
        await rebuilding[0]
        await assert_nothing_is_stale(store)


@pytest.mark.parametrize(("first", "second"), [("trees", "orchards"), ("orchards", "trees")])
async def test_a_question_about_two_tables_and_a_switch_do_not_wait_for_each_other(
    farm: Store, other: AsyncConnection, first: str, second: str
) -> None:
    assert await apples_in(other, first) == 1
    rebuilding = asyncio.create_task(rebuild.rebuild(farm.journal))
    await until_blocked(farm)
    assert await apples_in(other, second) == 1
    await other.commit()
    await rebuilding
    assert (await apples_in(other, first), await apples_in(other, second)) == (1, 1)


async def test_a_long_question_holds_back_the_switch_but_not_appends(farm: Store, other: AsyncConnection) -> None:
    await apples_in(other, "trees")
    rebuilding = asyncio.create_task(rebuild.rebuild(farm.journal))
    await until_blocked(farm)
    async with asyncio.timeout(30):
        for _ in range(5):
            await pick(farm, "t1", 1)
    assert not rebuilding.done()
    await other.commit()
    await rebuilding
    await derive(farm)
    assert await apples(farm) == {"north": 6}
    await assert_nothing_is_stale(farm)


async def test_an_append_that_is_on_its_way_when_a_derivation_comes_is_waited_for(database_url: str) -> None:
    async with opened(database_url, derivations=()) as older:
        await plant(older, "t1")
        basket = entry(older.journal, "tree-t1", 2, ApplesPicked(count=7), None)
        async with held(older, lambda writing: record(writing, older.journal, [basket])):
            opening = asyncio.create_task(open_farm(database_url))
            await until_blocked(older)
        today = await opening
        assert await apples(today) == {"north": 7}
        await today.close()
