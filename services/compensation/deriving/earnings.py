"""Earnings follow from a person's credits, quotas and plans of a fiscal year."""

import msgspec

from compensation.deriving.years import YEAR_GROUPS, YEAR_KEYS
from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import EXACT, ZERO, plain
from compensation.domain.engine.facts import PersonYear, person_year
from compensation.domain.engine.sections import Earning, Earnings, Taken, Unpaid
from compensation.domain.engine.summing import YearFacts
from compensation.projections.earnings import PAID, EarningRow, earnings
from compensation.projections.years import year_facts
from events.deriving import Derivation, Derived


def derive(facts: YearFacts) -> Derived[EarningRow]:
    """Return the sums of each component and period, and of what waits."""
    found = earn(facts.year)
    taken = (row_of(facts, each, "", PAID) for each in found.taken)
    waiting = (row_of(facts, each, each.component, each.problem) for each in found.unpaid)
    return Derived(rows=(*taken, *paid_rows(facts, found), *waiting))


def paid_rows(facts: YearFacts, found: Earnings) -> list[EarningRow]:
    """Return the sums of each component and period, less what is taken back in it."""
    rows = {(each.period.name, each.plan_id, each.component): earned_row(facts, each) for each in found.earned}
    for each in found.clawed:
        where = (each.period.name, each.plan_id, each.component)
        row = rows.get(where) or clawed_row(facts.year, each)
        rows[where] = msgspec.structs.replace(row, earned=EXACT.add(row.earned, each.earned))
    return list(rows.values())


def earned_row(facts: YearFacts, earning: Earning) -> EarningRow:
    """Return the sums of what a component pays in a period."""
    year = facts.year
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
        credit_count=facts.count(line.credit for line in earning.lines),
        credited=plain(earning.credited),
        earned=earning.earned,
    )


def clawed_row(year: PersonYear, clawed: Clawed) -> EarningRow:
    """Return the row of a period in which a component pays nothing and takes something back."""
    return EarningRow(
        person_year=person_year(year.person_id, year.year),
        period=clawed.period.name,
        plan_id=clawed.plan_id,
        component=clawed.component,
        problem=PAID,
        currency=clawed.currency,
        person_id=year.person_id,
        starts_on=clawed.period.starts_on,
        ends_on=clawed.period.ends_on,
        plan_version=clawed.plan_version,
        tier=0,
        credit_count=0,
        credited=ZERO,
        earned=ZERO,
    )


def row_of(facts: YearFacts, found: Taken | Unpaid, component: str, problem: str) -> EarningRow:
    """Return the sums of credits that a plan takes, or that wait for one reason."""
    year = facts.year
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
        credit_count=facts.count(found.credits),
        credited=plain(found.credited),
        earned=ZERO,
    )


EARNINGS = Derivation(
    table=earnings,
    row=EarningRow,
    facts=year_facts,
    derive=derive,
    keys=YEAR_KEYS,
    groups=YEAR_GROUPS,
)
