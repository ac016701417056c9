"""A process with one loop of a service, as a worker of production has it: `tell` or `hear`, on the wire of a journey.

Whenever places are shared out, one that hears says how many it holds, in a line.
"""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import uvloop

from attain.bench.journey import Journey, open_listener, open_teller, publish
from events import consumer, relay
from events.collector import calm_collector
from events.wire.kafka.settings import settings_of
from events.wire.kafka.wire import KafkaWire
from events.wire.promises import PARTITIONS, Offsets, Place, Reader

TELL, HEAR = "tell", "hear"
SHARED_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.01
SESSION = {"ATTAIN_KAFKA_SESSION_SECONDS": "6"}
"""A member that is there already learns of another one within a tenth of this."""


class SayingWire(KafkaWire):
    """Says how many places a reader holds."""

    def reader(self, group: str, topics: Sequence[str], offsets: Offsets) -> AbstractAsyncContextManager[Reader]:
        """Read topics, and say so whenever places are shared out."""

        async def said(places: Sequence[Place]) -> Mapping[Place, int]:
            sys.stdout.write(f"{len(places)}\n")
            sys.stdout.flush()
            return await offsets(places)

        return super().reader(group, topics, said)


@dataclass(kw_only=True)
class Worker:
    """A worker, seen from outside. `holds` is how many places it said last that it has."""

    process: asyncio.subprocess.Process
    holds: int = 0

    async def listen(self) -> None:
        """Follow what it says, until it ends."""
        while self.process.stdout and (line := await self.process.stdout.readline()):
            self.holds = int(line)

    async def memory(self) -> int:
        """Return how many bytes of memory it has in use."""
        command = ("ps", "-o", "rss=", "-p", str(self.process.pid))
        asked = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await asked.communicate()
        return int(said) * 1024


@asynccontextmanager
async def working(travelling: Journey, role: str, count: int = 1) -> AsyncGenerator[list[Worker]]:
    """Run workers in processes of their own; those that hear hold all places among them, each some, from then on."""
    url = travelling.teller_url if role == TELL else travelling.listener_url
    command = (sys.executable, "-m", __name__, role, url, travelling.kafka_url, travelling.service)
    workers: list[Worker] = []
    following: list[asyncio.Task[None]] = []
    try:
        for _ in range(count):
            process = await asyncio.create_subprocess_exec(
                *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, **SESSION}
            )
            workers.append(Worker(process=process))
            following.append(asyncio.create_task(workers[-1].listen()))
        if role == HEAR:
            await shared_out(workers)
        yield workers
    finally:
        for worker in workers:
            worker.process.terminate()
        await asyncio.gather(*(worker.process.wait() for worker in workers), *following)


async def shared_out(workers: Sequence[Worker]) -> None:
    """Wait until every worker holds places, and none is held twice."""
    async with asyncio.timeout(SHARED_SECONDS_MAX):
        while not is_shared_out([each.holds for each in workers]):  # noqa: ASYNC110 what they say is followed elsewhere
            await asyncio.sleep(LOOK_SECONDS)


def is_shared_out(holds: Sequence[int]) -> bool:
    """Say whether everyone holds some of all places."""
    return all(holds) and sum(holds) == PARTITIONS


async def tell(database_url: str, kafka_url: str, service: str) -> None:
    """Publish a log."""
    store = await open_teller(database_url)
    await relay.run(store.journal, KafkaWire(settings_of(kafka_url)), service, publish)


async def hear(database_url: str, kafka_url: str, service: str) -> None:
    """Hear what was published."""
    store = await open_listener(database_url, service)
    await consumer.run(store.journal, SayingWire(settings_of(kafka_url)), "listener", [service])


ROLES: Mapping[str, Callable[[str, str, str], Awaitable[None]]] = {TELL: tell, HEAR: hear}


async def work(role: str, database_url: str, kafka_url: str, service: str) -> None:
    """Run a role for ever."""
    await ROLES[role](database_url, kafka_url, service)


if __name__ == "__main__":
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it says at length that a fresh broker is not ready yet
    calm_collector()
    uvloop.run(work(*sys.argv[1:5]))
