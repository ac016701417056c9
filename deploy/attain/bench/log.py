"""The log measured: commands, blind appends and rebuilds, each beside the least that the database can do."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from attain.bench.report import Bar, Measured
from attain.bench.sample import NOTE, SALE, SALES, MakeSale, SaleMade, SaleRow, asking, open_sales
from edge.clock import utc_now
from events import projector, read_models, rebuild
from events.execute import Step, execute, execute_all
from events.opening import Store
from events.store import log
from events.store.ids import new_id
from events.store.session import Writing
from events.store.tables import events

CONCURRENT = 128
EVENTS_A_STREAM = 4
BATCH = 500

Databases = Callable[[], Awaitable[str]]


async def commands(databases: Databases, count: int) -> Measured:
    """Commands through `execute`: one event and one read-model row each, 128 at a time, four a stream."""
    store = await open_sales(await databases(), SALES)
    left = iter(range(count))

    async def worker(number: int) -> None:
        for done, _ in enumerate(left):
            key = f"{number}-{done // EVENTS_A_STREAM}"
            await execute(store, SALE, key, MakeSale(amount=Decimal("12.50"), person_id="ada"), asking())

    rate = await rate_of(count, lambda: asyncio.gather(*(worker(number) for number in range(CONCURRENT))))
    await store.close()
    return Measured(name="commands through execute", value=rate, unit="commands/s", bar=Bar(least=12_000))


async def blind_appends(databases: Databases, count: int) -> Measured:
    """Events whose streams are known to be new, 500 in one append, as an import makes them."""
    store = await open_sales(await databases())
    command = MakeSale(amount=Decimal("12.50"), person_id="ada")

    async def load() -> None:
        for start in range(0, count, BATCH):
            steps = [Step(decider=SALE, key=f"new-{start + n}", command=command, is_new=True) for n in range(BATCH)]
            await execute_all(store, steps, asking())

    rate = await rate_of(count, load)
    await store.close()
    return Measured(name="append to new streams", value=rate, unit="events/s", bar=Bar(least=20_000))


async def bare_inserts(databases: Databases, count: int) -> Measured:
    """The floor of appends: rows that are ready, 500 in one multi-row insert, nothing else."""
    store = await open_sales(await databases())
    data = store.journal.codec.encode(sale())[2]

    async def load() -> None:
        for start in range(0, count, BATCH):
            rows = [raw_row(f"sale-{start + n}", data) for n in range(BATCH)]
            await store.database.write(lambda writing, rows=rows: insert_bare(writing, rows))

    rate = await rate_of(count, load)
    await store.close()
    return Measured(name="bare multi-row insert", value=rate, unit="events/s")


async def rebuilds(databases: Databases, count: int) -> tuple[Measured, Measured]:
    """A read model built anew from the log, and its floor: decode each event, upsert ready rows."""
    store = await open_sales(await databases(), SALES)
    command = MakeSale(amount=Decimal("12.50"), person_id="ada")
    for start in range(0, count, BATCH):
        keys = [f"r-{(start + n) // EVENTS_A_STREAM}" for n in range(BATCH)]
        await execute_all(store, [Step(decider=SALE, key=key, command=command) for key in keys], asking())
    rate = await rate_of(count, lambda: rebuild.rebuild(store.journal))
    floor = await rate_of(count, lambda: decode_and_upsert(store))
    await store.close()
    return (
        Measured(name="rebuild of a read model", value=rate, unit="events/s", bar=Bar(least=30_000)),
        Measured(name="bare decode and upsert", value=floor, unit="events/s"),
    )


async def decode_and_upsert(store: Store) -> None:
    """Do the least that a rebuild has to do."""
    generation = await store.read(lambda reading: read_models.generations(reading, [SALES])["sales"])
    table = projector.physical(SALES.table, generation)
    decoder = msgspec.json.Decoder(SaleMade)
    position = 0
    while page := await store.read(lambda reading, after=position: log.page(reading, after, read_models.PAGE_SIZE)):
        sales = [(row.stream, decoder.decode(row.data)) for row in page]
        rows = {key: SaleRow(sale_id=key, person_id=e.person_id, amount=e.amount, count=1) for key, e in sales}
        ready = [msgspec.structs.asdict(rows[key]) for key in sorted(rows)]
        await store.database.write(lambda writing, ready=ready: writing.upsert(table, ready))
        position = page[-1].position


def insert_bare(writing: Writing, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows into the log's table."""
    writing.insert(events, rows)


def sale() -> SaleMade:
    """Return an ordinary event."""
    return SaleMade(amount=Decimal("12.50"), currency="USD", person_id="ada", note=NOTE, made_on=utc_now())


def raw_row(stream: str, data: str) -> dict[str, Any]:
    """Return a row of the log that is ready to insert."""
    at, id_ = utc_now(), new_id()
    return {
        "stream": stream,
        "version": 1,
        "id": id_,
        "type": "SaleMade",
        "schema": 1,
        "data": data,
        "occurred_at": at,
        "recorded_at": at,
        "actor": "bench",
        "correlation_id": id_,
        "causation_id": None,
        "traceparent": None,
    }


async def rate_of(count: int, run: Callable[[], Awaitable[Any]]) -> float:
    """Run something that handles `count` of a thing, and return how many a second."""
    start = time.perf_counter()
    await run()
    return count / (time.perf_counter() - start)
