"""Two processes that write to the same streams, rows and sums at once lose nothing and never wait in a ring."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from events.domain import Recorded, Value
from events.execute import execute
from events.opening import Store
from tests.events.orchard import TREE, ApplesPicked, Plant, TreeRow, should_be
from tests.events.peer import KEYS, ORCHARDS
from tests.events.processes import together
from tests.events.stores import asking, orchard_rows, tree_rows, whole_log

pytestmark = pytest.mark.system

DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
ALLOWED = ("TooManyWriters", "TreeIsPlantedAlready")


async def plant_all(store: Store) -> None:
    for number, key in enumerate(KEYS):
        await execute(store, TREE, key, Plant(orchard=ORCHARDS[number % len(ORCHARDS)]), asking())


def picked(log: Sequence[Recorded[Value]]) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {key: [] for key in KEYS}
    for each in log:
        if isinstance(each.event, ApplesPicked):
            counts[each.key].append(each.event.count)
    return counts


def folded(log: Sequence[Recorded[Value]]) -> list[TreeRow]:
    apples = {key: sum(counts) for key, counts in picked(log).items()}
    return [
        TreeRow(tree_id=key, orchard=ORCHARDS[number % len(ORCHARDS)], apples=apples[key], felled=False)
        for number, key in enumerate(KEYS)
    ]


async def test_two_processes_lose_no_update_on_the_same_rows(store: Store, database_url: str) -> None:
    await plant_all(store)
    said: list[dict[str, Any]] = [{"url": database_url, "actor": f"p{n}", "units": 100, "seed": n} for n in range(2)]
    answers: list[Any] = [each for sent in await together("write", *said) for each in sent]
    log = await whole_log(store)
    assert len(log) == len(KEYS) + sum(each["events"] for each in answers if each not in ALLOWED)
    assert await store.read(tree_rows) == folded(log)
    assert await store.read(orchard_rows) == should_be(await store.read(tree_rows))
    assert all(counts == list(range(1, len(counts) + 1)) for counts in picked(log).values())
    if store.database.lanes > 1:
        assert await store.read(lambda reading: reading.scalar(DEADLOCKS)) == 0
