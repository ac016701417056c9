"""Derived numbers follow their facts, tell only what differs, and one key's fault is not the others'."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_fields

from events import deriver, parked, rebuild
from events.deriving import Derived, Tell
from events.execute import execute
from events.opening import Store
from events.store.session import Reading
from tests.events.farms import (
    apples,
    assert_nothing_is_stale,
    derive,
    estates_of,
    harvests_of,
    opened,
    pick,
    plant,
    shelf,
    told,
)
from tests.events.harvest import ESTATES, HARVESTS, EstateRow, HarvestMeasured, HarvestRow, harvest_facts
from tests.events.orchard import TREE, TREES, Fell, TreeRow
from tests.events.stores import asking, count, marked
from tests.events.weather import WEATHER, WEATHERS, YIELDS, ReportFrost, YieldRow, yield_rows

FAULTY = "north.blighted"


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm's store, empty."""
    async with opened(database_url) as store:
        yield store


async def test_what_is_derived_follows_its_facts_through_the_whole_chain(farm: Store) -> None:
    await plant(farm, "t1", "north.a")
    await plant(farm, "t2", "north.b")
    await pick(farm, "t1", 3, 4)
    assert await harvests_of(farm) == []
    await derive(farm)
    await pick(farm, "t2", 5)
    await derive(farm)
    assert await harvests_of(farm) == [
        HarvestRow(orchard="north.a", apples=7, trees=1),
        HarvestRow(orchard="north.b", apples=5, trees=1),
    ]
    assert await estates_of(farm) == [EstateRow(estate="north", apples=12, orchards=2)]
    await assert_nothing_is_stale(farm)


async def test_only_what_differs_from_the_last_time_is_told(farm: Store) -> None:
    await plant(farm, "t1")
    await derive(farm)
    await pick(farm, "t1", 3)
    await pick(farm, "t1", -3)
    assert await marked(farm) > 0
    await derive(farm)
    assert await told(farm) == {"north": [0]}
    await pick(farm, "t1", 3)
    await derive(farm)
    assert await told(farm) == {"north": [0, 3]}


async def test_a_rebuild_tells_nothing_and_leaves_the_same_numbers(farm: Store) -> None:
    for number in range(5):
        await plant(farm, f"t{number}", f"north.{number % 2}")
        await pick(farm, f"t{number}", number)
    await derive(farm)
    before = (await count(farm), await harvests_of(farm), await estates_of(farm))
    await rebuild.rebuild(farm.journal)
    assert (await count(farm), await harvests_of(farm), await estates_of(farm)) == before
    await derive(farm)
    assert await count(farm) == before[0]


async def test_what_changed_before_a_rebuild_is_told_after_it(farm: Store) -> None:
    await plant(farm, "t1")
    await derive(farm)
    await pick(farm, "t1", 3)
    await rebuild.rebuild(farm.journal)
    assert await apples(farm) == {"north": 3}
    assert await told(farm) == {"north": [0]}
    await derive(farm)
    assert await told(farm) == {"north": [0, 3]}


async def test_a_key_without_facts_has_no_rows(database_url: str) -> None:
    def standing(reading: Reading, keys: Sequence[str]) -> Mapping[str, Sequence[TreeRow]]:
        found = {key: [row for row in rows if not row.felled] for key, rows in harvest_facts(reading, keys).items()}
        return {key: rows for key, rows in found.items() if rows}

    async with opened(database_url, (replace(HARVESTS, facts=standing), ESTATES)) as store:
        await plant(store, "t1", "north.a")
        await plant(store, "t2", "north.b")
        await derive(store)
        await execute(store, TREE, "t1", Fell(), asking())
        await derive(store)
        assert await apples(store) == {"north.b": 0}
        await execute(store, TREE, "t2", Fell(), asking())
        await derive(store)
        assert await harvests_of(store) == await estates_of(store) == []


