"""What does each person earn in each period, and how much of the quota is it? Derived sums; lines are computed."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, Index, Integer, MetaData, Select, Table, Text, select

from compensation.domain.engine.exact import EXACT, ZERO, total
from compensation.domain.engine.version import ENGINE_VERSION
from compensation.projections import attainments
from compensation.projections.attainments import AttainmentRow
from events.domain import Value
from events.store.columns import Amount, Exact
from events.store.session import Reading
from fiscal.calendar import Period

EARNINGS = "earnings"
PAID = ""
"""What stands in the place of the problem where there is none."""

earnings = Table(
    EARNINGS,
    MetaData(),
    Column("person_year", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("component", Text, primary_key=True),
    Column("problem", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("pay_currency", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("credit_count", Integer, nullable=False),
    Column("credited", Exact, nullable=False),
    Column("earned", Amount, nullable=False),
    Column("held", Amount, nullable=False),
    Column("released", Amount, nullable=False),
    Column("as_paid", Amount, nullable=False),
    Column("engine_version", Integer, nullable=False),
    Index("earnings_by_period", "period"),
    Index("earnings_by_person", "person_id"),
    Index("earnings_by_days", "starts_on", "ends_on"),
)


class EarningRow(Value, tag=False):
    """What a component of a plan pays a person in a period; or what waits there for one reason.

    A row without a component has the credits themselves, each once: those that a plan takes, and those that wait for
    another reason than a component's. `plan_version` and `tier` are 0 for what waits. Of what is earned another
    period pays `held`; this one pays `released` of what others earned. Payable is earned - held + released, and
    `as_paid` the same in the currency of payment. `engine_version` computed it.
    """

    person_year: str
    period: str
    plan_id: str
    component: str
    problem: str
    currency: str
    pay_currency: str
    person_id: str
    starts_on: date
    ends_on: date
    plan_version: int
    tier: int
    credit_count: int
    credited: Decimal
    earned: Decimal
    held: Decimal
    released: Decimal
    as_paid: Decimal
    engine_version: int = ENGINE_VERSION

    @property
    def payable(self) -> Decimal:
        """What is paid with the period, before draws and limits."""
        return EXACT.add(EXACT.subtract(self.earned, self.held), self.released)


class SummaryRow(Value, tag=False):
    """A person's sums of a period in one currency. Quota and percent are those of exactly this period, if any."""

    person_id: str
    currency: str
    credited: Decimal
    quota: Decimal | None
    percent: Decimal | None
    earned: Decimal
    credit_count: int
    unpaid_count: int
    payable: Decimal


class EarnerRow(Value, tag=False):
    """A person with credits in a currency."""

    person_id: str
    currency: str


def years_paying_in(reading: Reading, person_id: str, period: Period) -> list[str]:
    """Return the fiscal years whose deals pay a person, or take back, in a period."""
    wanted = select(earnings.c.person_year).distinct().where(earnings.c.person_id == person_id)
    days = wanted.where(earnings.c.starts_on <= period.ends_on, earnings.c.ends_on >= period.starts_on)
    return sorted(key for (key,) in reading.tuples(days))


def within(reading: Reading, period: Period, seen: Iterable[str] | None) -> Select[Any]:
    """Ask for the rows of periods inside a period, of those people whom the reader sees."""
    statement = select(earnings).where(earnings.c.starts_on >= period.starts_on, earnings.c.ends_on <= period.ends_on)
    return statement if seen is None else statement.where(reading.among(earnings.c.person_id, seen))


def earners(reading: Reading, period: Period, seen: Iterable[str] | None) -> Select[Any]:
    """Ask for the people who have credits in a period, once a currency."""
    rows = within(reading, period, seen).subquery()
    return select(*(rows.c[name] for name in EarnerRow.__struct_fields__)).distinct()


def summaries(reading: Reading, period: Period, listed: Sequence[EarnerRow]) -> list[SummaryRow]:
    """Return the sums of people and currencies, in the order in which they are listed."""
    found: dict[EarnerRow, list[EarningRow]] = {each: [] for each in listed}
    for row in reading.rows(within(reading, period, sorted({each.person_id for each in listed})), EarningRow):
        earner = EarnerRow(person_id=row.person_id, currency=row.currency)
        if earner in found:
            found[earner].append(row)
    measured = attainments.of_people(reading, period.name, sorted({each.person_id for each in listed}))
    return [summary(earner, rows, measured.get((earner.person_id, earner.currency))) for earner, rows in found.items()]


def summary(earner: EarnerRow, rows: Sequence[EarningRow], exactly: AttainmentRow | None) -> SummaryRow:
    """Add up a person's rows, beside the attainment of exactly this period."""
    return SummaryRow(
        person_id=earner.person_id,
        currency=earner.currency,
        credited=total(row.credited for row in rows if not row.component),
        quota=None if exactly is None else exactly.quota,
        percent=None if exactly is None else exactly.percent,
        earned=total(row.earned for row in rows),
        payable=total(row.payable for row in rows),
        credit_count=sum(row.credit_count for row in rows if not row.component),
        unpaid_count=sum(row.credit_count for row in rows if row.problem != PAID),
    )


def sums(reading: Reading, period: Period, seen: Iterable[str] | None) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what all who are seen were credited with and earn in a period, by currency."""
    credited: dict[str, list[Decimal]] = {}
    earned: dict[str, list[Decimal]] = {}
    for row in reading.rows(within(reading, period, seen), EarningRow):
        credited.setdefault(row.currency, []).append(ZERO if row.component else row.credited)
        earned.setdefault(row.currency, []).append(row.earned)
    return {currency: (total(credited[currency]), total(earned[currency])) for currency in sorted(credited)}


def stored(reading: Reading) -> list[EarningRow]:
    """Return all rows, in the order of their keys."""
    return reading.rows(select(earnings).order_by(*earnings.primary_key.columns), EarningRow)
