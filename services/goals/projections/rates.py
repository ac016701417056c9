"""What is one currency worth in another, from which day on? One row for each day on which that was said."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Select, Table, Text, and_, func, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from goals.domain.rate import RateSet

rates = Table(
    "rates",
    MetaData(),
    Column("rate_id", Text, primary_key=True),
    Column("effective_on", Date, primary_key=True),
    Column("base", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rate", Exact, nullable=False),
    Column("source", Text, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("rates_by_kind", "kind", "effective_on"),
)


class RateRow(Value, tag=False):
    """A day's rate as it is; `reason` is why it was corrected last, `version` its stream's when it was said."""

    rate_id: str
    effective_on: date
    base: str
    quote: str
    kind: str
    rate: Decimal
    source: str
    reason: str | None
    version: int


class RateFilter(Value, tag=False):
    """Which rates are asked for. `effective_on`: those that hold on a day, one of each pair and kind."""

    base: str | None = None
    quote: str | None = None
    kind: str | None = None
    effective_on: date | None = None


def project(rows: Rows[RateRow], recorded: Recorded[RateSet]) -> Rows[RateRow]:
    """Say what the day's rate is after an event."""
    event = recorded.event
    row = RateRow(
        rate_id=recorded.key,
        effective_on=event.effective_on,
        base=event.base,
        quote=event.quote,
        kind=event.kind,
        rate=event.rate,
        source=event.source,
        reason=event.reason,
        version=recorded.version,
    )
    return rows.put(row)


RATES = Projection(table=rates, row=RateRow, kind="rate", project=project)


def rate_page(reading: Reading, asked: RateFilter, page: Page) -> Paged[RateRow]:
    """Return a page of rates, by pair, kind and day."""
    statement = select(rates) if asked.effective_on is None else holding(asked.effective_on)
    for column, value in ((rates.c.base, asked.base), (rates.c.quote, asked.quote), (rates.c.kind, asked.kind)):
        if value is not None:
            statement = statement.where(column == value)
    return read_page(reading, statement, RateRow, page, by=("rate_id", "effective_on"))


def holding(day: date) -> Select[tuple[object, ...]]:
    """Return the question for the rates that hold on a day: of each pair and kind the last one until then."""
    last = (
        select(rates.c.rate_id, func.max(rates.c.effective_on).label("since"))
        .where(rates.c.effective_on <= day)
        .group_by(rates.c.rate_id)
        .subquery()
    )
    is_last = and_(rates.c.rate_id == last.c.rate_id, rates.c.effective_on == last.c.since)
    return select(*rates.columns).select_from(rates.join(last, is_last))
