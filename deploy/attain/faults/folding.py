"""Read models held against a fresh fold: the same log in an empty database, from which everything is computed anew."""

import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from attain.faults.history import Ledger
from edge.clock import utc_now
from events.anew import all_keys
from events.computing import compute
from events.deriving import Derivation
from events.opening import Store, open_store
from events.store import log
from events.store.database import open_database
from events.store.migrate import migrate
from events.store.session import Reading, Writing
from events.store.tables import dirty, events, told

ROWS_AT_ONCE = 2_000


async def misfolded(ledger: Ledger) -> list[str]:
    """Say which read models, derived rows or told events are not what the log makes of them."""
    async with computed_anew(ledger) as fresh:
        found = [each for table in tables_of(ledger) async for each in differences(ledger, fresh, table)]
        for derivation in ledger.blueprint.derivations:
            found += await untrue(ledger, fresh, derivation)
    if await ledger.database.read(lambda reading: reading.scalar(select(dirty.c.key).limit(1))):
        found.append(f"{ledger.name}: keys wait to be derived")
    return found


@asynccontextmanager
async def computed_anew(ledger: Ledger) -> AsyncGenerator[Store]:
    """Lend a store that has the same log, and whatever follows from it."""
    with tempfile.TemporaryDirectory(prefix="attain-fold-") as folder:
        url = f"sqlite:///{Path(folder) / 'log.db'}"
        empty = open_database(url)
        await empty.write(migrate)
        await empty.write(lambda writing: copy(writing, ledger))
        await empty.close()
        store = await open_store(
            url,
            codec=ledger.codec,
            clock=utc_now,
            projections=ledger.blueprint.projections,
            derivations=ledger.blueprint.derivations,
        )
        yield store
        await store.close()


def copy(writing: Writing, ledger: Ledger) -> None:
    """Insert a ledger's rows as they are."""
    names = [column.name for column in log.COLUMNS]
    rows = [dict(zip(names, row, strict=True)) for row in ledger.rows]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        writing.insert(events, rows[start : start + ROWS_AT_ONCE])


def tables_of(ledger: Ledger) -> Iterator[Table]:
    """Yield the tables of a service's read models, totals and derivations."""
    for projection in ledger.blueprint.projections:
        yield from projection.tables
    for derivation in ledger.blueprint.derivations:
        yield from derivation.tables


async def differences(ledger: Ledger, fresh: Store, table: Table) -> AsyncGenerator[str]:
    """Say which rows of a read model differ."""
    standing = await ledger.database.read(lambda reading: rows_of(reading, table))
    again = await fresh.read(lambda reading: rows_of(reading, table))
    for key in sorted(standing.keys() | again.keys(), key=repr):
        if standing.get(key) != again.get(key):
            yield f"{ledger.name}: {table.name} {key} is {standing.get(key)}, by the log {again.get(key)}"


def rows_of(reading: Reading, table: Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Return a read model's rows by primary key; those of a total in which nothing is left are as good as none."""
    keys = [place for place, column in enumerate(table.columns) if column.primary_key]
    sums = [place for place, column in enumerate(table.columns) if not column.primary_key]
    rows = [tuple(row) for row in reading.tuples(select(table))]
    return {tuple(row[key] for key in keys): row for row in rows if not is_nought([row[place] for place in sums])}


def is_nought(sums: Sequence[Any]) -> bool:
    """Say whether there are sums, and nothing is in them."""
    return bool(sums) and all(isinstance(each, int | Decimal) and not each for each in sums)


async def untrue(ledger: Ledger, fresh: Store, derivation: Derivation[Any, Any]) -> list[str]:
    """Say what was last told of a subject and is not what is derived."""
    derived = await fresh.read(lambda reading: told_by(reading, ledger, fresh, derivation))
    kept = select(told.c.subject, told.c.data).where(told.c.derivation == derivation.name)
    last = dict(tuple(row) for row in await ledger.database.read(lambda reading: reading.tuples(kept)))
    appended: dict[str, str] = {row.stream: row.data for row in ledger.own if row.stream in derived}
    return [
        f"{ledger.name}: {subject} was told as {last.get(subject)}, derived is {text}"
        for subject, text in derived.items()
        if not text == last.get(subject) == appended.get(subject)
    ]


def told_by(reading: Reading, ledger: Ledger, fresh: Store, derivation: Derivation[Any, Any]) -> dict[str, str]:
    """Return what a derivation would tell of each subject by today's facts."""
    keys = sorted(all_keys(reading, fresh.journal, derivation))
    derived, _ = compute(reading, derivation, keys)
    return {each.stream: ledger.codec.encode(each.event)[2] for one in derived.values() for each in one.tells}
