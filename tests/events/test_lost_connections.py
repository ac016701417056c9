"""A server that restarts closes all connections: each fails at most once, and is never used again."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from events.store import log
from events.store.codec import Codec
from events.store.database import Database, open_database
from events.store.migrate import migrate
from events.store.session import Writing

pytestmark = pytest.mark.postgres

CLOSE = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()")


@pytest.fixture
async def database(postgres_url: str) -> AsyncGenerator[Database]:
    opened = open_database(postgres_url)
    await opened.write(migrate)
    yield opened
    await opened.close()


def decide(writing: Writing) -> None:
    """Begin as every append does: with the shortest way to the streams."""
    log.histories(writing, Codec(()), ["deal-1"])


async def close_all(postgres_url: str) -> None:
    """Close all other connections to a database, as a restart of the server does."""
    other = open_database(postgres_url)
    await other.read(lambda reading: reading.tuples(CLOSE, {"name": make_url(postgres_url).database}))
    await other.close()


async def test_an_append_goes_through_again_after_the_server_closed_its_connection(
    database: Database, postgres_url: str
) -> None:
    await database.write(decide)
    await close_all(postgres_url)
    with pytest.raises(DBAPIError):
        await database.write(decide)
    await database.write(decide)
