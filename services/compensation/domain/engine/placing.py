"""Where a credit belongs: the plan version of its booking day, the period and its quota; or why it cannot be paid."""

from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from compensation.domain.document import PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from events.domain import Value
from fiscal.calendar import FiscalCalendar, Period, PeriodKind, parse_period, period_of, year_of

Problem: TypeAlias = Literal[
    "no_plan",
    "several_plans",
    "plan_not_in_effect",
    "other_currency",
    "no_quota",
    "quota_in_other_currency",
    "quota_is_zero",
]

KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")


class Placed(Value):
    """A credit that is paid: by which version, in which period, against which quota (none where none is needed)."""

    period: Period
    version: PlanVersion
    quota: Quota | None


class Misplaced(Value):
    """A credit that is not paid yet, why, and the period and plan that would have it."""

    period: Period
    plan_id: str
    problem: Problem


Place: TypeAlias = Placed | Misplaced


@lru_cache(maxsize=8_192)
def periods_of(calendar: FiscalCalendar, day: date) -> tuple[Period, Period, Period]:
    """Return the month, the quarter and the year of a day."""
    return period_of(calendar, day, "month"), period_of(calendar, day, "quarter"), year_of(calendar, day)


def place(facts: PersonYear, credit: Credit) -> Place:
    """Find the plan version of a credit's booking day, its period and its quota."""
    plan_ids = sorted({spell.plan_id for spell in facts.spells if spell.contains(credit.booked_on)})
    if not plan_ids:
        return Misplaced(period=shortest_period(facts, credit.booked_on), plan_id="", problem="no_plan")
    if len(plan_ids) > 1:
        return Misplaced(period=shortest_period(facts, credit.booked_on), plan_id="", problem="several_plans")
    version = version_on(facts.versions, plan_ids[0], credit.booked_on)
    if version is None:
        period = shortest_period(facts, credit.booked_on)
        return Misplaced(period=period, plan_id=plan_ids[0], problem="plan_not_in_effect")
    return place_in(facts, credit, version)


def place_in(facts: PersonYear, credit: Credit, version: PlanVersion) -> Place:
    """Find the period and the quota that a plan version looks at."""
    periods = periods_of(facts.calendar, credit.booked_on)
    period = periods[KINDS.index(version.document.interval)]
    quota = next((each for each in facts.quotas if each.period == period.name), None)
    problem = "other_currency" if credit.currency != version.document.currency else None
    problem = problem or quota_problem(version.document, quota)
    if problem is not None:
        return Misplaced(period=period, plan_id=version.plan_id, problem=problem)
    return Placed(period=period, version=version, quota=quota)


def quota_problem(document: PlanDocument, quota: Quota | None) -> Problem | None:
    """Return why a quota cannot be used. A plan of one tier needs none."""
    if len(document.tiers) == 1:
        return None
    if quota is None:
        return "no_quota"
    if quota.currency != document.currency:
        return "quota_in_other_currency"
    return "quota_is_zero" if quota.amount <= 0 else None


def version_on(versions: tuple[PlanVersion, ...], plan_id: str, day: date) -> PlanVersion | None:
    """Return the version of a plan that holds on a day."""
    holding = [each for each in versions if each.plan_id == plan_id and each.effective_on <= day]
    return max(holding, key=lambda each: (each.effective_on, each.version), default=None)


def shortest_period(facts: PersonYear, day: date) -> Period:
    """Return the period of the person's shortest quota around a day; the fiscal year if there is none."""
    around = [each for each in facts.quotas if each.starts_on <= day <= each.ends_on]
    if not around:
        return year_of(facts.calendar, day)
    shortest = min(around, key=lambda each: (each.ends_on - each.starts_on, each.period))
    return parse_period(facts.calendar, shortest.period)
