"""A company for each test, on both databases: each a copy of one that the service has opened, and used for nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from compensation.main import BLUEPRINT
from events.opening import open_store
from tests.compensation.company import NOW, Company, company
from tests.conftest import SERVER


async def open_once(url: str) -> None:
    """Let the service make its tables and its read models, which takes longer than most tests."""
    store = await open_store(
        url,
        codec=BLUEPRINT.codec(),
        clock=lambda: NOW,
        projections=BLUEPRINT.projections,
        derivations=BLUEPRINT.derivations,
    )
    await store.close()


@pytest.fixture(scope="session")
def opened_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the service has opened."""
    file = tmp_path_factory.mktemp("opened") / "database.sqlite"
    asyncio.run(open_once(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def opened_database(request: pytest.FixtureRequest) -> Generator[str]:
    """A PostgreSQL database that the service has opened."""
    with request.config.stash[SERVER].database() as url:
        asyncio.run(open_once(url))
        yield url


@pytest.fixture
def copied_database(request: pytest.FixtureRequest, opened_database: str) -> Generator[str]:
    """A copy of that database."""
    with request.config.stash[SERVER].copy(opened_database) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing has happened: the test runs on SQLite and again on PostgreSQL."""
    if request.param == "postgres":
        return str(request.getfixturevalue("copied_database"))
    file = tmp_path / "database.sqlite"
    shutil.copy(request.getfixturevalue("opened_file"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def firm(database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    async with company(database_url, tmp_path) as opened:
        yield opened
