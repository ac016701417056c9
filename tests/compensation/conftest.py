"""A company for each test, on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.compensation.company import Company, company


@pytest.fixture
async def firm(database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    async with company(database_url, tmp_path) as opened:
        yield opened
