"""Read models are built anew beside those in use; what ends half way leaves them whole, and the next finishes it."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import inspect

from events import rebuild
from events.deriving import Derived
from events.domain import Recorded
from events.execute import execute
from events.opening import Store
from events.projector import Projection, Rows
from events.store.session import NameIsHeld, Reading, Writing
from tests.events.farms import (
    apples,
    assert_nothing_is_stale,
    derive,
    estates_of,
    opened,
    pick,
    plant,
    shelf,
)
from tests.events.harvest import ESTATES, HARVESTS, EstateRow, HarvestRow, harvest
from tests.events.orchard import TREE, TREES, ApplesPicked, Fell, TreeRow, project, should_be
from tests.events.stores import asking, count, marked, orchard_rows, tree_rows

FAULTY = "north.blighted"


class PowerFailed(OSError):
    """What ends a rebuild half way."""


def project_twice(rows: Rows[TreeRow], recorded: Recorded[Any]) -> Rows[TreeRow]:
    """Count each apple twice."""
    again = isinstance(recorded.event, ApplesPicked)
    return project(project(rows, recorded), recorded) if again else project(rows, recorded)


def harvest_twice(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
    """Count each apple twice, and tell nobody."""
    return Derived(rows=tuple(msgspec.structs.replace(row, apples=row.apples * 2) for row in harvest(rows).rows))


TREES_TWICE = Projection(
    table=TREES.table, row=TREES.row, kind=TREES.kind, project=project_twice, version=2, totals=TREES.totals
)
HARVESTS_TWICE = replace(HARVESTS, derive=harvest_twice, version=2)


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm with three trees on two estates, and all that follows derived."""
    async with opened(database_url) as store:
        for number, orchard in enumerate(("north.a", "north.b", "south.a")):
            await plant(store, f"t{number}", orchard)
            await pick(store, f"t{number}", number + 1)
        await derive(store)
        yield store


async def apples_of_trees(store: Store) -> list[int]:
    return [row.apples for row in await store.read(tree_rows)]


async def assert_totals_are_right(store: Store) -> None:
    assert await store.read(orchard_rows) == should_be(await store.read(tree_rows))


async def test_a_rebuild_gives_the_same_rows_and_totals(farm: Store) -> None:
    await execute(farm, TREE, "t2", Fell(), asking())
    before = (await farm.read(tree_rows), await farm.read(orchard_rows))
    await rebuild.rebuild(farm.journal)
    assert (await farm.read(tree_rows), await farm.read(orchard_rows)) == before
    await pick(farm, "t0", 5)
    assert await apples_of_trees(farm) == [6, 2, 3]
    await assert_totals_are_right(farm)


async def test_a_rebuild_leaves_one_generation_of_each_table(farm: Store) -> None:
    for _ in range(3):
        await rebuild.rebuild(farm.journal)
    names = await farm.read(lambda reading: inspect(reading.connection).get_table_names())
    kept = {name for name in names if name.startswith(("trees_", "orchards_", "harvests_", "estates_"))}
    assert kept == {"trees_4", "orchards_4", "harvests_4", "estates_4"}


async def test_a_fold_of_another_version_is_rebuilt_at_opening_and_so_is_what_is_derived_from_it(
    farm: Store, database_url: str
) -> None:
    events = await count(farm)
    async with opened(database_url, projections=(TREES_TWICE,)) as store:
        assert await apples_of_trees(store) == [2, 4, 6]
        await assert_totals_are_right(store)
        assert await apples(store) == {"north.a": 2, "north.b": 4, "south.a": 6}
        assert [row.apples for row in await estates_of(store)] == [6, 6]
        assert (await count(store), await marked(store)) == (events, 0)


async def test_a_derivation_of_another_version_is_rebuilt_at_opening_and_so_is_what_is_derived_from_it(
    farm: Store, database_url: str
) -> None:
    async with opened(database_url, (HARVESTS_TWICE, ESTATES)) as store:
        assert await apples(store) == {"north.a": 2, "north.b": 4, "south.a": 6}
        assert [row.apples for row in await estates_of(store)] == [6, 6]
        assert await apples_of_trees(store) == [1, 2, 3]


async def test_what_has_not_changed_is_not_rebuilt_at_opening(farm: Store, database_url: str) -> None:
    tables = await farm.read(lambda reading: set(inspect(reading.connection).get_table_names()))
    async with opened(database_url) as store:
        assert await store.read(lambda reading: set(inspect(reading.connection).get_table_names())) == tables


async def test_one_derivation_can_be_rebuilt_alone_with_what_reads_it(farm: Store) -> None:
    await rebuild.rebuild(farm.journal, ["harvests"])
    names = await farm.read(lambda reading: inspect(reading.connection).get_table_names())
    assert {"trees_1", "harvests_2", "estates_2"} <= set(names)
    await assert_nothing_is_stale(farm)


