"""A running service with a CRM at its door."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.performance.crm import Office, office


@pytest.fixture
async def crm(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(database_url, tmp_path) as opened:
        yield opened
