"""What is expected of whom? Heard from goals, which alone says what a quota is worth in a period."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from compensation.domain.engine.facts import Quota, person_year
from events.contracts.goals import QuotaAdjustedV1, QuotaSetV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

YEAR_DIGITS = 4
"""A fiscal period's name begins with its year: 2017-Q1."""

quotas = Table(
    "quotas",
    MetaData(),
    Column("quota_id", Text, primary_key=True),
    Column("person_year", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Index("quotas_by_person_year", "person_year"),
)


class QuotaRow(Value, tag=False):
    """A person's effective quota in a period."""

    quota_id: str
    person_year: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str

    def quota(self) -> Quota:
        """Return it as the pay engine reads it."""
        return Quota(
            measure=self.measure,
            period=self.period,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount=self.amount,
            currency=self.currency,
        )


def project(rows: Rows[QuotaRow], recorded: Recorded[Value]) -> Rows[QuotaRow]:
    """Say what the quota is after an event."""
    match recorded.event:
        case (QuotaSetV1() | QuotaAdjustedV1()) as told:
            row = QuotaRow(
                quota_id=recorded.key,
                person_year=person_year(told.person_id, told.period[:YEAR_DIGITS]),
                person_id=told.person_id,
                measure=told.measure,
                period=told.period,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
                amount=told.amount.amount,
                currency=told.amount.currency,
            )
            return rows.put(row)
        case _:
            return rows


QUOTAS = Projection(table=quotas, row=QuotaRow, kind="heard-goals-quota", project=project)


def of_years(reading: Reading, keys: Iterable[str]) -> dict[str, list[Quota]]:
    """Return the quotas of people's fiscal years, by the year's key."""
    found: dict[str, list[Quota]] = {}
    statement = select(quotas).where(reading.among(quotas.c.person_year, keys))
    for row in reading.rows(statement, QuotaRow):
        found.setdefault(row.person_year, []).append(row.quota())
    return found
