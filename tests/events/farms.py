"""An orchard's store with what is derived from it, and ways to see whether any of it is stale."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from events import deriver, parked
from events.deriving import Derivation
from events.execute import execute
from events.opening import Store
from events.parked import KEY, Parked
from events.projector import Projection
from events.store import log
from events.store.codec import Codec
from tests.events.harvest import (
    ESTATES,
    HARVESTS,
    EstateRow,
    HarvestMeasured,
    HarvestRow,
    estate_rows,
    estates_anew,
    harvest_rows,
    harvests_anew,
)
from tests.events.market import PriceQuoted
from tests.events.orchard import TREE, TREES, Pick, Plant
from tests.events.stores import OWN_EVENTS, asking, marked, open_orchard, tree_rows
from tests.events.transactions import BLOCKED
from tests.events.weather import FrostReported

DERIVATIONS = (HARVESTS, ESTATES)
EVENTS = (*OWN_EVENTS, FrostReported, PriceQuoted)


async def open_farm(
    url: str,
    derivations: Sequence[Derivation[Any, Any]] = DERIVATIONS,
    projections: Sequence[Projection[Any]] = (TREES,),
) -> Store:
    """Open a farm's store."""
    return await open_orchard(url, projections, derivations, Codec(EVENTS))


@asynccontextmanager
async def opened(
    url: str,
    derivations: Sequence[Derivation[Any, Any]] = DERIVATIONS,
    projections: Sequence[Projection[Any]] = (TREES,),
) -> AsyncGenerator[Store]:
    """Open a farm's store and close it again."""
    store = await open_farm(url, derivations, projections)
    try:
        yield store
    finally:
        await store.close()


async def derive(store: Store) -> None:
    """Derive until nothing is marked."""
    await deriver.derive_all(store.journal)


async def plant(store: Store, key: str, orchard: str = "north") -> None:
    """Plant a tree."""
    await execute(store, TREE, key, Plant(orchard=orchard), asking())


async def pick(store: Store, key: str, *baskets: int) -> int:
    """Pick from a tree and return the position."""
    return (await execute(store, TREE, key, Pick(baskets=baskets), asking())).position


async def harvests_of(store: Store) -> list[HarvestRow]:
    """Return the derived harvests."""
    return await store.read(harvest_rows)


async def estates_of(store: Store) -> list[EstateRow]:
    """Return the derived estates."""
    return await store.read(estate_rows)


async def apples(store: Store) -> dict[str, int]:
    """Return how many apples each derived harvest has."""
    return {row.orchard: row.apples for row in await harvests_of(store)}


async def told(store: Store) -> dict[str, list[int]]:
    """Return what was told of each orchard, in order."""
    found: dict[str, list[int]] = {}
    for row in await store.read(lambda reading: log.page(reading, 0, 1_000_000)):
        event = log.recorded(store.journal.codec, row).event
        if isinstance(event, HarvestMeasured):
            found.setdefault(event.orchard, []).append(event.apples)
    return found


async def shelf(store: Store) -> list[Parked]:
    """Return the keys that are parked."""
    return await store.read(lambda reading: reading.rows(parked.listed(KEY), Parked))


async def assert_nothing_is_stale(store: Store) -> None:
    """Insist that nothing waits, that all derived rows are as if computed anew, and that the last told says so too."""
    assert await marked(store) == 0
    should = harvests_anew(await store.read(tree_rows))
    assert await harvests_of(store) == should
    assert await estates_of(store) == estates_anew(should)
    assert {orchard: counts[-1] for orchard, counts in (await told(store)).items()} == await apples(store)


async def until_it_waits(store: Store, task: asyncio.Task[Any]) -> None:
    """Return when somebody waits for a lock, or when a task that should wait has ended without."""
    async with asyncio.timeout(30):
        while not task.done() and not await store.read(lambda reading: reading.scalar(BLOCKED)):  # noqa: ASYNC110 the database tells nobody
            await asyncio.sleep(0.005)
