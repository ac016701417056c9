"""Two releases at one database: who does not know all of today's read models appends nothing, and nothing is lost."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from events import deriver
from events.consumer import take_effect
from events.execute import execute
from events.opening import Store
from events.projector import Projection
from events.read_models import ReadModelIsNewer
from events.wire.embedded import EmbeddedWire
from tests.events.farms import apples, assert_nothing_is_stale, derive, opened, pick, plant
from tests.events.grocer import basket, baskets, open_grocer
from tests.events.harvest import ESTATES, HARVESTS
from tests.events.listening import marks, reading, send, shelf, some
from tests.events.orchard import TREES
from tests.events.stores import asking, count, marked, tree_rows
from tests.events.weather import WEATHER, WEATHERS, ReportFrost, weather_rows

TODAYS_TREES = Projection(
    table=TREES.table, row=TREES.row, kind=TREES.kind, project=TREES.project, version=2, totals=TREES.totals
)


@pytest.fixture
async def older(database_url: str) -> AsyncGenerator[Store]:
    """A farm that yesterday's release serves: a tree with an apple."""
    async with opened(database_url) as store:
        await plant(store, "t1")
        await pick(store, "t1", 1)
        await derive(store)
        yield store


async def refuses(store: Store) -> None:
    """Insist that an append is refused and leaves no trace."""
    before = (await count(store), await store.read(tree_rows), await marked(store))
    with pytest.raises(ReadModelIsNewer):
        await pick(store, "t1", 1)
    assert (await count(store), await store.read(tree_rows), await marked(store)) == before


async def test_an_older_process_refuses_to_write_to_a_newer_read_model(older: Store, database_url: str) -> None:
    async with opened(database_url, projections=(TODAYS_TREES,)) as today:
        await refuses(older)
        await pick(today, "t1", 1)
        assert [row.apples for row in await today.read(tree_rows)] == [2]


async def test_an_older_process_refuses_to_append_what_it_would_not_fold(older: Store, database_url: str) -> None:
    async with opened(database_url, projections=(TREES, WEATHERS)) as today:
        await refuses(older)
        with pytest.raises(ReadModelIsNewer):
            await execute(older, WEATHER, "north", ReportFrost(percent_lost=30), asking())
        await execute(today, WEATHER, "north", ReportFrost(percent_lost=30), asking())
        assert [row.percent_lost for row in await today.read(weather_rows)] == [30]


async def test_an_older_process_refuses_to_append_what_it_would_not_mark(database_url: str) -> None:
    async with opened(database_url, derivations=()) as older:
        await plant(older, "t1")
        async with opened(database_url) as today:
            await refuses(older)
            await pick(today, "t1", 1)
            await derive(today)
            await assert_nothing_is_stale(today)


async def test_an_older_process_refuses_to_append_what_it_would_mark_otherwise(older: Store, database_url: str) -> None:
    async with opened(database_url, (replace(HARVESTS, version=2), ESTATES)):
        await refuses(older)


async def test_an_older_worker_leaves_marks_to_those_of_today(older: Store, database_url: str) -> None:
    await pick(older, "t1", 1)
    async with opened(database_url, (replace(HARVESTS, version=2), ESTATES)) as today:
        with pytest.raises(ReadModelIsNewer):
            await deriver.derive_marked(older.journal)
        await pick(today, "t1", 1)
        await derive(today)
        assert await apples(today) == {"north": 3}
        await assert_nothing_is_stale(today)


async def test_an_older_consumer_parks_nothing_of_what_it_hears(
    grocer: Store, database_url: str, wire: EmbeddedWire
) -> None:
    await send(wire, basket("t1", 1, 3), basket("t2", 1, 4))
    today = await open_grocer(database_url, version=2)
    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        with pytest.raises(ReadModelIsNewer):
            await take_effect(grocer.journal, reader, batch)
        assert (await shelf(grocer), await marks(grocer)) == ([], {})
        await take_effect(today.journal, reader, batch)
    assert await baskets(today) == {"t1": "3", "t2": "4"}
    await today.close()


async def test_what_a_release_did_not_fold_is_there_when_it_is_rolled_forward_again(database_url: str) -> None:
    today = (TREES, WEATHERS)
    async with opened(database_url, projections=today) as store:
        await execute(store, WEATHER, "north", ReportFrost(percent_lost=10), asking())
    async with opened(database_url) as yesterdays:
        await execute(yesterdays, WEATHER, "north", ReportFrost(percent_lost=30), asking())
        await execute(yesterdays, WEATHER, "south", ReportFrost(percent_lost=50), asking())
    async with opened(database_url, projections=today) as store:
        assert [row.percent_lost for row in await store.read(weather_rows)] == [30, 50]


async def test_what_a_release_did_not_derive_is_there_when_it_is_rolled_forward_again(database_url: str) -> None:
    async with opened(database_url) as store:
        await plant(store, "t1")
        await derive(store)
    async with opened(database_url, derivations=()) as yesterdays:
        await pick(yesterdays, "t1", 7)
        await plant(yesterdays, "t2", "south")
    async with opened(database_url) as store:
        assert await apples(store) == {"north": 7, "south": 0}


async def test_who_was_rolled_back_refuses_like_who_is_older(database_url: str) -> None:
    async with opened(database_url, projections=(TREES, WEATHERS)) as today:
        await plant(today, "t1")
        async with opened(database_url) as yesterdays:
            await refuses(today)
            await pick(yesterdays, "t1", 1)
