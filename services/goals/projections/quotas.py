"""What is expected of whom, in which period? One row a quota."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Amount
from events.store.session import Reading
from goals.domain.quota import QuotaAdjusted, QuotaEvent
from money.money import Money

quotas = Table(
    "quotas",
    MetaData(),
    Column("quota_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("quotas_by_person", "person_id"),
    Index("quotas_by_period", "period"),
)


class QuotaRow(Value, tag=False):
    """A quota as it is; `reason` is why it was adjusted last."""

    quota_id: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str
    reason: str | None
    version: int

    def money(self) -> Money:
        """The amount, with its currency's digits."""
        return Money(amount=self.amount, currency=self.currency).rounded()


class QuotaFilter(Value, tag=False):
    """Which quotas are asked for: of whom (`None`: of anybody), of which period and measure."""

    person_ids: tuple[str, ...] | None = None
    period: str | None = None
    measure: str | None = None


def project(rows: Rows[QuotaRow], recorded: Recorded[QuotaEvent]) -> Rows[QuotaRow]:
    """Say what is expected after an event."""
    terms = recorded.event.terms
    row = QuotaRow(
        quota_id=recorded.key,
        person_id=terms.person_id,
        measure=terms.measure,
        period=terms.period,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        amount=terms.amount.amount,
        currency=terms.amount.currency,
        reason=recorded.event.reason if isinstance(recorded.event, QuotaAdjusted) else None,
        version=recorded.version,
    )
    return rows.put(row)


QUOTAS = Projection(table=quotas, row=QuotaRow, kind="quota", project=project)


def quota_row(reading: Reading, quota_id: str) -> QuotaRow | None:
    """Return one quota."""
    return reading.one(select(quotas).where(quotas.c.quota_id == quota_id), QuotaRow)


def quota_page(reading: Reading, asked: QuotaFilter, page: Page) -> Paged[QuotaRow]:
    """Return a page of quotas, by person and first day."""
    statement = select(quotas)
    if asked.person_ids is not None:
        statement = statement.where(reading.among(quotas.c.person_id, asked.person_ids))
    if asked.period is not None:
        statement = statement.where(quotas.c.period == asked.period)
    if asked.measure is not None:
        statement = statement.where(quotas.c.measure == asked.measure)
    return read_page(reading, statement, QuotaRow, page, by=("person_id", "starts_on", "quota_id"))
