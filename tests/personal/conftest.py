"""A key store on each database, with a clock that tests move."""

from collections.abc import AsyncGenerator

import pytest

from events.personal import KeyStore, open_keys

MASTER_KEY = bytes(range(32))


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """Return the seconds so far."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Stands still by itself."""
    return Clock()


@pytest.fixture
async def keys(database_url: str, clock: Clock) -> AsyncGenerator[KeyStore]:
    """One process's key store."""
    store = await open_keys(database_url, MASTER_KEY, monotonic=clock)
    yield store
    await store.close()


@pytest.fixture
async def other(database_url: str, clock: Clock, keys: KeyStore) -> AsyncGenerator[KeyStore]:
    """The same key store as another process has it open."""
    store = await open_keys(database_url, MASTER_KEY, monotonic=clock)
    yield store
    await store.close()
