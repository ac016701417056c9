"""A second pay engine, slow and simple: every figure is worked out from all facts anew, in fractions, by the texts.

It shares nothing with the engine but the facts, the documents, the calendar and the rounding of money. Its own text
is the order of calculation: credit, measure, cap on attainment, rate, modifiers, gates, caps.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Cap, Component, Measure
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from tests.compensation.oracle_gate import as_rated, is_open, shut
from tests.compensation.oracle_lines import NOTHING, OVERS, Line, Section, capped, in_cents, sections
from tests.compensation.oracle_matrix import across, needed_by_matrix
from tests.compensation.oracle_measure import (
    counts,
    goes_on,
    held,
    holds,
    in_order,
    interval,
    kind_of,
    measure_of,
    measured,
    measured_by,
    named,
    quota_for,
    until,
    within,
    worth_of,
)
from tests.compensation.oracle_posted import has_no_number, is_unposted, looked_at
from tests.compensation.oracle_rates import is_payable, plan_rate, why_no_money
from tests.compensation.oracle_table import Stand, integral, is_level, rate_at, tier_at, worth
from tests.compensation.oracle_target import problem_of_target, target

Waiting: TypeAlias = tuple[tuple[str, str, int, str], str, str, str]
"""A credit (document, its kind, number, source), a plan, a component and why it waits."""


def pay(facts: PersonYear) -> dict[Section, Decimal]:
    """Return what is paid in whole cents, by period, plan and component."""
    return {section: in_cents(each) for section, each in sections(lines(facts)).items()}


def lines(facts: PersonYear) -> list[Line]:
    """Return all lines of a year: rated, modified, gated, then capped by their component and by their plan."""
    found = list(rated_lines(facts))
    found = [replace(each, paid=gated(facts, each, modified(facts, each))) for each in found]
    for over in OVERS:
        found = [replace(each, paid=capped(facts, found, each, over, caps_of(facts, each))) for each in found]
    for over in OVERS:
        found = [replace(each, paid=capped(facts, found, each, over)) for each in found]
    return found


def rated_lines(facts: PersonYear) -> Iterator[Line]:
    for credit in in_order(facts):
        version, spell = placed(facts, credit)
        if version is None or spell is None or not is_payable(facts, version, credit):
            continue
        for component in version.document.components:
            if is_about(facts, version, component, credit) and not problem(facts, version, component, spell, credit):
                rated = rated_by(facts, version, as_rated(facts, version, component, credit), spell, credit)
                period = interval(facts, credit, version.document.pays)
                yield Line(credit, version, component, period, rated, rated)


def waiting(facts: PersonYear) -> set[Waiting]:
    """Return which credits are not paid yet, and why. What somebody's line sold waits for a plan that rolls it up."""
    found: set[Waiting] = set()
    for credit in in_order(facts):
        name = (*named(credit), credit.number, credit.source)
        version, spell = placed(facts, credit)
        if version is None or spell is None or why_not(facts, version, credit):
            reason = why_not(facts, version, credit) if version else why_misplaced(facts, credit)
            plan = spell.plan_id if spell else ""
            found |= {(name, plan, "", reason)} if waits(facts, version, credit, reason) else set()
            continue
        for component in version.document.components:
            reason = problem(facts, version, component, spell, credit)
            if reason and is_about(facts, version, component, credit):
                found.add((name, version.plan_id, component.id, reason))
    return found


def waits(facts: PersonYear, version: PlanVersion | None, credit: Credit, reason: str) -> bool:
    """Say whether somebody's own credit waits: for a plan, if it is a deal or some plan counts such; for a rule, if its
    plan pays what is sold by that: by deals where it has no rule about bills and cash, else by those.
    """
    if credit.source != "own":
        return credit.source == "by_hand"
    asked = [version] if version and reason == "no_rule" else facts.versions
    own = {rule.trigger for each in asked for rule in each.document.credit_rules if rule.source == "own"}
    if credit.document is None:
        return reason != "no_rule" or not own & {"invoice", "payment"}
    return kind_of(credit) in own and (reason != "no_rule" or kind_of(credit) in ("invoice", "payment"))


def why_not(facts: PersonYear, version: PlanVersion, credit: Credit) -> str:
    counted = any(counts(facts, version, each, credit) for each in version.document.measures)
    return why_no_money(facts, version, credit) or ("" if counted else "no_rule")


def why_misplaced(facts: PersonYear, credit: Credit) -> str:
    plans = {each.plan_id for each in facts.spells if each.contains(credit.booked_on)}
    return {0: "no_plan", 1: "plan_not_in_effect"}.get(len(plans), "several_plans")


def placed(facts: PersonYear, credit: Credit) -> tuple[PlanVersion | None, Spell | None]:
    """Return the plan version of a credit's booking day, and the spell that it falls in."""
    spells = [each for each in facts.spells if each.contains(credit.booked_on)]
    if len({each.plan_id for each in spells}) != 1:
        return None, None
    holding = [
        (each.effective_on, each.version, each)
        for each in facts.versions
        if each.plan_id == spells[0].plan_id and each.effective_on <= credit.booked_on
    ]
    return (max(holding, key=lambda each: each[:2])[2] if holding else None), spells[0]


