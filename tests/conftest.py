"""What all tests share: databases, each test's own, empty and gone afterwards."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.clusters import MISSING, TestServer, server_for

SERVER = pytest.StashKey[TestServer]()


def pytest_configure(config: pytest.Config) -> None:
    """Know where PostgreSQL is, or will be."""
    config.stash[SERVER] = server_for(getattr(config, "workerinput", None))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server that all workers share."""
    node.workerinput["postgres"] = node.config.stash[SERVER].url or ""


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    config.stash[SERVER].stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests did not run for want of PostgreSQL."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.section("PostgreSQL", red=True)
        terminalreporter.line(f"{len(skipped)} tests did not run. {MISSING}")


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Generator[str]:
    """An empty PostgreSQL database."""
    with request.config.stash[SERVER].database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: the test runs on SQLite and again on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))
