"""Where a credit belongs: the plan version of its booking day; or why it cannot be paid."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

from compensation.domain.assignment import Spell
from compensation.domain.document.credit_rule import CreditRule, credited_as
from compensation.domain.document.shape import MONEY, Component, Measure, PlanDocument, RateTable
from compensation.domain.engine.credit import Credit, meets
from compensation.domain.engine.document import TRIGGERS
from compensation.domain.engine.exchanging import exchanged, quota_in
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from compensation.domain.engine.payable import pay_currency, payment
from compensation.domain.engine.target import spells_within, target_pay_of
from events.domain import Value
from fiscal.calendar import FiscalCalendar, Period, PeriodKind, parse_period, period_of, year_of

Problem: TypeAlias = Literal[
    "no_plan",
    "several_plans",
    "plan_not_in_effect",
    "other_currency",
    "no_rate",
    "no_payment_rule",
    "no_rule",
    "no_quota",
    "quota_in_other_currency",
    "quota_is_zero",
    "no_target_pay",
    "target_pay_in_other_currency",
    "no_number",
    "no_result",
]

KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")


class Placed(Value):
    """A credit of a day on which one version of one plan pays the person."""

    version: PlanVersion
    spell: Spell


class Misplaced(Value):
    """A credit that nothing pays yet, why, and the period and plan that would have it."""

    period: Period
    plan_id: str
    problem: Problem


Place: TypeAlias = Placed | Misplaced

AtEnd: TypeAlias = tuple[str, int, str, str, str]
"""A version of a plan, a measure of it, a pay period and an interval of the measure."""


@lru_cache(maxsize=8_192)
def periods_of(calendar: FiscalCalendar, day: date) -> tuple[Period, Period, Period]:
    """Return the month, the quarter and the year of a day."""
    return period_of(calendar, day, "month"), period_of(calendar, day, "quarter"), year_of(calendar, day)


@lru_cache(maxsize=8_192)
def period_in(calendar: FiscalCalendar, day: date, kind: PeriodKind) -> Period:
    """Return the period of a kind around a day."""
    return periods_of(calendar, day)[KINDS.index(kind)]


def place(facts: PersonYear, credit: Credit) -> Place:
    """Find the plan version of a credit's booking day."""
    spells = {spell.plan_id: spell for spell in facts.spells if spell.contains(credit.booked_on)}
    if len(spells) != 1:
        problem = "several_plans" if spells else "no_plan"
        return Misplaced(period=shortest_period(facts, credit.booked_on), plan_id="", problem=problem)
    [(plan_id, spell)] = spells.items()
    version = version_on(facts.versions, plan_id, credit.booked_on)
    if version is None:
        period = shortest_period(facts, credit.booked_on)
        return Misplaced(period=period, plan_id=plan_id, problem="plan_not_in_effect")
    if exchanged(facts, version.document, credit) is None:
        period = period_in(facts.calendar, credit.booked_on, version.document.pays)
        problem = "other_currency" if version.document.exchange is None else "no_rate"
        return Misplaced(period=period, plan_id=plan_id, problem=problem)
    problem = payment_problem(facts, version, credit.booked_on)
    if problem is not None:
        period = period_in(facts.calendar, credit.booked_on, version.document.pays)
        return Misplaced(period=period, plan_id=plan_id, problem=problem)
    return Placed(version=version, spell=spell)


class Places:
    """Where the credits of a year belong, looked up once for each day: what a day says does not depend on the deal."""

    def __init__(self, facts: PersonYear) -> None:
        self._facts = facts
        self._found: dict[tuple[date, str], Place] = {}
        self._intervals: dict[tuple[str, int, date], Sequence[tuple[Measure, str, AtEnd]]] = {}
        self._problems: dict[tuple[str, int, str, date, date], Problem | None] = {}

    def intervals(self, version: PlanVersion, day: date) -> Sequence[tuple[Measure, str, AtEnd]]:
        """Return the interval of each measure of a version around a day, and where its period's end is noted."""
        where = (version.plan_id, version.version, day)
        found = self._intervals.get(where)
        if found is None:
            calendar, document = self._facts.calendar, version.document
            period = period_in(calendar, day, document.pays).name
            named = [(each, period_in(calendar, day, each.interval).name) for each in document.measures]
            found = self._intervals[where] = [
                (each, interval, (version.plan_id, version.version, each.id, period, interval))
                for each, interval in named
            ]
        return found

    def of(self, credit: Credit) -> Place:
        """Find the plan version of a credit's booking day."""
        where = (credit.booked_on, credit.currency)
        found = self._found.get(where)
        if found is None:
            found = self._found[where] = place(self._facts, credit)
        return found

    def problem(self, found: Placed, component: Component, day: date) -> Problem | None:
        """Return why a component cannot say what a day's credit earns."""
        where = (found.version.plan_id, found.version.version, component.id, found.spell.starts_on, day)
        if where not in self._problems:
            self._problems[where] = component_problem(self._facts, found.version, component, found.spell, day)
        return self._problems[where]


