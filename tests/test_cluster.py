"""The private PostgreSQL server: from any binaries that are here, and nothing of it stays behind."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from attain.cluster import Server, binaries, temporary_server

pytestmark = [pytest.mark.postgres, pytest.mark.system]

STARTED_AND_LEFT = """
import signal
from attain.cluster import temporary_server

with temporary_server(fsync=False) as server:
    print(server.url, flush=True)
    signal.pause()
"""


async def ask(url: str, question: str) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.scalar(text(question))
    finally:
        await engine.dispose()


@pytest.mark.parametrize("folder", binaries(), ids=str)
async def test_every_postgresql_that_is_found_can_be_started(folder: Path) -> None:
    with temporary_server(fsync=True, folder=folder) as server, server.database() as url:
        assert await ask(url, "SHOW fsync") == "on"
        assert await ask(url, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == 0
    with pytest.raises(ConnectionError):
        await ask(server.url, "SELECT 1")


def test_a_database_is_gone_after_its_use_whoever_is_still_connected(postgres_url: str) -> None:
    server = Server(url=postgres_url)

    async def drop_while_connected() -> None:
        url = server.create_database()
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            server.drop_database(url)
            with pytest.raises(DBAPIError):
                await connection.execute(text("SELECT 1"))
        await engine.dispose()
        name = make_url(url).database
        assert await ask(postgres_url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == 0  # noqa: S608 own name

    asyncio.run(drop_while_connected())


def test_a_killed_process_leaves_no_server_behind() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTED_AND_LEFT], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    url = starter.stdout.readline().strip()
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    assert has_stopped(url)


def has_stopped(url: str) -> bool:
    for _ in range(200):
        try:
            asyncio.run(ask(url, "SELECT 1"))
        except (ConnectionError, DBAPIError):
            return True
        time.sleep(0.05)
    return False