def is_about(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> bool:
    """Say whether a component pays for a credit: it is counted, in the days and under the condition it states."""
    first, last = component.since or date.min, component.until or date.max
    measures = [measure_of(version, each) for each in measured_by(component)]
    counted = any(counts(facts, version, each, credit) is not None for each in measures)
    return counted and first <= credit.booked_on <= last and holds(facts, version, component.when, credit)


def problem(facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit) -> str:
    """Return what is missing so that a component could pay: a fact that its rules ask for is never made up."""
    table, own = component.table, measure_of(version, component.measure)
    if table.pays == "target":
        reason = problem_of_target(facts, version, component, spell, credit)
        if reason:
            return reason
    if any(is_unposted(facts, version, each, credit) for each in looked_at(version, component)):
        return "no_result"
    tables = [table, *(each.table for each in component.gates if each.table is not None)]
    percents = any(each.over == "attainment" and any(tier.up_to is not None for tier in each.tiers) for each in tables)
    slopes = table.pays == "target" and any(each.kind in ("step", "whole") for each in tables)
    needed = {each.measure for each in component.gates}
    needed |= {own.id} if percents or slopes or own.cap_percent is not None else set()
    needed |= needed_by_matrix(version, component)
    asked = [each for each in version.document.measures if each.id in needed]
    reasons = [missing(facts, version, each, credit) for each in asked]
    unknown = "no_number" if has_no_number(facts, version, component, credit) else ""
    return next((each for each in reasons if each), unknown)


def missing(facts: PersonYear, version: PlanVersion, measure: Measure, credit: Credit) -> str:
    """Return why a measure has no quota that it can be compared with. Only money is in a currency."""
    quota = quota_for(facts, measure, credit.booked_on)
    if quota is None:
        return "no_quota"
    if measure.counts == "amount" and not quota.currency:
        return "quota_in_other_currency"
    if measure.counts == "amount" and plan_rate(facts, version, quota.currency or "", quota.starts_on) is None:
        return "no_rate" if version.document.exchange else "quota_in_other_currency"
    return "quota_is_zero" if quota.amount <= 0 else ""


def rated_by(facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit) -> Fraction:
    """Return what the table makes of the way from where the measure stood to where the credit takes it."""
    begins = stand(facts, version, component, spell, credit, with_it=False)
    ends = stand(facts, version, component, spell, credit, with_it=True)
    table = component.table
    if is_level(table):
        return worth(table, ends) - worth(table, before_level(facts, version, component, spell, credit, begins))
    moved, base = ends.measure - begins.measure, ends.base(table) - begins.base(table)
    if not moved:
        return rate_at(table, tier_at(table, begins)) * base if table.pays != "target" else NOTHING
    return (integral(table, ends) - integral(table, begins)) * base / moved


def before_level(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit, begins: Stand
) -> Stand:
    """Return the stand from which a level is told: a rate on everything so far, from the component's last line on."""
    table = component.table
    alone = not table.to_date or table.pays == "amount" or (table.pays == "target" and table.kind != "whole")
    if alone:
        return begins
    kind = measure_of(version, component.measure).interval
    mine = [each for each in until(facts, credit, kind, with_it=False) if pays(facts, version, component, each)]
    return (
        stand(facts, version, component, spell, mine[-1], with_it=True)
        if mine
        else replace(begins, measure=NOTHING, across=NOTHING)
    )


def pays(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> bool:
    """Say whether a credit has a line in a component, by the version of its plan that holds on its day.

    A version that says something else of the component begins anew with what it pays on.
    """
    found, spell = placed(facts, credit)
    if found is None or spell is None or not goes_on(facts, found, version, component):
        return False
    theirs = [each for each in found.document.components if each.id == component.id]
    return is_payable(facts, found, credit) and any(
        is_about(facts, found, each, credit) and not problem(facts, found, each, spell, credit) for each in theirs
    )


def stand(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit, *, with_it: bool
) -> Stand:
    """Return the measure and what there is to pay on, up to a credit or with it: to date, or of its deal alone."""
    measure = measure_of(version, component.measure)
    so_far = until(facts, credit, measure.interval, with_it=with_it)
    mine = [each for each in so_far if pays(facts, version, component, each)]
    if not component.table.to_date:
        mine = [each for each in mine if named(each) == named(credit)]
    quota = worth_of(facts, version, measure, quota_for(facts, measure, credit.booked_on))
    parts = [within(facts, version, measure, quota, each) for each in mine]
    own, units, money = (sum((part[place] for part in parts), NOTHING) for place in range(3))
    reached = held(measure, quota, measured(facts, version, measure, so_far)) if component.table.to_date else own
    share = target(facts, version, component, spell, credit) if component.table.pays == "target" else NOTHING
    return across(facts, version, component, credit, so_far, Stand(reached, own, units, money, quota, share))


def modified(facts: PersonYear, line: Line) -> Fraction:
    """Multiply by the first modifier that holds."""
    holding = [each for each in line.component.modifiers if holds(facts, line.version, each.when, line.credit)]
    return line.paid * Fraction(holding[0].percent) / 100 if holding else line.paid


def gated(facts: PersonYear, line: Line, amount: Fraction) -> Fraction:
    deciding = [each for each in line.component.gates if each.release is None and each.effect == "no_pay"]
    return amount if all(is_open(facts, line.version, line.credit, each) for each in deciding) else NOTHING


def caps_of(facts: PersonYear, line: Line) -> list[Cap]:
    """Return the caps of a component, and those of its gates while they are shut."""
    held = shut(facts, line.version, line.component, line.credit)
    return [*line.component.caps, *(each.cap for each in held if each.cap is not None)]
