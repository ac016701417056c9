"""What all tests share: databases, each test's own, empty and gone afterwards."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests import brokers, clusters
from tests.brokers import OwnBroker, TestBroker, broker_for
from tests.clusters import TestServer, server_for
from tests.contracts.official import schema

SERVER = pytest.StashKey[TestServer]()
BROKER = pytest.StashKey[TestBroker]()


def pytest_configure(config: pytest.Config) -> None:
    """Know where PostgreSQL and Kafka are, or will be."""
    config.stash[SERVER] = server_for(getattr(config, "workerinput", None))
    config.stash[BROKER] = broker_for(getattr(config, "workerinput", None))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the server that all workers share, and say where they ask for the broker."""
    node.workerinput["postgres"] = node.config.stash[SERVER].url or ""
    broker = node.config.stash[BROKER]
    node.workerinput["kafka"] = broker.door() if isinstance(broker, OwnBroker) else ""


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and the broker."""
    config.stash[SERVER].stop()
    config.stash[BROKER].stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests did not run for want of PostgreSQL, Kafka or AsyncAPI's schema."""
    for name, missing in (("PostgreSQL", clusters.MISSING), ("Kafka", brokers.MISSING), ("AsyncAPI", schema.MISSING)):
        skipped = [report for report in terminalreporter.stats.get("skipped", []) if missing in str(report.longrepr)]
        if skipped:
            terminalreporter.section(name, red=True)
            terminalreporter.line(f"{len(skipped)} tests did not run. {missing}")


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Generator[str]:
    """An empty PostgreSQL database."""
    with request.config.stash[SERVER].database() as url:
        yield url


@pytest.fixture
def kafka_url(request: pytest.FixtureRequest) -> str:
    """A Kafka broker that other tests use too: name topics and groups otherwise than they do."""
    return brokers.lend(request.config.stash[BROKER])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: the test runs on SQLite and again on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))
