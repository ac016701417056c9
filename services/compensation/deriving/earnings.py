"""Earnings follow from a person's credits, quotas and plans of a fiscal year."""

from compensation.deriving.years import YEAR_GROUPS, YEAR_KEYS
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import ZERO, plain
from compensation.domain.engine.facts import PersonYear, person_year
from compensation.domain.engine.sections import Earning, Taken, Unpaid
from compensation.projections.earnings import PAID, EarningRow, earnings
from compensation.projections.years import person_years
from events.deriving import Derivation, Derived


def derive(year: PersonYear) -> Derived[EarningRow]:
    """Return the sums of each component and period, and of what waits."""
    found = earn(year)
    taken = (row_of(year, each, "", PAID) for each in found.taken)
    waiting = (row_of(year, each, each.component, each.problem) for each in found.unpaid)
    return Derived(rows=(*taken, *(earned_row(year, each) for each in found.earned), *waiting))


def earned_row(year: PersonYear, earning: Earning) -> EarningRow:
    """Return the sums of what a component pays in a period."""
    return EarningRow(
        person_year=person_year(year.person_id, year.year),
        period=earning.period.name,
        plan_id=earning.plan_id,
        component=earning.component,
        problem=PAID,
        currency=earning.currency,
        person_id=year.person_id,
        starts_on=earning.period.starts_on,
        ends_on=earning.period.ends_on,
        plan_version=earning.plan_version,
        tier=earning.tier,
        credit_count=len(earning.lines),
        credited=plain(earning.credited),
        earned=earning.earned,
    )


def row_of(year: PersonYear, found: Taken | Unpaid, component: str, problem: str) -> EarningRow:
    """Return the sums of credits that a plan takes, or that wait for one reason."""
    return EarningRow(
        person_year=person_year(year.person_id, year.year),
        period=found.period.name,
        plan_id=found.plan_id,
        component=component,
        problem=problem,
        currency=found.currency,
        person_id=year.person_id,
        starts_on=found.period.starts_on,
        ends_on=found.period.ends_on,
        plan_version=found.plan_version if isinstance(found, Taken) else 0,
        tier=0,
        credit_count=len(found.credits),
        credited=plain(found.credited),
        earned=ZERO,
    )


EARNINGS = Derivation(
    table=earnings,
    row=EarningRow,
    facts=person_years,
    derive=derive,
    keys=YEAR_KEYS,
    groups=YEAR_GROUPS,
)
