"""Transactions that a test holds open, to see who waits for them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from events.opening import Store
from events.store.session import Writing

LOOKS_MAX = 1_000
PAUSE_SECONDS = 0.01
BLOCKED = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


class GivenUp(Exception):
    """A transaction that is rolled back on purpose."""


@asynccontextmanager
async def held(store: Store, body: Callable[[Writing], object], *, given_up: bool = False) -> AsyncGenerator[None]:
    """Run a body in a transaction on PostgreSQL that commits, or is given up, when the block ends."""
    begun, end = asyncio.Event(), asyncio.Event()

    def slowly(writing: Writing) -> None:
        try:
            body(writing)
        finally:
            begun.set()
        await_only(end.wait())
        if given_up:
            raise GivenUp

    holding = asyncio.create_task(store.database.write(slowly))
    await begun.wait()
    try:
        yield
    finally:
        end.set()
        with suppress(GivenUp):
            await holding


async def until_blocked(store: Store) -> None:
    """Return when a transaction waits for another one."""
    for _ in range(LOOKS_MAX):
        if await store.read(lambda reading: reading.scalar(BLOCKED)):
            return
        await asyncio.sleep(PAUSE_SECONDS)
    pytest.fail("nobody waits for anybody")
