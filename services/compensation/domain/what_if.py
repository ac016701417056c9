"""What would be earned if something else were so: the same engine over other facts, of which nothing is kept."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.credit import Credit, Origin
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.sections import Earning
from compensation.domain.engine.summing import DaySum, YearFacts
from events.domain import Value
from fiscal.calendar import parse_period, year_of

ORIGIN = Origin(
    event_id="",
    event_type="",
    version=0,
    source="what-if",
    occurred_at=datetime.max.replace(tzinfo=UTC),
    position=0,
)
"""A deal that is only thought of comes after all others of its day."""


class Thought(Value, tag=False):
    """A deal that is only thought of: all of it is one person's."""

    deal_id: str
    amount: Decimal
    currency: str
    booked_on: date
    account: str | None = None
    product: str | None = None


class Change(Value, tag=False):
    """What is thought to be otherwise: another document of a plan from a day on, and more deals of each person.

    The document stands in for every published version of the plan that begins on that day or later, and for the one
    that holds then.
    """

    plan_id: str | None = None
    document: PlanDocument | None = None
    effective_on: date | None = None
    deals: tuple[Thought, ...] = ()


class Sum(Value, tag=False):
    """What a component earns a person in a period, less what is taken back in it. `tier` is 0 where it pays nothing."""

    period: str
    plan_id: str
    component: str
    currency: str
    tier: int
    earned: Decimal


class Waiting(Value, tag=False):
    """How many credits of a period wait, and why; `component` is empty where no component would pay them."""

    period: str
    plan_id: str
    component: str
    problem: Problem
    credit_count: int


def with_document(year: PersonYear, change: Change) -> PersonYear:
    """Return a year in which a plan says something else; for those who are never on it, the year as it is."""
    document, day = change.document, change.effective_on
    if document is None or change.plan_id is None or all(each.plan_id != change.plan_id for each in year.spells):
        return year
    starts_on = parse_period(year.calendar, year.year).starts_on if day is None else day
    kept = [each for each in year.versions if each.plan_id != change.plan_id or each.effective_on < starts_on]
    number = 1 + max((each.version for each in year.versions if each.plan_id == change.plan_id), default=0)
    version = PlanVersion(plan_id=change.plan_id, version=number, effective_on=starts_on, document=document)
    return msgspec.structs.replace(year, versions=(*kept, version))


def deals_in(year: PersonYear, deals: Iterable[Thought]) -> list[Thought]:
    """Return the deals that are booked in a fiscal year."""
    return [each for each in deals if year_of(year.calendar, each.booked_on).name == year.year]


def credit_for(year: PersonYear, deal: Thought) -> Credit:
    """Return the credit of a deal that is only thought of."""
    return Credit(
        deal_id=deal.deal_id,
        number=1,
        source="own",
        person_id=year.person_id,
        booked_on=deal.booked_on,
        source_at=ORIGIN.occurred_at,
        amount=deal.amount,
        currency=deal.currency,
        percent=HUNDRED,
        deal_amount=deal.amount,
        account=deal.account,
        product=deal.product,
        origin=ORIGIN,
    )


def sum_for(deal: Thought) -> DaySum:
    """Return what such a deal adds to its day."""
    return DaySum(
        booked_on=deal.booked_on,
        source="own",
        currency=deal.currency,
        amount=deal.amount,
        percent=HUNDRED,
        credit_count=1,
    )


class Outcome(Value, tag=False):
    """What a year earns, and what waits in it."""

    sums: tuple[Sum, ...]
    waiting: tuple[Waiting, ...]


def outcome(facts: YearFacts) -> Outcome:
    """Compute a year."""
    found = earn(facts.year)
    sums: dict[tuple[str, str, str], Sum] = {}
    for each in (*found.earned, *found.clawed):
        where = (each.period.name, each.plan_id, each.component)
        before = sums.get(where)
        sums[where] = Sum(
            period=each.period.name,
            plan_id=each.plan_id,
            component=each.component,
            currency=each.currency,
            tier=before.tier if before else tier_of(each),
            earned=EXACT.add(each.earned, before.earned if before else ZERO),
        )
    waiting = (
        Waiting(
            period=each.period.name,
            plan_id=each.plan_id,
            component=each.component,
            problem=each.problem,
            credit_count=facts.count(each.credits),
        )
        for each in found.unpaid
    )
    return Outcome(sums=tuple(sums[where] for where in sorted(sums)), waiting=tuple(waiting))


def tier_of(section: Earning | Clawed) -> int:
    """Return the tier that a section reaches; none where something is only taken back."""
    return section.tier if isinstance(section, Earning) else 0
