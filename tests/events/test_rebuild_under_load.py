"""While others append, derive and read, rebuilds lose nothing and double nothing, even those that are killed."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy import text

from events import rebuild
from events.opening import Store
from tests.events.farms import assert_nothing_is_stale, derive, opened, pick, plant
from tests.events.orchard import should_be
from tests.events.peer import TASKS
from tests.events.processes import started, together
from tests.events.stores import orchard_rows, tree_rows

pytestmark = pytest.mark.system

TREES = 24
KILLS = 4
PAUSE_SECONDS = 0.02

AT_ONE_MOMENT = text(
    "SELECT (SELECT count(*) FROM trees), (SELECT coalesce(sum(apples), 0) FROM trees), "
    "(SELECT coalesce(sum(trees), 0) FROM orchards), (SELECT coalesce(sum(apples), 0) FROM orchards), "
    "(SELECT count(*) FROM harvests), (SELECT coalesce(sum(apples), 0) FROM harvests)"
)


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm."""
    async with opened(database_url) as store:
        yield store


async def watch(store: Store, until: asyncio.Future[Any]) -> int:
    """Read all the time: trees and totals are those of one moment, and nothing that was there is missing later.

    Returns how often it read.
    """
    count, last = 0, (0,) * 6
    while not until.done():
        [moment] = await store.read(lambda reading: reading.tuples(AT_ONE_MOMENT))
        trees, of_trees, standing, of_orchards, _, _ = moment
        assert (trees, of_trees) == (standing, of_orchards)
        assert all(now >= before for now, before in zip(moment, last, strict=True))
        count, last = count + 1, moment
    return count


async def rebuild_all_the_time(store: Store, until: asyncio.Future[Any]) -> int:
    """Build everything anew, again and again. Returns how often it did."""
    count = 0
    while not until.done():
        await rebuild.rebuild(store.journal)
        await asyncio.sleep(PAUSE_SECONDS)
        count += 1
    return count


async def assert_it_is_complete(store: Store) -> None:
    """Insist that rows, totals and what is derived are as if computed from scratch."""
    await derive(store)
    assert await store.read(orchard_rows) == should_be(await store.read(tree_rows))
    await assert_nothing_is_stale(store)


async def test_rebuilds_beside_appends_lose_and_double_nothing(farm: Store, database_url: str) -> None:
    said: list[dict[str, Any]] = [{"url": database_url, "trees": TREES} for _ in range(2)]
    working = asyncio.ensure_future(together("farm", *said))
    rebuilt, reads, _ = await asyncio.gather(rebuild_all_the_time(farm, working), watch(farm, working), working)
    assert min(rebuilt, reads) > 2
    assert [row.apples for row in await farm.read(tree_rows)] == [2 * sum(range(1, TASKS + 1))] * TREES
    await assert_it_is_complete(farm)
    before = await farm.read(tree_rows)
    await rebuild.rebuild(farm.journal)
    assert await farm.read(tree_rows) == before


async def test_a_rebuild_that_is_killed_leaves_what_is_in_use_and_the_next_one_succeeds(
    farm: Store, database_url: str
) -> None:
    for number in range(TREES):
        await plant(farm, f"t{number}", f"north.{number % 7}")
    await derive(farm)
    for kill in range(KILLS):
        async with started("rebuild", {"url": database_url, "times": 1_000}) as process:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            await process.stdin.drain()
            for _ in range(3 + 2 * kill):
                await pick(farm, "t1", 1)
            process.kill()
        assert len(await farm.read(tree_rows)) == TREES
        assert await farm.read(orchard_rows) == should_be(await farm.read(tree_rows))
    await rebuild.rebuild(farm.journal)
    assert (await farm.read(tree_rows))[1].apples == sum(3 + 2 * kill for kill in range(KILLS))
    await assert_it_is_complete(farm)
