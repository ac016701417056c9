"""A company for each test: a copy of a database that the service has opened, and used for nothing."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path
from zlib import crc32

import pytest

from compensation.main import BLUEPRINT
from events.opening import open_store
from tests.compensation.company import NOW, Company, company
from tests.conftest import SERVER

DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
ON_BOTH = frozenset(
    {
        "test_histories",
        "test_payouts",
        "test_recompute",
        "test_statements_over_http",
        "test_verifying",
    }
)
"""Modules whose tests run on SQLite and again on PostgreSQL."""


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


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which nothing has happened."""
    if request.param == "postgres":
        return str(request.getfixturevalue("copied_database"))
    file = tmp_path / "database.sqlite"
    shutil.copy(request.getfixturevalue("opened_file"), file)
    return f"sqlite:///{file}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try what reads and writes much at once on both databases, and every other test on one of them, by its name."""
    if "database_url" in metafunc.fixturenames:
        name = metafunc.function.__name__
        on_both = metafunc.definition.path.stem in ON_BOTH
        chosen = DATABASES if on_both else (DATABASES[crc32(name.encode()) % len(DATABASES)],)
        metafunc.parametrize("database_url", chosen, indirect=True)


@pytest.fixture
async def firm(database_url: str, tmp_path: Path) -> AsyncIterator[Company]:
    async with company(database_url, tmp_path) as opened:
        yield opened
