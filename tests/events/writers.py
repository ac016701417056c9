"""Writers that treat the log badly: transactions of their own, pauses, rollbacks, conflicts, writes before reads."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from events.store.ids import new_id
from events.store.tables import events
from tests.events.stores import NOON

STREAMS = 40
ROLLED_BACK = 0.05

LAST_VERSION = text("SELECT coalesce(max(version), 0) FROM events WHERE stream = :stream")
INSERT = insert(events)
REMEMBER = text("INSERT INTO requests VALUES ('eve', 'POST /', :key, '', '', :at)")
Place = tuple[int, str, int]
"""Position, stream and version of an event."""


def event(stream: str, version: int) -> dict[str, Any]:
    """Return the row of an event."""
    id_ = new_id()
    what = {"type": "ApplesPicked", "schema": 1, "data": '{"type":"ApplesPicked","count":1}'}
    who = {"occurred_at": NOON, "recorded_at": NOON, "actor": "eve", "correlation_id": id_}
    return {"stream": stream, "version": version, "id": id_, **what, **who}


def open_writers(url: str, count: int) -> AsyncEngine:
    """Return connections for so many writers."""
    return create_async_engine(url, pool_size=count, max_overflow=0)


async def write(engine: AsyncEngine, stop: asyncio.Event, chance: random.Random, seen: Counter[str]) -> None:
    """Append until told to stop, counting what was committed and what was not."""
    async with engine.connect() as connection:
        while not stop.is_set():
            try:
                committed = await append(connection, chance)
                seen["committed"] += committed
            except IntegrityError:
                await connection.rollback()
                seen["conflicts"] += 1


async def append(connection: AsyncConnection, chance: random.Random) -> int:
    """Append one to three events to a stream in a transaction that writes first, dawdles, and may not be committed."""
    await connection.execute(REMEMBER, {"key": str(new_id()), "at": NOON})
    if chance.random() < 0.3:
        await asyncio.sleep(chance.random() * 0.03)
    stream = f"tree-t{chance.randrange(STREAMS)}"
    version = await connection.scalar(LAST_VERSION, {"stream": stream}) or 0
    count = chance.randint(1, 3)
    await connection.execute(INSERT, [event(stream, version + number) for number in range(1, count + 1)])
    if chance.random() < 0.1:
        await asyncio.sleep(chance.random() * 0.05)
    if chance.random() < ROLLED_BACK:
        await connection.rollback()
        return 0
    await connection.commit()
    return count


def out_of_order(places: Sequence[Place]) -> int:
    """Count the events that came before or without the one before them in their stream."""
    last: defaultdict[str, int] = defaultdict(int)
    faults = 0
    for _, stream, version in places:
        faults += version != last[stream] + 1
        last[stream] = max(last[stream], version)
    return faults
