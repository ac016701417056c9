"""Under writers that dawdle, roll back and conflict, the tail misses nothing, and a naive one does."""

import asyncio
import random
from collections import Counter

import pytest

from events.opening import Store
from events.store import log
from events.store.tail import Tail
from tests.events.writers import Place, open_writers, out_of_order, write

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.system,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]

WRITERS = 24
SECONDS = 4.0


async def follow(tail: Tail, ended: asyncio.Event, found: list[Place]) -> None:
    """Follow the log until the writers have ended and nothing is left: holes that are left then take two more looks."""
    looks_left = 3
    while looks_left:
        is_last = ended.is_set()
        rows = await tail.page(500)
        found += [(row.position, row.stream, row.version) for row in rows]
        if not rows:
            looks_left -= is_last
            await asyncio.sleep(0.002)


async def follow_naively(store: Store, stop: asyncio.Event, found: list[Place]) -> None:
    """Follow the log by asking for what is behind the last position that was seen."""
    last = 0
    while True:
        stopped = stop.is_set()
        rows = await store.read(lambda reading, last=last: log.page(reading, last, 500))
        found += [(row.position, row.stream, row.version) for row in rows]
        last = rows[-1].position if rows else last
        if stopped and not rows:
            return
        if not rows:
            await asyncio.sleep(0.002)


async def test_the_tail_misses_nothing_and_keeps_each_streams_order_where_a_naive_one_does_not(
    store: Store, database_url: str
) -> None:
    engine, stop, ended = open_writers(database_url, WRITERS), asyncio.Event(), asyncio.Event()
    seen = Counter[str]()
    tail = Tail(store.database, 0)
    found: list[Place] = []
    naive: list[Place] = []
    followers = [
        asyncio.create_task(follow(tail, ended, found)),
        asyncio.create_task(follow_naively(store, ended, naive)),
    ]
    writers = [asyncio.create_task(write(engine, stop, random.Random(seed), seen)) for seed in range(WRITERS)]  # noqa: S311 a schedule
    await asyncio.sleep(SECONDS)
    stop.set()
    await asyncio.gather(*writers)
    ended.set()
    await asyncio.gather(*followers)
    await engine.dispose()
    written = [(row.position, row.stream, row.version) for row in await store.read(lambda r: log.page(r, 0, 10**6))]
    assert len(written) == seen["committed"] > 1_000
    assert seen["conflicts"] > 10
    assert tail.leapt > 10
    assert found == written
    assert out_of_order(found) == 0
    assert len(naive) < len(written)
    assert out_of_order(naive) > 0
