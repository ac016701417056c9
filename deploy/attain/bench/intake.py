"""The webhook intake measured: signed deliveries over real HTTP, each durable and projected before the answer."""

import asyncio
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import msgspec
from standardwebhooks import Webhook

from attain.bench.report import Bar, Measured
from edge.clock import utc_now

CONNECTIONS = 64
SOURCE = "crm"
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # noqa: S105 a benchmark signs its own deliveries
START_SECONDS_MAX = 30.0
QUIET = {"ATTAIN_LOG_LEVEL": "WARNING", "ATTAIN_DRAIN_SECONDS": "0"}
"""A line for each delivery would be most of what is measured, and nobody waits for the end of the server."""


async def deliveries(database_url: str, count: int) -> Measured:
    """Single signed deliveries to performance, its API process alone."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "ATTAIN_FOLDER": folder,
            "ATTAIN_PERFORMANCE_DATABASE_URL": database_url,
            "ATTAIN_WEBHOOK_SECRETS": json.dumps({SOURCE: [SECRET]}),
            "ATTAIN_ROLES": "api",
        }
        async with served("performance.main:app", environment) as port:
            rate = await load(port, requests(port, count))
    return Measured(name="signed webhook, durable", value=rate, unit="deliveries/s", bar=Bar(times=0.5))


async def parsing(count: int) -> Measured:
    """The same deliveries to an endpoint that only parses."""
    async with served("attain.bench.floor:app", {}) as port:
        rate = await load(port, requests(port, count))
    return Measured(name="FastAPI that only parses", value=rate, unit="deliveries/s")


@asynccontextmanager
async def served(app: str, environment: Mapping[str, str]) -> AsyncGenerator[int]:
    """Serve an app in a process of its own, on a free port of the loopback."""
    port = free_port()
    command = ("-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, "--no-access-log", env={**os.environ, **environment, **QUIET}
    )
    try:
        await answering(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def answering(port: int) -> None:
    """Wait until a process answers."""
    async with asyncio.timeout(START_SECONDS_MAX), httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}/livez")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


def requests(port: int, count: int) -> list[bytes]:
    """Return signed requests, ready to be written to a socket."""
    door = Door(url=f"http://127.0.0.1:{port}", secret=SECRET)
    made: list[bytes] = []
    for number in range(count):
        deal = {
            "deal_id": f"D-{number}",
            "owner": f"owner-{number % 40}@example.com",
            "amount": f"{100 + number % 900}.50",
            "currency": "USD",
            "stage": "qualified",
            "opened_on": "2026-01-31",
        }
        made.append(door.request(f"msg_{number}", "deal.opened", deal))
    return made


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where performance takes deliveries, and the secret that it shares with the CRM."""

    url: str
    secret: str

    @property
    def address(self) -> tuple[str, int]:
        """Its host and port."""
        where = urlsplit(self.url)
        return where.hostname or "", where.port or 80

    def request(self, id_: str, kind: str, deal: Mapping[str, str]) -> bytes:
        """Return a signed delivery as it is written to a socket."""
        now, where = utc_now(), urlsplit(self.url)
        body = msgspec.json.encode({"type": kind, "timestamp": now.isoformat(), "data": deal})
        signature = Webhook(self.secret).sign(id_, now, body.decode())
        return (
            f"POST {where.path}/v1/webhooks/{SOURCE} HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nwebhook-id: {id_}\r\n"
            f"webhook-timestamp: {int(now.timestamp())}\r\nwebhook-signature: {signature}\r\n\r\n".encode()
            + body
        )


async def load(port: int, made: list[bytes]) -> float:
    """Send requests over some connections, one at a time on each; return how many a second were taken."""
    left = iter(made)
    start = time.perf_counter()
    await asyncio.gather(*(connection(port, left) for _ in range(CONNECTIONS)))
    return len(made) / (time.perf_counter() - start)


async def connection(port: int, left: Iterable[bytes]) -> None:
    """Send requests one after the other; whatever is not a 202 fails the benchmark."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in left:
        await exchange(reader, writer, request)
    writer.close()
    await writer.wait_closed()


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    """Send a request and read its answer."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0])
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 202"):
        message = f"{head.splitlines()[0]!r} {body!r}"
        raise RuntimeError(message)
