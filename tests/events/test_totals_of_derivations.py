"""Sums over derived rows follow them, in the transaction that derives, and when all is built anew."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from events import rebuild
from events.opening import Store
from events.projector import Counted, Total
from tests.events.farms import derive, opened, pick, plant
from tests.events.harvest import HARVESTS, HarvestRow, estate_of

yields = Table(
    "yields",
    MetaData(),
    Column("estate", Text, primary_key=True),
    Column("apples", BigInteger, nullable=False),
    Column("orchards", BigInteger, nullable=False),
)


def counted(row: HarvestRow) -> Counted | None:
    """Count an orchard in its estate, once it has borne something."""
    return ((estate_of(row.orchard),), (row.apples, 1)) if row.apples else None


SUMMED = replace(
    HARVESTS, totals=(Total(table=yields, by=("estate",), sums=("apples", "orchards"), counted=counted),), version=2
)


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm's store, empty."""
    async with opened(database_url, (SUMMED,)) as store:
        yield store


async def sums(store: Store) -> dict[str, tuple[int, int]]:
    """Return the sums that stand, without those in which nothing is left."""
    rows = await store.read(lambda reading: reading.tuples(select(yields)))
    return {estate: (apples, orchards) for estate, apples, orchards in rows if apples or orchards}


async def test_sums_follow_derived_rows_that_come_and_change_and_go(farm: Store) -> None:
    await plant(farm, "t1", "north.a")
    await plant(farm, "t2", "north.b")
    await pick(farm, "t1", 3)
    await pick(farm, "t2", 4)
    await derive(farm)
    assert await sums(farm) == {"north": (7, 2)}
    await pick(farm, "t2", -1)
    await derive(farm)
    assert await sums(farm) == {"north": (6, 2)}
    await pick(farm, "t2", -3)
    await derive(farm)
    assert await sums(farm) == {"north": (3, 1)}


async def test_sums_are_built_anew_with_their_rows_and_go_on_from_there(farm: Store) -> None:
    await plant(farm, "t1", "north.a")
    await pick(farm, "t1", 3)
    await derive(farm)
    await rebuild.rebuild(farm.journal)
    assert await sums(farm) == {"north": (3, 1)}
    await pick(farm, "t1", 2)
    await derive(farm)
    assert await sums(farm) == {"north": (5, 1)}


async def test_a_release_that_begins_to_add_up_finds_what_was_derived_before(database_url: str) -> None:
    async with opened(database_url, (HARVESTS,)) as older:
        await plant(older, "t1", "north.a")
        await pick(older, "t1", 3)
        await derive(older)
    async with opened(database_url, (SUMMED,)) as newer:
        assert await sums(newer) == {"north": (3, 1)}
