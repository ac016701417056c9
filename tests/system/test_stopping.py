"""A process that is told to stop under load: what it was asked is answered, what it answered is kept, and it ends."""

import asyncio
import itertools
import json
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from attain.fleet import HOST, free_port
from edge.clock import utc_now
from events.store.database import open_database
from events.store.session import Reading
from events.store.tables import events

pytestmark = pytest.mark.system

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
SENDERS = 16
BEFORE = 150
"""So many deliveries are answered before the signal."""
START_SECONDS_MAX = 60.0
END_SECONDS_MAX = 10.0


@dataclass(kw_only=True)
class Load:
    """Deliveries to one address: which were sent and answered, and when the process was told to stop."""

    port: int
    path: str
    numbers: Iterator[int]
    answered: dict[int, int] = field(default_factory=dict[int, int])
    broken: set[int] = field(default_factory=set[int])
    sent_before: set[int] = field(default_factory=set[int])
    closed: int = 0
    is_told: bool = False
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self) -> None:
        """Deliver one after the other, again over a new connection when one was closed, until none is accepted."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(HOST, self.port)
            except OSError:
                return
            try:
                while await self.deliver(reader, writer):
                    pass
            finally:
                writer.close()

    async def deliver(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Deliver one, and say whether the connection stays open."""
        number = next(self.numbers)
        if not self.is_told:
            self.sent_before.add(number)
        writer.write(request(self.port, self.path, number))
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.broken.add(number)
            return False
        self.answered[number] = int(head.split(b" ", 2)[1])
        if len(self.answered) == BEFORE:
            self.enough.set()
        is_closing = b"connection: close" in head.lower()
        self.closed += is_closing
        return not is_closing


def request(port: int, path: str, number: int) -> bytes:
    """Return a signed delivery, ready to be written to a socket."""
    now = utc_now()
    said = {"deal_id": f"D-{number}", "owner": "ada@example.com", "amount": "12.50", "currency": "USD"}
    more = {"stage": "qualified", "opened_on": "2026-01-31"}
    body = msgspec.json.encode({"type": "deal.opened", "timestamp": now.isoformat(), "data": said | more})
    signature = Webhook(SECRET).sign(f"m{number}", now.replace(microsecond=0), body.decode())
    return (
        f"POST {path}/v1/webhooks/crm HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nwebhook-id: m{number}\r\n"
        f"webhook-timestamp: {int(now.timestamp())}\r\nwebhook-signature: {signature}\r\n\r\n".encode()
        + body
    )


@asynccontextmanager
async def started(command: tuple[str, ...], port: int, folder: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a process that serves at a port, and see to it that it ends."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTAIN_")}
    said = {"ATTAIN_FOLDER": str(folder), "ATTAIN_WEBHOOK_SECRETS": json.dumps({"crm": [SECRET]})}
    with (folder.parent / "server.log").open("a") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, env=inherited | said, stdout=log, stderr=log
        )
        try:
            await answering(port)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def answering(port: int) -> None:
    """Wait until a process is ready."""
    async with asyncio.timeout(START_SECONDS_MAX), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(f"http://{HOST}:{port}/readyz")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def readiness(port: int) -> Mapping[str, object]:
    """Return what a process that drains says of itself."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://{HOST}:{port}/readyz")
    assert answer.status_code == 503
    return answer.json()


async def opened(url: str) -> set[int]:
    """Return the numbers of the deals that are durable."""
    database = open_database(url)

    def streams(reading: Reading) -> list[str]:
        wanted = select(events.c.stream).where(events.c.type == "DealOpened")
        return [stream for (stream,) in reading.tuples(wanted)]

    found = await database.read(streams)
    await database.close()
    assert len(found) == len(set(found))
    return {int(stream.rpartition("-")[2]) for stream in found}


def one_process(port: int) -> tuple[str, ...]:
    """Return the command for all services in one process."""
    return ("attain.cli", "run", "--no-demo", "--host", HOST, "--port", str(port))


def one_service(port: int) -> tuple[str, ...]:
    """Return the command for performance alone, by a server that knows nothing of it."""
    return ("uvicorn", "performance.main:app", "--host", HOST, "--port", str(port), "--no-access-log")


@pytest.mark.parametrize(
    ("command", "path"), [(one_process, "/performance"), (one_service, "")], ids=["one process", "one service"]
)
async def test_told_to_stop_under_load_it_answers_what_it_was_asked_keeps_it_and_goes_on_later(
    command: Callable[[int], tuple[str, ...]], path: str, tmp_path: Path
) -> None:
    folder, numbers = tmp_path / "var", itertools.count()
    for _ in range(2):
        load = Load(port=free_port(), path=path, numbers=numbers)
        async with started(command(load.port), load.port, folder) as process:
            senders = [asyncio.create_task(load.send()) for _ in range(SENDERS)]
            await load.enough.wait()
            load.is_told = True
            process.send_signal(signal.SIGTERM)
            told_at = time.monotonic()
            said = await readiness(load.port)
            await asyncio.gather(*senders)
            assert await process.wait() in {0, -signal.SIGTERM}
            assert time.monotonic() - told_at < END_SECONDS_MAX

        assert "draining" in str(said["failed"])
        assert set(load.answered.values()) == {202}
        assert not load.broken & load.sent_before
        assert load.closed > SENDERS
        durable = await opened(f"sqlite:///{folder}/performance.db")
        assert set(load.answered) <= durable
