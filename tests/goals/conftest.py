"""A goals service that runs, and a company in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from goals.main import make
from tests.goals.firm import Firm
from tests.goals.office import office


@pytest.fixture
async def firm(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with office(make, database_url, tmp_path) as opened:
        yield Firm(opened)
