"""An orchard's store, on both databases."""

from collections.abc import AsyncGenerator

import pytest

from events.opening import Store
from tests.events.stores import open_orchard


@pytest.fixture
async def store(database_url: str) -> AsyncGenerator[Store]:
    """The store of an orchard, empty."""
    opened = await open_orchard(database_url)
    yield opened
    await opened.close()
