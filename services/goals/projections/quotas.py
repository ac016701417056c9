"""What is expected of whom, in which period? One row a quota."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, and_, false, or_, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Amount
from events.store.session import Reading
from goals.domain.quota import NotSet, QuotaEvent, QuotaSet, amount_of, currency_of, evolve
from goals.domain.subject import SubjectKind
from money.money import Money

quotas = Table(
    "quotas",
    MetaData(),
    Column("quota_id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("quotas_by_subject", "subject_id"),
    Index("quotas_by_period", "period"),
)


class QuotaRow(Value, tag=False):
    """A quota as it is, a number where it has no currency; `reason` is why it was adjusted last."""

    quota_id: str
    subject_kind: SubjectKind
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None
    reason: str | None
    version: int

    def money(self) -> Money | None:
        """The amount with its currency's digits; nothing for a number."""
        return None if self.currency is None else Money(amount=self.amount, currency=self.currency).rounded()

    def number(self) -> Decimal | None:
        """The number that is expected, without needless zeros; nothing for money."""
        return self.amount.normalize() if self.currency is None else None

    def expected(self) -> Decimal:
        """The amount, as money or as a number has it."""
        money = self.money()
        return self.amount.normalize() if money is None else money.amount


class QuotaFilter(Value, tag=False):
    """Which quotas are asked for: of which subjects by kind (`None`: of all), of which period and measure."""

    subjects: Mapping[SubjectKind, tuple[str, ...]] | None = None
    period: str | None = None
    measure: str | None = None


def project(rows: Rows[QuotaRow], recorded: Recorded[QuotaEvent]) -> Rows[QuotaRow]:
    """Say what is expected after an event."""
    quota, event = evolve(NotSet(), recorded.event), recorded.event
    row = QuotaRow(
        quota_id=recorded.key,
        subject_kind=quota.subject.kind,
        subject_id=quota.subject.id,
        measure=quota.measure,
        period=quota.period,
        starts_on=quota.starts_on,
        ends_on=quota.ends_on,
        amount=amount_of(quota.amount),
        currency=currency_of(quota.amount),
        reason=None if isinstance(event, QuotaSet) else event.reason,
        version=recorded.version,
    )
    return rows.put(row)


QUOTAS = Projection(table=quotas, row=QuotaRow, kind="quota", project=project, version=2)


def quota_row(reading: Reading, quota_id: str) -> QuotaRow | None:
    """Return one quota."""
    return reading.one(select(quotas).where(quotas.c.quota_id == quota_id), QuotaRow)


def quota_page(reading: Reading, asked: QuotaFilter, page: Page) -> Paged[QuotaRow]:
    """Return a page of quotas, by subject and first day, people first."""
    statement = select(quotas)
    if asked.subjects is not None:
        kinds = [
            and_(quotas.c.subject_kind == kind, reading.among(quotas.c.subject_id, ids))
            for kind, ids in asked.subjects.items()
        ]
        statement = statement.where(or_(false(), *kinds))
    if asked.period is not None:
        statement = statement.where(quotas.c.period == asked.period)
    if asked.measure is not None:
        statement = statement.where(quotas.c.measure == asked.measure)
    return read_page(reading, statement, QuotaRow, page, by=("subject_kind", "subject_id", "starts_on", "quota_id"))
