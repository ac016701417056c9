"""Earnings follow from a person's credits, quotas and plans of a fiscal year; attainment is told where it changes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from compensation.domain.attainment import AttainmentMeasured, attainment_stream
from compensation.domain.engine.earning import Earning, Unpaid, earn
from compensation.domain.engine.exact import ZERO, plain
from compensation.domain.engine.facts import PersonYear, person_year
from compensation.projections.assignments import AssignmentRow
from compensation.projections.calendars import CalendarRow
from compensation.projections.credits import CreditRow
from compensation.projections.earnings import PAID, EarningRow, earnings, told_before
from compensation.projections.plans import PUBLISHED, PlanVersionRow
from compensation.projections.quotas import MEASURE, QuotaRow
from compensation.projections.years import person_years, years_of_everyone, years_of_person, years_on_plan
from events.deriving import Derivation, Derived, Tell, group
from events.domain import Value
from events.store.session import Reading
from money.money import Money


class YearFacts(Value, tag=False):
    """A person's year, and what was last told of its attainment."""

    year: PersonYear
    told: tuple[AttainmentMeasured, ...]


def year_facts(reading: Reading, keys: Sequence[str]) -> dict[str, YearFacts]:
    """Return the facts of people's years."""
    told = told_before(reading, keys)
    return {
        key: YearFacts(year=facts, told=tuple(told.get(key, ()))) for key, facts in person_years(reading, keys).items()
    }


def derive(facts: YearFacts) -> Derived[EarningRow]:
    """Return the sums of each period, and the attainment that is worth telling."""
    found = earn(facts.year)
    rows = tuple(row_of(facts.year, each) for each in (*found.earned, *found.unpaid))
    return Derived(rows=rows, tells=tuple(tell(each) for each in attainment_of(facts, rows)))


def row_of(year: PersonYear, earning: Earning | Unpaid) -> EarningRow:
    """Return the sums of a period as a row."""
    paid = isinstance(earning, Earning)
    return EarningRow(
        person_year=person_year(year.person_id, year.year),
        period=earning.period.name,
        plan_id=earning.plan_id,
        problem=PAID if paid else earning.problem,
        currency=earning.currency,
        person_id=year.person_id,
        starts_on=earning.period.starts_on,
        ends_on=earning.period.ends_on,
        plan_version=earning.plan_version if paid else 0,
        tier=earning.tier if paid else 0,
        credit_count=len(earning.lines if paid else earning.credits),
        credited=plain(earning.credited),
        earned=earning.earned if paid else ZERO,
        attained=plain(earning.measured.credit),
        quota=earning.measured.quota,
        percent=earning.measured.percent,
    )


def attainment_of(facts: YearFacts, rows: Sequence[EarningRow]) -> list[AttainmentMeasured]:
    """Return the attainment of each period with credits, and nothing for those told before that have none now.

    A period has one measurement: that against its quota, else that of its paid credits.
    """
    first: dict[str, EarningRow] = {}
    for row in sorted(rows, key=lambda row: (row.quota is None, row.problem != PAID, row.currency)):
        first.setdefault(row.period, row)
    measured = [measured_by(row) for row in first.values()]
    return measured + [taken_back(facts.year, told) for told in facts.told if told.period not in first]


def measured_by(row: EarningRow) -> AttainmentMeasured:
    """Return the attainment of a row's period."""
    return AttainmentMeasured(
        subject_kind="person",
        subject_id=row.person_id,
        measure=MEASURE,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        credit=Money(amount=row.attained, currency=row.currency),
        quota=None if row.quota is None else Money(amount=row.quota, currency=row.currency),
        percent=row.percent,
    )


def taken_back(year: PersonYear, told: AttainmentMeasured) -> AttainmentMeasured:
    """Return the attainment of a period whose credits are all gone."""
    quota = next((each for each in year.quotas if each.period == told.period and each.amount > 0), None)
    currency = told.credit.currency if quota is None else quota.currency
    return msgspec.structs.replace(
        told,
        credit=Money.zero(currency),
        quota=None if quota is None else Money(amount=quota.amount, currency=currency),
        percent=None if quota is None else Decimal("0.00"),
    )


def tell(event: AttainmentMeasured) -> Tell:
    """Return where attainment is told."""
    return Tell(stream=attainment_stream(event), event=event)


def credit_keys(row: CreditRow) -> Iterable[str]:
    """Return the year that a credit counts in."""
    return () if row.person_year is None else (row.person_year,)


def quota_keys(row: QuotaRow) -> Iterable[str]:
    """Return the year that a quota belongs to."""
    return (row.person_year,)


def assignment_keys(row: AssignmentRow) -> Iterable[str]:
    """Return the years of the person."""
    return (group("person", row.person_id),)


def version_keys(row: PlanVersionRow) -> Iterable[str]:
    """Return the years of all who were ever on the plan; a draft pays nobody."""
    return (group("plan", row.plan_id),) if row.status == PUBLISHED else ()


def calendar_keys(_row: CalendarRow) -> Iterable[str]:
    """Return all years: their periods have other days, perhaps."""
    return (group("everyone", "all"),)


EARNINGS = Derivation(
    table=earnings,
    row=EarningRow,
    facts=year_facts,
    derive=derive,
    keys={
        "credits": credit_keys,
        "quotas": quota_keys,
        "assignments": assignment_keys,
        "plan_versions": version_keys,
        "calendars": calendar_keys,
    },
    groups={"person": years_of_person, "plan": years_on_plan, "everyone": years_of_everyone},
)
