"""What waits to be derived when all is built anew is still told: of what is derived from it too."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

import pytest

from events import rebuild
from events.deriving import Derived, Tell
from events.opening import Store
from tests.events.farms import derive, opened, pick, plant
from tests.events.harvest import (
    ESTATES,
    HARVESTS,
    EstateRow,
    HarvestMeasured,
    HarvestRow,
    estate,
    estate_of,
)
from tests.events.stores import happened


def estate_told(rows: Sequence[HarvestRow]) -> Derived[EstateRow]:
    """Add up an estate's orchards, and tell how much it has borne."""
    name, apples = f"estate-{estate_of(rows[0].orchard)}", sum(row.apples for row in rows)
    tells = (Tell(stream=f"harvest-{name}", event=HarvestMeasured(orchard=name, apples=apples)),)
    return Derived(rows=estate(rows).rows, tells=tells)


TOLD = replace(ESTATES, derive=estate_told)


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm with two orchards on one estate, and all that follows derived and told."""
    async with opened(database_url, (HARVESTS, TOLD)) as store:
        for number, orchard in enumerate(("north.a", "north.b")):
            await plant(store, f"t{number}", orchard)
            await pick(store, f"t{number}", 10)
        await derive(store)
        yield store


async def told(store: Store) -> list[int]:
    """Return what was told of the estate, one after the other."""
    events = await happened(store, "harvest-estate-north")
    return [event.apples for event in events if isinstance(event, HarvestMeasured)]


async def test_what_waited_when_all_was_built_anew_is_told_of_what_is_derived_from_it(farm: Store) -> None:
    await pick(farm, "t0", 5)
    await rebuild.rebuild(farm.journal)
    await derive(farm)
    assert await told(farm) == [20, 25]


async def test_nothing_more_is_told_when_nothing_waited(farm: Store) -> None:
    await rebuild.rebuild(farm.journal)
    await derive(farm)
    assert await told(farm) == [20]


async def test_what_waited_in_one_version_is_told_in_the_next(farm: Store, database_url: str) -> None:
    await pick(farm, "t0", 5)
    async with opened(database_url, (replace(HARVESTS, version=2), TOLD)) as store:
        await derive(store)
        assert await told(store) == [20, 25]