async def test_a_fact_of_a_group_reaches_every_member(database_url: str) -> None:
    async with opened(database_url, (YIELDS,), (TREES, WEATHERS)) as store:
        for orchard in ("north.a", "north.b", "south"):
            await plant(store, orchard, orchard)
            await pick(store, orchard, 10)
        await derive(store)
        await execute(store, WEATHER, "north", ReportFrost(percent_lost=30), asking())
        await derive(store)
        assert await store.read(yield_rows) == [
            YieldRow(orchard="north.a", apples=7),
            YieldRow(orchard="north.b", apples=7),
            YieldRow(orchard="south", apples=10),
        ]
        await rebuild.rebuild(store.journal)
        assert [row.apples for row in await store.read(yield_rows)] == [7, 7, 10]


async def test_a_key_that_cannot_be_derived_is_parked_and_the_others_go_on(farm: Store) -> None:
    await plant(farm, "t1", FAULTY)
    await plant(farm, "t2", "north.a")
    await derive(farm)
    [entry] = await shelf(farm)
    assert (entry.source, entry.stream) == ("harvests", FAULTY)
    assert entry.problem == f"OrchardIsBlighted: {FAULTY}"
    assert await apples(farm) == {"north.a": 0}
    assert await estates_of(farm) == [EstateRow(estate="north", apples=0, orchards=1)]


async def test_a_key_whose_facts_cannot_be_read_is_parked_and_the_others_go_on(database_url: str) -> None:
    def facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, Sequence[TreeRow]]:
        if "west" in keys:
            raise LookupError("the west is not on the map")
        return harvest_facts(reading, keys)

    async with opened(database_url, (replace(HARVESTS, facts=facts), ESTATES)) as store:
        for orchard in ("east", "north", "west"):
            await plant(store, orchard, orchard)
        await derive(store)
        assert [(each.stream, each.problem) for each in await shelf(store)] == [
            ("west", "LookupError: the west is not on the map")
        ]
        assert await apples(store) == {"east": 0, "north": 0}
        assert await told(store) == {"east": [0], "north": [0]}


async def test_a_parked_key_is_released_when_its_facts_change_and_it_derives(farm: Store) -> None:
    await plant(farm, "t1", FAULTY)
    await derive(farm)
    await pick(farm, "t1", 6)
    await derive(farm)
    [entry] = await shelf(farm)
    assert await apples(farm) == {}
    await execute(farm, TREE, "t1", Fell(), asking())
    await derive(farm)
    assert entry.sequence == 2
    assert await shelf(farm) == []
    assert await apples(farm) == {FAULTY: 6}
    await assert_nothing_is_stale(farm)


async def test_a_key_that_fails_keeps_the_rows_it_had(farm: Store) -> None:
    await plant(farm, "t1", FAULTY)
    await pick(farm, "t1", 6)
    await execute(farm, TREE, "t1", Fell(), asking())
    await derive(farm)
    await plant(farm, "t2", FAULTY)
    await derive(farm)
    assert len(await shelf(farm)) == 1
    assert await apples(farm) == {FAULTY: 6}


async def test_a_parked_key_derives_when_it_is_retried_by_a_release_that_can(database_url: str) -> None:
    async with opened(database_url) as store:
        await plant(store, "t1", FAULTY)
        await derive(store)
        [entry] = await shelf(store)
        await store.database.write(lambda writing: parked.retry_key(writing, entry))
        await derive(store)
        assert [each.problem for each in await shelf(store)] == [entry.problem]

    async with opened(database_url, (replace(HARVESTS, derive=hardy), ESTATES)) as store:
        [entry] = await shelf(store)
        await store.database.write(lambda writing: parked.retry_key(writing, entry))
        assert await store.read(deriver.computed_up_to) == 0
        await derive(store)
        assert await shelf(store) == []
        await assert_nothing_is_stale(store)


