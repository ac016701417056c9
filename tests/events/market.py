"""News from another service for the tests: what the market tells of prices. The order of the quotes matters."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from events import journal as journals
from events.domain import Recorded, Value
from events.journal import Entry
from events.opening import Store
from events.projector import Counted, Projection, Rows, Total
from events.store.ids import new_id
from events.store.session import Reading
from tests.events.stores import NOON

KIND = "heard-market-apple"

tables = MetaData()

prices = Table(
    "prices",
    tables,
    Column("sort", Text, primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("grade", Text, nullable=False),
    Column("quotes", Text, nullable=False),
)

grades = Table(
    "grades",
    tables,
    Column("grade", Text, primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("sorts", BigInteger, nullable=False),
)


class PriceQuoted(Value):
    """The market pays so much for a sort of apple."""

    cents: int


class PriceRow(Value, tag=False):
    """What a sort costs after its last quote, and all quotes in the order in which they count."""

    sort: str
    cents: int
    grade: str
    quotes: str


def project(rows: Rows[PriceRow], recorded: Recorded[Any]) -> Rows[PriceRow]:
    """Let the last quote count; a price of nothing takes the sort from the market."""
    cents = recorded.event.cents
    if cents == 0:
        return rows.drop(recorded.key)
    before = rows.get(recorded.key)
    quotes = f"{before.quotes} {cents}" if before else str(cents)
    grade = "cheap" if cents < 100 else "dear"
    return rows.put(PriceRow(sort=recorded.key, cents=cents, grade=grade, quotes=quotes))


def counted(row: PriceRow) -> Counted:
    """Count a sort under its grade."""
    return (row.grade,), (row.cents, 1)


PRICES = Projection(
    table=prices,
    row=PriceRow,
    kind=KIND,
    project=project,
    totals=(Total(table=grades, by=("grade",), sums=("cents", "sorts"), counted=counted),),
)


async def hear(store: Store, *quotes: tuple[str, int, int]) -> None:
    """Record quotes as they arrive, all in one transaction: sort, version and cents of each."""
    entries = [quote(new_id(), *each) for each in quotes]
    await store.database.write(lambda writing: journals.record(writing, store.journal, entries))


def quote(id_: UUID, sort: str, version: int, cents: int) -> Entry:
    """Return the entry that records a quote."""
    return Entry(
        stream=f"{KIND}-{sort}",
        version=version,
        id=id_,
        event=PriceQuoted(cents=cents),
        occurred_at=NOON,
        actor="/services/market",
        correlation_id=id_,
    )


def price_rows(reading: Reading) -> list[PriceRow]:
    """Return the prices."""
    return reading.rows(select(prices).order_by(prices.c.sort), PriceRow)


def grade_sums(reading: Reading) -> dict[str, tuple[int, int]]:
    """Return the cents and the sorts of each grade that has any."""
    return {row.grade: (row.cents, row.sorts) for row in reading.tuples(select(grades)) if row.sorts or row.cents}