async def test_a_rebuild_that_ends_half_way_leaves_what_is_in_use_and_the_next_one_succeeds(
    farm: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PAGE_SIZE", 3)

    def fail(position: int) -> None:
        if position > 3:
            raise PowerFailed

    with pytest.raises(PowerFailed):
        await rebuild.rebuild(farm.journal, progress=fail)
    await pick(farm, "t0", 5)
    assert await apples_of_trees(farm) == [6, 2, 3]
    await rebuild.rebuild(farm.journal)
    await derive(farm)
    assert await apples_of_trees(farm) == [6, 2, 3]
    await assert_totals_are_right(farm)
    await assert_nothing_is_stale(farm)


async def test_a_rebuild_that_is_cancelled_leaves_what_is_in_use_and_the_next_one_succeeds(
    farm: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PAGE_SIZE", 2)
    rebuilding: list[asyncio.Task[None]] = []
    for steps in range(1, 6):
        seen: list[int] = []

        def cancel(position: int, seen: list[int] = seen, steps: int = steps) -> None:
            seen.append(position)
            if len(seen) == steps:
                rebuilding[-1].cancel()

        rebuilding.append(asyncio.create_task(rebuild.rebuild(farm.journal, progress=cancel)))
        with pytest.raises(asyncio.CancelledError):
            await rebuilding[-1]
        await pick(farm, "t0", 1)
        assert await apples_of_trees(farm) == [1 + steps, 2, 3]
    await rebuild.rebuild(farm.journal)
    await derive(farm)
    assert await apples_of_trees(farm) == [6, 2, 3]
    await assert_totals_are_right(farm)
    await assert_nothing_is_stale(farm)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_rebuild_that_is_cancelled_has_ended_its_transaction(farm: Store, database_url: str) -> None:
    async with opened(database_url) as other:
        begun, end = threading.Event(), threading.Event()

        def hold(_writing: Writing) -> None:
            begun.set()
            end.wait()

        holding = asyncio.create_task(other.database.write(hold))
        await asyncio.to_thread(begun.wait)
        rebuilding = asyncio.create_task(rebuild.rebuild(farm.journal))
        while not await held_elsewhere(other):  # noqa: ASYNC110 a lock file tells nobody
            await asyncio.sleep(0.01)
        rebuilding.cancel()
        await asyncio.wait([rebuilding], timeout=0.2)
        ended_before = rebuilding.done()
        end.set()
        await holding
        with pytest.raises(asyncio.CancelledError):
            await rebuilding
        assert not ended_before
        await rebuild.rebuild(other.journal)
        await assert_nothing_is_stale(other)


async def held_elsewhere(store: Store) -> bool:
    """Say whether somebody rebuilds."""
    try:
        async with store.database.exclusive("rebuild", wait=False):
            return False
    except NameIsHeld:
        return True


async def test_what_was_not_derived_anew_before_a_failure_is_at_the_next_opening(
    farm: Store, database_url: str
) -> None:
    def fail(_reading: Reading, _keys: Sequence[str]) -> Mapping[str, Any]:
        raise PowerFailed

    with pytest.raises(PowerFailed):
        async with opened(database_url, (replace(HARVESTS, facts=fail), ESTATES), (TREES_TWICE,)):
            pass
    async with opened(database_url, projections=(TREES_TWICE,)) as store:
        assert await apples_of_trees(store) == [2, 4, 6]
        assert await apples(store) == {"north.a": 2, "north.b": 4, "south.a": 6}
        assert [row.apples for row in await estates_of(store)] == [6, 6]


async def test_a_key_that_cannot_be_derived_does_not_stop_a_rebuild(farm: Store, database_url: str) -> None:
    await plant(farm, "t3", FAULTY)
    await rebuild.rebuild(farm.journal)
    assert [(each.source, each.stream) for each in await shelf(farm)] == [("harvests", FAULTY)]
    await derive(farm)
    async with opened(database_url, (HARVESTS_TWICE, ESTATES)) as store:
        assert [(each.source, each.stream) for each in await shelf(store)] == [("harvests", FAULTY)]
        assert await apples(store) == {"north.a": 2, "north.b": 4, "south.a": 6}
        await execute(store, TREE, "t3", Fell(), asking())
        await derive(store)
        assert await shelf(store) == []
        assert FAULTY in await apples(store)


async def test_a_key_whose_rows_the_database_refuses_does_not_stop_a_rebuild(farm: Store, database_url: str) -> None:
    def derive_rows(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
        return Derived(rows=tuple(missing(row) if row.orchard == "north.b" else row for row in harvest(rows).rows))

    def missing(row: HarvestRow) -> HarvestRow:
        return msgspec.structs.replace(row, apples=None)

    async with opened(database_url, (replace(HARVESTS, derive=derive_rows, version=2), ESTATES)) as store:
        assert [(each.source, each.stream) for each in await shelf(store)] == [("harvests", "north.b")]
        assert await apples(store) == {"north.a": 1, "south.a": 3}
        assert await estates_of(store) == [
            EstateRow(estate="north", apples=1, orchards=1),
            EstateRow(estate="south", apples=3, orchards=1),
        ]


async def test_a_key_that_derives_at_a_rebuild_is_released(farm: Store, database_url: str) -> None:
    await plant(farm, "t3", FAULTY)
    await derive(farm)
    assert len(await shelf(farm)) == 1
    async with opened(database_url, (replace(HARVESTS, derive=hardy, version=2), ESTATES)) as store:
        assert await shelf(store) == []
        assert (await apples(store))[FAULTY] == 0


def hardy(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
    """Add up any orchard's trees."""
    row = HarvestRow(orchard=rows[0].orchard or "", apples=sum(row.apples for row in rows), trees=len(rows))
    return Derived(rows=(row,))
