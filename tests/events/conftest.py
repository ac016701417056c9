"""An orchard's store, the store of a grocer who hears it, on both databases, and the wire between them."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from events.opening import Store
from events.wire.embedded import EmbeddedWire
from tests.conftest import SERVER
from tests.events.backups import Safe
from tests.events.grocer import open_grocer
from tests.events.stores import open_orchard
from tests.events.trade import Trade


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


@pytest.fixture
def second_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Generator[str]:
    """Another empty database of the same kind, for a second service."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'second.sqlite'}"
        return
    with request.config.stash[SERVER].database() as url:
        yield url


@pytest.fixture
def trade(store: Store, next_door: Store, wire: EmbeddedWire) -> Trade:
    """An orchard that tells and a grocer that hears, each with a database of its own."""
    return Trade(orchard=store, grocer=next_door, wire=wire)


@pytest.fixture
def safe(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Generator[Safe]:
    """Where copies of databases are kept for a test."""
    kept = Safe.of(request.config, database_url, tmp_path)
    yield kept
    kept.clear()


@pytest.fixture
async def next_door(second_url: str) -> AsyncGenerator[Store]:
    """The store of a grocer with a database of its own."""
    opened = await open_grocer(second_url)
    yield opened
    await opened.close()
