"""All that is derived, computed at once: as the worker would have done it, with nothing told twice or left untold."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import replace

import pytest

from events.anew import Filling, all_keys, recompute
from events.deriving import EVERYONE, InColumn, group
from events.execute import execute
from events.opening import Store
from events.store.session import Reading
from tests.events.farms import apples, assert_nothing_is_stale, derive, opened, pick, plant, shelf, told
from tests.events.harvest import ESTATES, HARVESTS, HarvestRow
from tests.events.orchard import TREE, Fell
from tests.events.stores import asking, marked


def one(row: HarvestRow) -> Iterable[str]:
    return (group("one", row.orchard),)


def itself(_reading: Reading, name: str) -> Iterable[str]:
    return (name,)


def everyone(_reading: Reading, _all: str) -> Iterable[str]:
    return ("north", "south", "east")


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm with two orchards, of which all was derived and told; then one was picked, and the other felled."""
    async with opened(database_url) as store:
        for key, orchard in (("t0", "north"), ("t1", "south")):
            await plant(store, key, orchard)
            await pick(store, key, 10)
        await derive(store)
        await pick(store, "t0", 5)
        await execute(store, TREE, "t1", Fell(), asking())
        await plant(store, "t2", "west")
        yield store


async def test_what_waited_is_worked_off_and_told(farm: Store) -> None:
    await recompute(farm.journal)
    await assert_nothing_is_stale(farm)
    assert (await told(farm))["north"] == [10, 15]


async def test_nothing_is_told_again(farm: Store) -> None:
    await recompute(farm.journal)
    before = await told(farm)
    await recompute(farm.journal)
    await derive(farm)
    assert await told(farm) == before


async def test_what_ends_half_way_is_finished_by_the_worker(farm: Store) -> None:
    await farm.database.write(Filling(farm.journal, HARVESTS, settles=True).run)
    assert await marked(farm) > 0
    await derive(farm)
    await assert_nothing_is_stale(farm)


async def test_a_key_that_fails_is_parked_and_the_others_are_told(farm: Store) -> None:
    await plant(farm, "t3", "blighted")
    await recompute(farm.journal)
    assert [each.stream for each in await shelf(farm)] == ["blighted"]
    assert (await apples(farm))["north"] == 15
    assert await marked(farm) == 0


async def test_all_keys_stand_in_a_column_or_are_those_of_everyone(farm: Store) -> None:
    by_column = replace(ESTATES, keys={"harvests": InColumn("orchard")})
    by_group = replace(ESTATES, keys={"harvests": one}, groups={"one": itself, EVERYONE: everyone})
    for derivation, keys in ((by_column, {"north", "south"}), (by_group, {"north", "south", "east"})):
        found = await farm.database.write(lambda writing, each=derivation: all_keys(writing, farm.journal, each))
        assert found == keys