def payment_problem(facts: PersonYear, version: PlanVersion, day: date) -> Problem | None:
    """Return why what a day's deal earns cannot be paid in the currency of the assignment."""
    document = version.document
    period = period_in(facts.calendar, day, document.pays)
    currency = pay_currency(facts.spells, version.plan_id, document, period)
    if currency == document.currency or payment(facts.rates, document, currency, day, period) is not None:
        return None
    return "no_rate" if document.exchange is not None and document.exchange.payment is not None else "no_payment_rule"


def measures_with_quota(version: PlanVersion, component: Component) -> frozenset[str]:
    """Return the measures whose quota a component looks at.

    Its own at edges in percent of quota, for multiples of target pay by attainment, and for a cap on attainment; and
    those of its gates.
    """
    tables = [component.table, *(gate.table for gate in component.gates if gate.table is not None)]
    is_capped = version.measure_of(component).cap_percent is not None
    own = {component.measure} if is_capped or any(needs_quota(table) for table in tables) else set[str]()
    return frozenset(own | measures_of_matrix(version, component) | {gate.measure for gate in component.gates})


def needs_quota(table: RateTable) -> bool:
    """Say whether a table of tiers cannot pay without a quota."""
    has_edges = table.over == "attainment" and any(tier.up_to is not None for tier in table.tiers)
    return has_edges or (table.pays == "target" and table.kind in ("step", "whole"))


def measures_of_matrix(version: PlanVersion, component: Component) -> set[str]:
    """Return the measures of a matrix that have edges in percent of quota, or a cap on attainment."""
    table, matrix = component.table, component.table.matrix
    if matrix is None:
        return set()
    rows = {component.measure} if table.over == "attainment" and len(matrix.rows) > 1 else set[str]()
    columns = {matrix.across} if matrix.columns_over == "attainment" and len(matrix.columns) > 1 else set[str]()
    capped = {each.id for each in version.document.measures if each.cap_percent is not None}
    return rows | columns | capped & {matrix.across}


def quota_problem(document: PlanDocument, measure: Measure, quota: Quota | None) -> Problem | None:
    """Return why a quota that is needed cannot be used. Only a measure of money has one in a currency."""
    if quota is None:
        return "no_quota"
    if measure.counts in MONEY and quota.currency != document.currency:
        return "quota_in_other_currency" if document.exchange is None or quota.currency is None else "no_rate"
    return "quota_is_zero" if quota.amount <= 0 else None


def target_problem(facts: PersonYear, version: PlanVersion, spell: Spell, interval: Period) -> Problem | None:
    """Return why the target pay of an interval is not known: each assignment that has a part of it says its own."""
    for each in spells_within(facts, version, spell, interval):
        target = target_pay_of(version.document, each)
        if target is None:
            return "no_target_pay"
        if target.currency != version.document.currency:
            return "target_pay_in_other_currency"
    return None


def is_about(rule: CreditRule, credit: Credit) -> bool:
    """Say whether a rule is about credits of this kind: of its document and source, and credited as it says."""
    if rule.trigger != TRIGGERS.get(credit.document_kind):
        return False
    return rule.source == credit.source and credited_as(rule) == credit.credited_as


def lacks_result(facts: PersonYear, version: PlanVersion, component: Component, day: date) -> bool:
    """Say whether nothing was posted yet, in its interval around a day, of a measure of results or objectives."""
    matrix = component.table.matrix
    asked = [component.measure, *(gate.measure for gate in component.gates), *([matrix.across] if matrix else [])]
    for measure in version.document.measures:
        if measure.id in asked and measure.counts in ("results", "objectives"):
            interval = period_in(facts.calendar, day, measure.interval)
            rules = [each for each in version.document.credit_rules if each.id in measure.rules]
            posted = (each for each in facts.credits if interval.contains(each.booked_on))
            if not any(is_about(rule, each) and meets(rule.when, each) for each in posted for rule in rules):
                return True
    return False


def component_problem(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, day: date
) -> Problem | None:
    """Return why a component cannot say what a day's credit earns."""
    if component.table.pays == "target":
        interval = period_in(facts.calendar, day, version.measure_of(component).interval)
        problem = target_problem(facts, version, spell, interval)
        if problem is not None:
            return problem
    if lacks_result(facts, version, component, day):
        return "no_result"
    wanted = measures_with_quota(version, component)
    for measure in version.document.measures:
        if measure.id in wanted:
            period = period_in(facts.calendar, day, measure.interval)
            quota = quota_in(facts, version.document, measure, period.name)
            problem = quota_problem(version.document, measure, quota)
            if problem is not None:
                return problem
    return None


def version_on(versions: tuple[PlanVersion, ...], plan_id: str, day: date) -> PlanVersion | None:
    """Return the version of a plan that holds on a day."""
    holding = [each for each in versions if each.plan_id == plan_id and each.effective_on <= day]
    return max(holding, key=lambda each: (each.effective_on, each.version), default=None)


def shortest_period(facts: PersonYear, day: date) -> Period:
    """Return the period of the person's shortest quota around a day; the fiscal year if there is none."""
    around = [each for each in facts.quotas if each.of == "person" and each.starts_on <= day <= each.ends_on]
    if not around:
        return year_of(facts.calendar, day)
    shortest = min(around, key=lambda each: (each.ends_on - each.starts_on, each.period))
    return parse_period(facts.calendar, shortest.period)
