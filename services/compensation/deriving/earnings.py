"""Earnings follow from a person's credits, quotas and plans of a fiscal year."""

from decimal import Decimal
from typing import TypeAlias

import msgspec

from compensation.deriving.years import YEAR_GROUPS, YEAR_KEYS
from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import EXACT, ZERO, plain
from compensation.domain.engine.facts import PersonYear, person_year
from compensation.domain.engine.held import Held, Released
from compensation.domain.engine.sections import Earning, Earnings, Taken, Unpaid
from compensation.domain.engine.summing import YearFacts
from compensation.domain.engine.version import with_engine
from compensation.projections.earnings import PAID, EarningRow, earnings
from compensation.projections.years import year_facts
from events.deriving import Derivation, Derived
from fiscal.calendar import Period

Place: TypeAlias = tuple[str, str, str, str, str]


def derive(facts: YearFacts) -> Derived[EarningRow]:
    """Return the sums of each component and period, and of what waits."""
    found = earn(facts.year)
    taken = (row_of(facts, each, "", PAID) for each in found.taken)
    waiting = (row_of(facts, each, each.component, each.problem) for each in found.unpaid)
    return Derived(rows=(*taken, *paid_rows(facts, found), *waiting))


def paid_rows(facts: YearFacts, found: Earnings) -> list[EarningRow]:
    """Return the sums of each component and period, less what is taken back in it, and what is held and released."""
    year = facts.year
    rows = {place_of(each.period, each): earned_row(facts, each) for each in found.earned}
    for each in found.clawed:
        add(rows, year, each.period, each, earned=each.earned, as_paid=each.as_paid)
    for each in found.held:
        add(rows, year, each.period, each, held=each.amount, as_paid=each.as_paid.copy_negate())
        if isinstance(each.fate, Released):
            add(rows, year, each.fate.period, each, released=each.amount, as_paid=each.as_paid)
    return list(rows.values())


def place_of(period: Period, part: Earning | Clawed | Held) -> Place:
    """Return where a sum belongs: a period, a plan, a component, and the currencies of plan and payment."""
    return period.name, part.plan_id, part.component, part.currency, part.pay_currency


def add(rows: dict[Place, EarningRow], year: PersonYear, period: Period, part: Clawed | Held, **sums: Decimal) -> None:
    """Add to the sums of a period; a component may pay nothing there otherwise."""
    place = place_of(period, part)
    row = rows.get(place) or row_without_pay(year, period, part)
    rows[place] = msgspec.structs.replace(
        row, **{name: EXACT.add(getattr(row, name), amount) for name, amount in sums.items()}
    )


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
        pay_currency=earning.pay_currency,
        person_id=year.person_id,
        starts_on=earning.period.starts_on,
        ends_on=earning.period.ends_on,
        plan_version=earning.plan_version,
        tier=earning.tier,
        credit_count=facts.count(line.credit for line in earning.lines),
        credited=plain(earning.credited),
        earned=earning.earned,
        held=ZERO,
        released=ZERO,
        as_paid=earning.as_paid,
    )


def row_without_pay(year: PersonYear, period: Period, part: Clawed | Held) -> EarningRow:
    """Return the row of a period in which a component earns nothing, and takes back or releases something."""
    return EarningRow(
        person_year=person_year(year.person_id, year.year),
        period=period.name,
        plan_id=part.plan_id,
        component=part.component,
        problem=PAID,
        currency=part.currency,
        pay_currency=part.pay_currency,
        person_id=year.person_id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        plan_version=part.plan_version,
        tier=0,
        credit_count=0,
        credited=ZERO,
        earned=ZERO,
        held=ZERO,
        released=ZERO,
        as_paid=ZERO,
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
        pay_currency=found.currency,
        person_id=year.person_id,
        starts_on=found.period.starts_on,
        ends_on=found.period.ends_on,
        plan_version=found.plan_version if isinstance(found, Taken) else 0,
        tier=0,
        credit_count=facts.count(found.credits),
        credited=plain(found.credited),
        earned=ZERO,
        held=ZERO,
        released=ZERO,
        as_paid=ZERO,
    )


EARNINGS = Derivation(
    table=earnings,
    row=EarningRow,
    facts=year_facts,
    derive=derive,
    keys=YEAR_KEYS,
    groups=YEAR_GROUPS,
    version=with_engine(4),
)
