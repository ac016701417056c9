"""Read models and their totals follow the streams, whatever the order in which news arrives."""

import random
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, text

from events import rebuild
from events.domain import Value
from events.execute import Step, execute, execute_all
from events.opening import Store
from events.projector import Counted, Projection
from events.store.session import Writing
from tests.events.farms import opened, pick, plant
from tests.events.market import PRICES, PriceRow, grade_sums, hear, price_rows
from tests.events.orchard import TREE, TREES, Fell, OrchardRow, Pick, TreeRow, should_be
from tests.events.stores import asking, marked, orchard_rows, tree_rows

SORTS = tuple(f"sort{number:02}" for number in range(40))
QUOTES = (80, 120, 90, 0, 150, 70, 110)


@pytest.fixture
async def market(database_url: str) -> AsyncGenerator[Store]:
    """A store that hears the market, and has an orchard of its own."""
    async with opened(database_url, projections=(TREES, PRICES)) as store:
        yield store


async def prices_of(store: Store) -> dict[str, str]:
    """Return the quotes of each sort in the order in which they count."""
    return {row.sort: row.quotes for row in await store.read(price_rows)}


def grades_anew(rows: list[PriceRow]) -> dict[str, tuple[int, int]]:
    """Return the cents and sorts of each grade, by adding up anew."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        cents, sorts = sums.get(row.grade, (0, 0))
        sums[row.grade] = (cents + row.cents, sorts + 1)
    return sums


async def test_totals_follow_new_rows_and_changed_ones(market: Store) -> None:
    await plant(market, "t1")
    await plant(market, "t2")
    await plant(market, "t3", "south")
    steps = [Step(decider=TREE, key=key, command=Pick(baskets=(2, 3))) for key in ("t1", "t2", "t3")]
    await execute_all(market, steps, asking())
    await execute(market, TREE, "t2", Fell(), asking())
    assert await market.read(orchard_rows) == [
        OrchardRow(orchard="north", apples=10, trees=1),
        OrchardRow(orchard="south", apples=5, trees=1),
    ]
    assert await market.read(orchard_rows) == should_be(await market.read(tree_rows))


async def test_a_row_that_moves_takes_its_sums_from_one_total_to_another(market: Store) -> None:
    await hear(market, ("idared", 1, 80), ("jonagold", 1, 90))
    assert await market.read(grade_sums) == {"cheap": (170, 2)}
    await hear(market, ("idared", 2, 120))
    assert await market.read(grade_sums) == {"cheap": (90, 1), "dear": (120, 1)}


async def test_a_row_that_is_dropped_takes_its_sums_away(market: Store) -> None:
    await hear(market, ("idared", 1, 80), ("jonagold", 1, 90))
    await hear(market, ("idared", 2, 0))
    assert await prices_of(market) == {"jonagold": "90"}
    assert await market.read(grade_sums) == {"cheap": (90, 1)}
    await hear(market, ("idared", 3, 70))
    assert await prices_of(market) == {"idared": "70", "jonagold": "90"}
    assert await market.read(grade_sums) == {"cheap": (160, 2)}


async def test_a_row_that_does_not_count_is_in_no_total(database_url: str) -> None:
    def bearing(row: TreeRow) -> Counted | None:
        return ((row.orchard,), (row.apples, 1)) if row.apples else None

    [total] = TREES.totals
    trees = Projection(
        table=TREES.table, row=TREES.row, kind="tree", project=TREES.project, totals=(replace(total, counted=bearing),)
    )
    async with opened(database_url, (), (trees,)) as store:
        await plant(store, "t1")
        assert await store.read(orchard_rows) == []
        await pick(store, "t1", 4)
        assert await store.read(orchard_rows) == [OrchardRow(orchard="north", apples=4, trees=1)]
        await pick(store, "t1", -4)
        assert await store.read(orchard_rows) == []


async def test_a_row_that_stays_the_same_is_not_written(market: Store) -> None:
    await plant(market, "t1")
    await market.database.write(lambda writing: forbid_changes(writing, "trees_1"))
    await pick(market, "t1", 0)
    assert await marked(market) == 1
    with pytest.raises(Exception, match="nothing may change"):
        await pick(market, "t1", 1)


def forbid_changes(writing: Writing, table: str) -> None:
    """Let the database refuse every write to a table."""
    if writing.is_postgres:
        writing.execute(
            text(
                "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'nothing may change'; END $$"
            )
        )
        writing.execute(
            text(f"CREATE TRIGGER forbid BEFORE INSERT OR UPDATE OR DELETE ON {table} EXECUTE FUNCTION forbid()")
        )
        return
    for change in ("INSERT", "UPDATE", "DELETE"):
        writing.execute(
            text(
                f"CREATE TRIGGER forbid_{change} BEFORE {change} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'nothing may change'); END"
            )
        )


async def test_a_late_quote_counts_in_its_place(market: Store) -> None:
    await hear(market, ("idared", 1, 80), ("idared", 4, 130), ("jonagold", 1, 90))
    await hear(market, ("idared", 2, 120), ("jonagold", 2, 95))
    assert await prices_of(market) == {"idared": "80 120 130", "jonagold": "90 95"}
    await hear(market, ("idared", 3, 0))
    assert await prices_of(market) == {"idared": "130", "jonagold": "90 95"}
    assert await market.read(grade_sums) == {"cheap": (95, 1), "dear": (130, 1)}


async def test_whatever_the_order_in_which_quotes_arrive_prices_are_the_same(
    market: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20260331)  # noqa: S311 a schedule, not a secret
    news = [(sort, version, cents) for sort in SORTS for version, cents in enumerate(QUOTES, 1)]
    chance.shuffle(news)
    while news:
        count = chance.randint(1, 30)
        await hear(market, *news[:count])
        del news[:count]
    rows = [PriceRow(sort=sort, cents=110, grade="dear", quotes="150 70 110") for sort in SORTS]
    for page_size in (5_000, 7):
        assert await market.read(price_rows) == rows
        assert await market.read(grade_sums) == grades_anew(rows)
        monkeypatch.setattr(rebuild, "PAGE_SIZE", page_size)
        await rebuild.rebuild(market.journal)
    assert await market.read(price_rows) == rows
    assert await market.read(grade_sums) == grades_anew(rows)


async def test_what_a_rebuild_left_half_done_does_not_count_in_the_next_one(
    market: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PAGE_SIZE", 2)

    def fail(_position: int) -> None:
        raise OSError("the power failed")

    await hear(market, ("idared", 1, 80), ("idared", 2, 120), ("jonagold", 1, 90))
    with pytest.raises(OSError, match="the power failed"):
        await rebuild.rebuild(market.journal, progress=fail)
    await rebuild.rebuild(market.journal)
    assert await prices_of(market) == {"idared": "80 120", "jonagold": "90"}
    assert await market.read(grade_sums) == {"cheap": (90, 1), "dear": (120, 1)}


class BasketRow(Value, tag=False):
    """A basket of a tree."""

    tree_id: str
    number: int


def baskets(*columns: Column[Any]) -> Table:
    """Return a table of baskets."""
    return Table("baskets", MetaData(), *columns)


def test_a_projections_key_begins_with_the_streams_and_its_columns_are_its_rows_fields() -> None:
    def projection(*columns: Column[Any]) -> Projection[BasketRow]:
        return Projection(table=baskets(*columns), row=BasketRow, kind="tree", project=lambda rows, _: rows)

    tree_id, number = Column("tree_id", Text, primary_key=True), Column("number", Integer, primary_key=True)
    assert projection(tree_id, number).keys == ("tree_id", "number")
    with pytest.raises(ValueError, match="baskets: the primary key begins with the stream's key"):
        projection(Column("tree_id", Text), Column("number", Integer, primary_key=True))
    with pytest.raises(ValueError, match="baskets: the primary key begins with the stream's key"):
        projection(Column("tree_id", Text), Column("number", Integer))
    with pytest.raises(ValueError, match="baskets: the columns are BasketRow's fields, in their order"):
        projection(Column("number", Integer, primary_key=True), Column("tree_id", Text, primary_key=True))
    with pytest.raises(ValueError, match="baskets: the columns are BasketRow's fields, in their order"):
        projection(Column("tree_id", Text, primary_key=True))
