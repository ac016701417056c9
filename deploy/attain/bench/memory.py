"""Memory measured: what the processes of a relay and of a worker have in use while a million events pass through."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from attain.bench.journey import journey
from attain.bench.log import Databases
from attain.bench.report import Bar, Measured, Pair
from attain.bench.travel import STORE, reached
from attain.bench.worker import HEAR, TELL, Worker, working

FIRST, *LATER = (100_000, 500_000, 1_000_000)
FLAT = Bar(times_at_most=1.1)
MEGABYTE = 1 << 20
SECONDS_MAX = 3_600.0


async def measure_memory(databases: Databases, kafka_url: str) -> list[Pair]:
    """Let events pass from log to log, and return what both sides have in use after some and after many."""
    async with (
        journey(databases, kafka_url) as travelling,
        working(travelling, TELL) as tellers,
        working(travelling, HEAR) as listeners,
        asyncio.timeout(SECONDS_MAX),
    ):
        _, told, heard = await asyncio.gather(
            travelling.fill(LATER[-1]),
            in_use("relay", tellers[0], travelling.told),
            in_use("worker that hears", listeners[0], travelling.heard),
        )
    return [*told, *heard]


async def in_use(name: str, worker: Worker, progress: Callable[[], Awaitable[int]]) -> Sequence[Pair]:
    """Return what a process has in use each time that so many events have passed."""
    found: dict[int, Measured] = {}
    for count in (FIRST, *LATER):
        await reached(progress, count)
        megabytes = await worker.memory() / MEGABYTE
        found[count] = Measured(name=f"{name} after {count:,} events", value=megabytes, unit="MB", bar=FLAT)
    return [Pair(store=STORE, measured=found[count], floor=found[FIRST]) for count in LATER]
