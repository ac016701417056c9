"""A company whose systems send without pause, and send again what was not answered, to a product that gets killed."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx

from attain.client import Client, RequestWasRefused, key_of
from attain.company import Company, Delivery, Request
from attain.fleet import HOST, Fleet, Member, free_port, started
from attain.loading import NOT_HEARD_YET, refuse_parked, side_by_side

RETRY_SECONDS = 0.03
DELAY_SECONDS_MAX = 0.05
STILL_RUNNING = "/problems/request-is-still-running"
"""What the product answers to a second sending while the first is under way."""


class Product:
    """The whole product in a process of its own, as a user starts it."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.url = f"http://{HOST}:{free_port()}"
        self.said = ""
        self._folder = folder
        self._settings = settings
        self._running: Member | None = None

    def start(self) -> None:
        """Start it; it goes on from what its folder holds."""
        port = self.url.rpartition(":")[2]
        command = ("run", "--no-demo", "--host", HOST, "--port", port)
        self._running = started("product", self.url, command, self._settings, self._folder)

    def kill(self) -> None:
        """End it with SIGKILL, whatever it is doing. Raises `ServerStopped` if it ended by itself."""
        self.check()
        if self._running is not None:
            self._running.process.kill()
            self._running.process.wait()
            self.said += self._running.log.read_text()

    def check(self) -> None:
        """Raise `ServerStopped` if it ended by itself."""
        Fleet(addresses={}, members=[self._running] if self._running else []).check()


class Load:
    """All that a company sends, each request until it is accepted; deals side by side, the news of each in order."""

    def __init__(self, product: Product, company: Company, moments: Sequence[int] = ()) -> None:
        self._product = product
        self._company = company
        self._moments = {moment: asyncio.Event() for moment in moments}
        self._sent = 0

    async def send(self, client: Client) -> None:
        """Send everything."""
        for stage in self._company.before:
            await side_by_side([partial(self._command, client, request) for request in stage.requests])
        news: defaultdict[str, list[tuple[int, Delivery]]] = defaultdict(list)
        for number, delivery in enumerate(self._company.deliveries):
            news[delivery.data["deal_id"]].append((number, delivery))
        await side_by_side([partial(self._deliver, client, told) for told in news.values()])
        for stage in self._company.after:
            await side_by_side([partial(self._command, client, request) for request in stage.requests])

    async def disturb(self, chance: Random) -> None:
        """Kill the product shortly after each moment, and start it again."""
        for moment in self._moments.values():
            await moment.wait()
            await asyncio.sleep(chance.uniform(0, DELAY_SECONDS_MAX))
            self._product.kill()
            self._product.start()

    async def _command(self, client: Client, request: Request) -> None:
        await self._insist(lambda: client.command(request, key_of(self._company.name, request)))

    async def _deliver(self, client: Client, told: Sequence[tuple[int, Delivery]]) -> None:
        for number, delivery in told:
            id_ = f"{self._company.name}-{number:06}"
            refuse_parked(await self._insist(partial(client.deliver_one, self._company.source, id_, delivery)))

    async def _insist(self, send: Callable[[], Awaitable[Any]]) -> Any:
        self._sent += 1
        if self._sent in self._moments:
            self._moments[self._sent].set()
        while True:
            try:
                return await send()
            except httpx.TransportError:
                self._product.check()
                await asyncio.sleep(RETRY_SECONDS)
            except RequestWasRefused as refused:
                if refused.kind not in {NOT_HEARD_YET, STILL_RUNNING}:
                    raise
                await asyncio.sleep(RETRY_SECONDS)