def hardy(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
    """Add up any orchard's trees."""
    orchard, sum_ = rows[0].orchard or "", sum(row.apples for row in rows)
    row = HarvestRow(orchard=orchard, apples=sum_, trees=len(rows))
    return Derived(
        rows=(row,), tells=(Tell(stream=f"harvest-{orchard}", event=HarvestMeasured(orchard=orchard, apples=sum_)),)
    )


async def test_answers_are_computed_up_to_what_is_derived(farm: Store) -> None:
    assert await farm.read(deriver.computed_up_to) == 0
    await plant(farm, "t1")
    position = await pick(farm, "t1", 1)
    assert await farm.read(deriver.computed_up_to) == 0
    await derive(farm)
    assert await farm.read(deriver.computed_up_to) == await count(farm) > position
    later = await pick(farm, "t1", 1)
    assert await farm.read(deriver.computed_up_to) == later - 1
    await deriver.derive_marked(farm.journal)
    await derive(farm)
    assert await farm.read(deriver.computed_up_to) == await count(farm)


async def test_a_key_whose_rows_the_database_refuses_is_parked_and_the_others_go_on(database_url: str) -> None:
    def derive_rows(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
        row = hardy(rows).rows[0]
        return Derived(rows=(replace_fields(row, apples=None) if row.orchard == "west" else row,))

    async with opened(database_url, (replace(HARVESTS, derive=derive_rows), ESTATES)) as store:
        for orchard in ("east", "north", "west"):
            await plant(store, orchard, orchard)
        await derive(store)
        [entry] = await shelf(store)
        assert (entry.source, entry.stream) == ("harvests", "west")
        assert "harvests" in entry.problem
        assert await apples(store) == {"east": 0, "north": 0}
        assert await marked(store) == 0


async def test_a_group_that_cannot_be_read_is_parked_and_other_keys_go_on(database_url: str) -> None:
    def lost(_reading: Reading, _estate: str) -> Sequence[str]:
        raise LookupError("the estate is not on the map")

    async with opened(database_url, (replace(YIELDS, groups={"estate": lost}),), (TREES, WEATHERS)) as store:
        await execute(store, WEATHER, "north", ReportFrost(percent_lost=30), asking())
        await plant(store, "t1", "south")
        await derive(store)
        assert [(each.stream, each.problem) for each in await shelf(store)] == [
            ("estate=north", "LookupError: the estate is not on the map")
        ]
        assert await store.read(yield_rows) == [YieldRow(orchard="south", apples=0)]

    async with opened(database_url, (YIELDS,), (TREES, WEATHERS)) as store:
        [entry] = await shelf(store)
        await store.database.write(lambda writing: parked.retry_key(writing, entry))
        await derive(store)
        assert await shelf(store) == []


async def test_a_key_that_tells_of_one_subject_twice_is_parked(database_url: str) -> None:
    def twice(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
        derived = hardy(rows)
        return Derived(rows=derived.rows, tells=derived.tells * 2 if len(rows) > 1 else derived.tells)

    async with opened(database_url, (replace(HARVESTS, derive=twice), ESTATES)) as store:
        for key, orchard in (("t1", "north"), ("t2", "south"), ("t3", "south")):
            await plant(store, key, orchard)
        await derive(store)
        assert [(each.stream, each.problem) for each in await shelf(store)] == [
            ("south", "ValueError: a subject is told of twice: harvest-south, harvest-south")
        ]
        assert await told(store) == {"north": [0]}


async def test_a_subject_that_two_keys_tell_of_has_one_history(database_url: str) -> None:
    def together(rows: Sequence[TreeRow]) -> Derived[HarvestRow]:
        [row] = hardy(rows).rows
        event = HarvestMeasured(orchard="all", apples=row.apples)
        return Derived(rows=(row,), tells=(Tell(stream="harvest-all", event=event),))

    async with opened(database_url, (replace(HARVESTS, derive=together), ESTATES)) as store:
        await plant(store, "t1", "north")
        await plant(store, "t2", "south")
        await derive(store)
        assert await told(store) == {"all": [0, 0]}
