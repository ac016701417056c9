"""What is one currency worth in another, from which day on? Heard from goals."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, MetaData, Table, Text, func, or_, select

from compensation.domain.document.exchange import kinds_of
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.engine.rate import Rate, rate_id
from events.contracts.goals import RateSetV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

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
)


class RateRow(Value, tag=False):
    """A day's rate as it was told last."""

    rate_id: str
    effective_on: date
    base: str
    quote: str
    kind: str
    rate: Decimal
    source: str

    def fact(self) -> Rate:
        """Return it as the pay engine reads it."""
        return Rate(
            base=self.base,
            quote=self.quote,
            kind=self.kind,
            effective_on=self.effective_on,
            rate=self.rate,
            source=self.source,
        )


def project(rows: Rows[RateRow], recorded: Recorded[Value]) -> Rows[RateRow]:
    """Say what a day's rate is after an event."""
    match recorded.event:
        case RateSetV1() as told:
            row = RateRow(
                rate_id=recorded.key,
                effective_on=told.effective_on,
                base=told.base,
                quote=told.quote,
                kind=told.kind,
                rate=told.rate,
                source=told.source,
            )
            return rows.put(row)
        case _:
            return rows


RATES = Projection(table=rates, row=RateRow, kind="heard-goals-rate", project=project)


def asked_by(versions: Iterable[PlanVersion], currencies: Iterable[str]) -> set[str]:
    """Return the ids of the rates by which plans may exchange some currencies, in both directions."""
    found: set[str] = set()
    others = sorted(set(currencies))
    for version in versions:
        exchange, currency = version.document.exchange, version.document.currency
        if exchange is not None:
            met = {currency, *([exchange.pivot] if exchange.pivot is not None else [])}
            pairs = {(other, each) for other in {*others, currency} for each in met if other != each}
            found |= {rate_id(*pair, kind) for kind in kinds_of(exchange) for pair in pairs}
            found |= {rate_id(quote, base, kind) for kind in kinds_of(exchange) for base, quote in pairs}
    return found


def within(reading: Reading, ids: Iterable[str], first: date, last: date) -> dict[str, tuple[Rate, ...]]:
    """Return the rates that hold on some day from a first to a last one, by their ids, the earliest first."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    mine = reading.among(rates.c.rate_id, wanted)
    since = (
        select(rates.c.rate_id, func.max(rates.c.effective_on).label("since"))
        .where(mine, rates.c.effective_on <= first)
        .group_by(rates.c.rate_id)
        .subquery()
    )
    holding = or_(since.c.since.is_(None), rates.c.effective_on >= since.c.since)
    told = select(*rates.columns).select_from(rates.outerjoin(since, since.c.rate_id == rates.c.rate_id))
    statement = told.where(mine, holding, rates.c.effective_on <= last)
    found: dict[str, list[Rate]] = {}
    for row in reading.rows(statement.order_by(rates.c.rate_id, rates.c.effective_on), RateRow):
        found.setdefault(row.rate_id, []).append(row.fact())
    return {key: tuple(several) for key, several in found.items()}
