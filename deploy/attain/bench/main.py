"""`make bench`: each thing beside its floor, in rounds that alternate; the median of three counts, for both.

`PARTS=` selects: `log` (commands, appends, rebuilds and webhooks, on PostgreSQL with fsync on and on SQLite),
`package` (commands beside the package `eventsourcing`), `kafka` (relay and consumer), `arrival` (from a deal to the
statement that counts it), `memory` (of relay and consumer over a million events), `pay` (one deal more in a year of
few deals and of a million, and what-ifs) and `period` (a million deals of ten thousand people, beside SQL on DuckDB).
`SIZE=` tries the last two on fewer deals. All are run if none is named.
"""

import asyncio
import itertools
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import uvloop

from attain import cluster
from attain.bench import arrival, eventsourcing_package, intake, log, memory, pay, period, travel
from attain.bench.log import Databases
from attain.bench.report import Bar, Measured, Pair, median_of, show
from attain.broker import temporary_broker
from events.collector import calm_collector

COUNT = 40_000
PACKAGE_COUNT = 3_000
DELIVERIES = 8_000
TRAVELLING = 100_000
ROUNDS = 3

Round = Callable[[], Awaitable[Measured]]


def main() -> None:
    """Measure the parts that the environment names, and show what came out."""
    calm_collector()
    wanted = os.environ.get("PARTS", "").replace(",", " ").split() or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"PARTS are {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    show([pair for name in wanted for pair in PARTS[name]()])


def measure_logs() -> list[Pair]:
    """Measure the log on both kinds of database."""
    with cluster.temporary_server(fsync=True) as server:
        pairs = uvloop.run(measure_log("PostgreSQL", databases_of(server)))
    with tempfile.TemporaryDirectory(prefix="attain-bench-") as folder:
        numbers = itertools.count()

        async def sqlite() -> str:
            return f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"

        on_files = uvloop.run(measure_log("SQLite", sqlite))
    # The design sets its bars on PostgreSQL.
    return pairs + [msgspec.structs.replace(pair, is_held=False) for pair in on_files]


async def measure_log(store: str, databases: Databases) -> list[Pair]:
    """Measure one kind of database."""
    commands, appends, inserts = await alternating(
        lambda: log.commands(databases, COUNT),
        lambda: log.blind_appends(databases, COUNT),
        lambda: log.bare_inserts(databases, COUNT),
    )
    rebuilt = [await log.rebuilds(databases, COUNT) for _ in range(ROUNDS)]
    deliveries, parsing = await alternating(lambda: deliver(databases), lambda: intake.parsing(DELIVERIES))
    return [
        Pair(store=store, measured=commands, floor=inserts),
        Pair(store=store, measured=appends, floor=inserts),
        Pair(
            store=store,
            measured=median_of([measured for measured, _ in rebuilt]),
            floor=median_of([floor for _, floor in rebuilt]),
        ),
        Pair(store=store, measured=deliveries, floor=parsing),
    ]


async def deliver(databases: Databases) -> Measured:
    """Deliver to a fresh database."""
    return await intake.deliveries(await databases(), DELIVERIES)


def measure_package() -> list[Pair]:
    """Measure commands beside the package `eventsourcing`, on one PostgreSQL."""
    with cluster.temporary_server(fsync=True) as server:
        return uvloop.run(measure_beside_package(databases_of(server)))


async def measure_beside_package(databases: Databases) -> list[Pair]:
    """Let both run their commands in turn."""
    own, package = await alternating(
        lambda: log.commands(databases, COUNT),
        lambda: eventsourcing_package.commands(databases, PACKAGE_COUNT),
    )
    own = msgspec.structs.replace(own, bar=Bar(times=15))
    return [Pair(store="PostgreSQL", measured=own, floor=package)]


def measure_kafka() -> list[Pair]:
    """Measure the relay and one that hears, between two databases on PostgreSQL."""
    with cluster.temporary_server(fsync=True) as server, temporary_broker(quick=False) as broker:
        return uvloop.run(travel.measure_travel(databases_of(server), broker.url, TRAVELLING, ROUNDS))


def measure_memory() -> list[Pair]:
    """Measure the memory of a relay and of one that hears."""
    with cluster.temporary_server(fsync=True) as server, temporary_broker(quick=False) as broker:
        return uvloop.run(memory.measure_memory(databases_of(server), broker.url))


async def alternating(*measuring: Round) -> Sequence[Measured]:
    """Measure several things in turn, round after round, and return the median of each."""
    rounds = [[await each() for each in measuring] for _ in range(ROUNDS)]
    return [median_of(those) for those in zip(*rounds, strict=True)]


def databases_of(server: cluster.Server) -> Databases:
    """Return what makes fresh databases on a server."""

    async def fresh() -> str:
        return await asyncio.to_thread(server.create_database)

    return fresh


PARTS: dict[str, Callable[[], list[Pair]]] = {
    "log": measure_logs,
    "package": measure_package,
    "kafka": measure_kafka,
    "arrival": arrival.measure_arrivals,
    "memory": measure_memory,
    "pay": pay.measure_pay,
    "period": period.measure_period,
}

if __name__ == "__main__":
    main()
