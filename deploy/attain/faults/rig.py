"""The services as processes that can be killed, paused, resumed and started again, on fresh databases and topics."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from attain.commands.serve import ServiceName
from attain.faults.actor import forked
from attain.faults.ground import Ground
from attain.fleet import HOST, free_port
from events.running import API, WORKER

READY_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
POLL_SECONDS = 0.05
WORDS_MAX = 2_000
BOTH = f"{API},{WORKER}"

CAST: tuple[tuple[ServiceName, str], ...] = (
    ("goals", BOTH),
    ("performance", API),
    ("performance", WORKER),
    ("compensation", BOTH),
)
"""Who plays unless a scenario says otherwise: performance as in production, the others each in one process."""


class ActorIsNotReady(Exception):
    """A process did not get ready in time; the message ends with its own words."""


@dataclass(kw_only=True)
class Actor:
    """One process of a service. It keeps its name, its port and its place in Kafka's groups when it starts again."""

    name: str
    service: ServiceName
    url: str
    settings: Mapping[str, str]
    taken_out: str
    log: Path
    process: BaseProcess | None = None

    def start(self) -> None:
        """Start, without waiting."""
        port = int(self.url.rpartition(":")[2])
        self.process = forked(self.service, port, self.settings, self.taken_out, self.log)

    def kill(self) -> None:
        """End at once, in the middle of whatever it does."""
        self._signal(signal.SIGKILL)
        self._wait()

    def terminate(self) -> None:
        """End in order."""
        self._signal(signal.SIGTERM)
        self._wait()

    def pause(self) -> None:
        """Stand still, as a process does whose machine is frozen."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on as if no time had passed."""
        self._signal(signal.SIGCONT)

    async def get_ready(self) -> None:
        """Wait until it says that it is ready. Raises `ActorIsNotReady`."""
        clock = asyncio.get_running_loop().time
        until = clock() + READY_SECONDS_MAX
        while not await self.is_ready():
            if clock() > until or (self.process is not None and not self.process.is_alive()):
                message = f"{self.name} is not ready: {await self.readiness()} {self.last_words}"
                raise ActorIsNotReady(message)
            await asyncio.sleep(POLL_SECONDS)

    async def is_ready(self) -> bool:
        """Say whether it is ready now."""
        return (await self.asked()) == HTTPStatus.OK

    async def asked(self) -> int:
        """Return the status that its readiness has, 0 if it does not answer."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            try:
                return (await http.get(f"{self.url}/readyz")).status_code
            except httpx.TransportError:
                return 0

    async def readiness(self) -> str:
        """Return what it says of its readiness."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            try:
                return (await http.get(f"{self.url}/readyz?verbose")).text
            except httpx.TransportError as error:
                return repr(error)

    @property
    def last_words(self) -> str:
        """The end of its log."""
        return self.said[-WORDS_MAX:]

    @property
    def said(self) -> str:
        """All of its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)

    def _wait(self) -> None:
        if self.process is None:
            return
        self.process.join(STOP_SECONDS_MAX)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@dataclass(kw_only=True)
class Rig:
    """A run's processes, and all that they stand on."""

    ground: Ground
    folder: Path
    settings: Mapping[str, str]
    taken_out: str = ""
    actors: dict[str, Actor] = field(default_factory=dict[str, Actor])

    @property
    def addresses(self) -> dict[str, str]:
        """Where each service answers."""
        return {
            actor.service: actor.url
            for actor in reversed(self.actors.values())
            if API in actor.settings["ATTAIN_ROLES"]
        }

    def database_url(self, service: str) -> str:
        """Return where a service's database is."""
        return self.settings[f"ATTAIN_{service.upper()}_DATABASE_URL"]

    def move(self, service: str, url: str) -> None:
        """Let a service have another database from its next start on."""
        moved = {f"ATTAIN_{service.upper()}_DATABASE_URL": url}
        self.settings = {**self.settings, **moved}
        for actor in self.actors.values():
            actor.settings = {**actor.settings, **moved}

    @property
    def wire_url(self) -> str:
        """Where Kafka is."""
        return self.ground.broker.url

    def add(self, service: ServiceName, roles: str) -> Actor:
        """Start one more process of a service, and return it."""
        name = f"{service}-{roles.replace(',', '-')}"
        number = sum(each.startswith(name) for each in self.actors) + 1
        name += f"-{number}"
        port = free_port()
        actor = Actor(
            name=name,
            service=service,
            url=f"http://{HOST}:{port}",
            settings={**self.settings, "ATTAIN_ROLES": roles, "ATTAIN_KAFKA_INSTANCE": name},
            taken_out=self.taken_out,
            log=self.folder / f"{name}.log",
        )
        self.actors[name] = actor
        actor.start()
        return actor

    async def change(self, taken_out: str) -> None:
        """Start every process again without some guards, or with slow places, if any are named."""
        if not taken_out:
            return
        self.taken_out = taken_out
        for actor in self.actors.values():
            await asyncio.to_thread(actor.terminate)
            actor.taken_out = taken_out
            actor.start()
        await self.get_ready()

    async def get_ready(self) -> None:
        """Wait until every process is ready."""
        await asyncio.gather(*(actor.get_ready() for actor in self.actors.values()))

    def end(self) -> None:
        """End every process."""
        for actor in self.actors.values():
            actor.resume()
            actor.kill()


@asynccontextmanager
async def rig(ground: Ground, folder: Path) -> AsyncGenerator[Rig]:
    """Start the cast on fresh databases and topics; end it whatever happens."""
    async with ground.plot(folder) as settings:
        made = Rig(ground=ground, folder=folder, settings=settings)
        try:
            for service, roles in CAST:
                made.add(service, roles)
            await made.get_ready()
            yield made
        finally:
            made.end()
