"""`make bench`: each thing beside its floor, on PostgreSQL (fsync on) and on SQLite."""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from attain import cluster
from attain.bench import intake, log
from attain.bench.log import Databases
from attain.bench.report import Measured, Pair, show
from events.running import calm_collector

COUNT = 40_000
DELIVERIES = 8_000
ROUNDS = 2


def main() -> None:
    """Measure both kinds of database, and show what came out."""
    calm_collector()
    pairs: list[Pair] = []
    with cluster.temporary_server(fsync=True) as server:

        async def postgres() -> str:
            return await asyncio.to_thread(server.create_database)

        pairs += uvloop.run(measure("PostgreSQL", postgres))
    with tempfile.TemporaryDirectory(prefix="attain-bench-") as folder:
        numbers = itertools.count()

        async def sqlite() -> str:
            return f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"

        pairs += uvloop.run(measure("SQLite", sqlite))
    show(pairs)


async def measure(store: str, databases: Databases) -> list[Pair]:
    """Measure one kind of database. Of two rounds the better counts, for what is measured and for its floor."""
    inserts = best([await log.bare_inserts(databases, COUNT) for _ in range(ROUNDS)])
    commands = best([await log.commands(databases, COUNT) for _ in range(ROUNDS)])
    appends = best([await log.blind_appends(databases, COUNT) for _ in range(ROUNDS)])
    rebuilt, floor = await log.rebuilds(databases, COUNT)
    parsed = best([await intake.parsing(DELIVERIES) for _ in range(ROUNDS)])
    delivered = best([await intake.deliveries(await databases(), DELIVERIES) for _ in range(ROUNDS)])
    return [
        Pair(store=store, measured=commands, floor=inserts),
        Pair(store=store, measured=appends, floor=inserts),
        Pair(store=store, measured=rebuilt, floor=floor),
        Pair(store=store, measured=delivered, floor=parsed),
    ]


def best(rounds: Sequence[Measured]) -> Measured:
    """Return the fastest round."""
    return max(rounds, key=lambda each: each.rate)


if __name__ == "__main__":
    main()
