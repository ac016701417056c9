"""An orchard's store, the store of a grocer who hears it, on both databases, and the wire between them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from events.opening import Store
from events.wire.embedded import EmbeddedWire
from tests.events.grocer import open_grocer
from tests.events.stores import open_orchard


@pytest.fixture
async def store(database_url: str) -> AsyncGenerator[Store]:
    """The store of an orchard, empty."""
    opened = await open_orchard(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def grocer(database_url: str) -> AsyncGenerator[Store]:
    """The store of the grocer, empty."""
    opened = await open_grocer(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def colleague(database_url: str, grocer: Store) -> AsyncGenerator[Store]:
    """The grocer's store, opened once more."""
    opened = await open_grocer(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncGenerator[EmbeddedWire]:
    """A wire, empty."""
    opened = await EmbeddedWire.open(tmp_path / "wire.sqlite")
    yield opened
    await opened.aclose()
