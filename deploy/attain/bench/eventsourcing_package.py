"""The same commands as the log's benchmark gives, through the package `eventsourcing`, on the same PostgreSQL.

As its documentation advises: aggregates whose decorated methods are events, an application, its PostgreSQL recorder
(psycopg 3 in C, its connection pool, its pipeline mode). The recorder also upserts one read-model row in the
transaction of the event, through the hook that the package gives for that; its own functions in the database are off,
because they pass over that hook. Each command reads its aggregate's events first, as `execute` does; neither side keeps
aggregates in memory or takes snapshots. The package is synchronous, so threads share the 128 commands under way; of
4, 16, 64 and 128 threads, 4 were fastest by a little, as it locks its table to append. Rows, fields and sizes are those
of `attain.bench.sample`.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Cursor
from psycopg.rows import DictRow
from psycopg.sql import SQL
from sqlalchemy import make_url

from attain.bench.log import CONCURRENT, EVENTS_A_STREAM, Databases, rate_of
from attain.bench.report import Measured
from attain.bench.sample import NOTE

THREADS = 4
NAMESPACE = UUID("5e1f5a1e-0000-4000-8000-000000000000")
MADE_ON = datetime(2026, 1, 31, 12, tzinfo=UTC)

CREATE = SQL("CREATE TABLE sales (sale_id uuid PRIMARY KEY, person_id text, amount numeric, count integer)")
UPSERT = SQL(
    "INSERT INTO sales VALUES (%s, %s, %s, %s) ON CONFLICT (sale_id) DO UPDATE SET "
    "person_id = excluded.person_id, amount = excluded.amount, count = excluded.count"
)


class Sale(Aggregate):
    """Something is sold, once or more: what each sale was, and what they add up to."""

    @event("Opened")
    def __init__(
        self, *, key: str, amount: Decimal, currency: str, person_id: str, note: str, made_on: datetime
    ) -> None:
        self.person_id, self.amount, self.count = person_id, amount, 1

    @event("Made")
    def make(self, *, amount: Decimal, currency: str, person_id: str, note: str, made_on: datetime) -> None:
        """Sell again."""
        self.amount += amount
        self.count += 1

    @staticmethod
    def create_id(key: str) -> UUID:
        """Return the id of a key's aggregate."""
        return uuid5(NAMESPACE, key)


class SaleRecorder(PostgresApplicationRecorder):
    """Keeps a read model beside the events."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.sql_create_statements.append(CREATE.format())

    def _insert_events(self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        curs.execute(UPSERT, cast("tuple[Any, ...]", kwargs["row"]), prepare=True)
        super()._insert_events(curs, stored_events, **kwargs)


class Sales(Application[UUID]):
    """The package's application."""

    def sell(self, key: str, *, is_new: bool) -> None:
        """Make a sale: one event, and its aggregate's row."""
        said: dict[str, Any] = {"amount": Decimal("12.50"), "currency": "USD", "person_id": "ada"}
        said |= {"note": NOTE, "made_on": MADE_ON}
        if is_new:
            sale = Sale(key=key, **said)
        else:
            sale = cast("Sale", self.repository.get(Sale.create_id(key)))
            sale.make(**said)
        self.save(sale, row=(sale.id, sale.person_id, sale.amount, sale.count))


async def commands(databases: Databases, count: int) -> Measured:
    """One event and one read-model row each, 128 under way, four an aggregate."""
    app = await asyncio.to_thread(Sales, environment(await databases()))
    loop, left = asyncio.get_running_loop(), iter(range(count))
    with ThreadPoolExecutor(THREADS) as threads:

        def sell(key: str, is_new: bool) -> None:
            app.sell(key, is_new=is_new)

        async def worker(number: int) -> None:
            for done, _ in enumerate(left):
                key = f"{number}-{done // EVENTS_A_STREAM}"
                await loop.run_in_executor(threads, sell, key, done % EVENTS_A_STREAM == 0)

        rate = await rate_of(count, lambda: asyncio.gather(*(worker(number) for number in range(CONCURRENT))))
    await asyncio.to_thread(app.close)
    return Measured(name="the package eventsourcing", value=rate, unit="commands/s")


def environment(database_url: str) -> dict[str, str]:
    """Return the package's settings for a database."""
    url = make_url(database_url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "APPLICATION_RECORDER_TOPIC": f"{SaleRecorder.__module__}:{SaleRecorder.__qualname__}",
        "POSTGRES_DBNAME": url.database or "",
        "POSTGRES_HOST": url.host or "",
        "POSTGRES_PORT": str(url.port or 5432),
        "POSTGRES_USER": url.username or "",
        "POSTGRES_PASSWORD": str(url.password or ""),
        "POSTGRES_POOL_SIZE": str(THREADS),
        "POSTGRES_MAX_OVERFLOW": "0",
    }
