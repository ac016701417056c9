"""The oracle's target pay: what each assignment says of it, for its days of an interval."""

from datetime import date, timedelta
from fractions import Fraction

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Component
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from fiscal.calendar import MONTHS, Period, period_of
from money.money import Money
from tests.compensation.oracle_measure import measure_of

NOTHING = Fraction(0)


def is_prorated(version: PlanVersion) -> bool:
    return version.document.target is not None and version.document.target.prorated_by != "none"


def interval_of(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> Period:
    return period_of(facts.calendar, credit.booked_on, measure_of(version, component.measure).interval)


def having_part(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit
) -> list[Spell]:
    """Return the assignments that have a part of an interval's target pay."""
    if not is_prorated(version):
        return [spell]
    around = interval_of(facts, version, component, credit)
    days = [around.starts_on + timedelta(days=number) for number in range(around.day_count)]
    return [each for each in facts.spells if each.plan_id == spell.plan_id and any(each.contains(day) for day in days)]


def yearly(version: PlanVersion, spell: Spell) -> tuple[Fraction, str] | None:
    """Return the target pay of a year and its currency: as the assignment says it, or a percent of base pay."""
    own: Money | None = spell.target_pay
    if own is not None:
        return Fraction(own.amount), own.currency
    terms = version.document.target
    if terms is None or terms.percent_of_base is None or spell.base_pay is None:
        return None
    return Fraction(terms.percent_of_base) / 100 * Fraction(spell.base_pay.amount), spell.base_pay.currency


def problem_of_target(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit
) -> str:
    """Return why an interval's target pay is not known: the reason of the first assignment that has one."""
    mine = sorted(having_part(facts, version, component, spell, credit), key=lambda each: each.starts_on)
    for found in (yearly(version, each) for each in mine):
        if found is None:
            return "no_target_pay"
        if found[1] != version.document.currency:
            return "target_pay_in_other_currency"
    return ""


def target(facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, credit: Credit) -> Fraction:
    """Return the target pay of the interval around a credit."""
    around = interval_of(facts, version, component, credit)
    part = part_of_year(facts, version, component, around)
    mine = having_part(facts, version, component, spell, credit)
    found = NOTHING
    for each in mine:
        year = yearly(version, each)
        found += (year[0] if year else NOTHING) * part * share_of_days(version, mine, each, around)
    return found


def part_of_year(facts: PersonYear, version: PlanVersion, component: Component, around: Period) -> Fraction:
    """Return which part of a year an interval is: by weight, by days, or one of equal parts."""
    weight, terms = Fraction(component.weight) / 100, version.document.target
    if component.weights:
        months = (around.starts_on.month - facts.calendar.first_month) % 12
        return weight * Fraction(component.weights[months // MONTHS[around.kind]]) / 100
    if terms is not None and terms.parts == "days":
        year = period_of(facts.calendar, around.starts_on, "year")
        return weight * Fraction(around.day_count, year.day_count)
    return weight * Fraction(MONTHS[around.kind], 12)


def share_of_days(version: PlanVersion, mine: list[Spell], spell: Spell, around: Period) -> Fraction:
    """Return the share of an interval's days that an assignment has; all where they are not counted."""
    terms = version.document.target
    if terms is None or terms.prorated_by == "none":
        return Fraction(1)
    days = [around.starts_on + timedelta(days=number) for number in range(around.day_count)]
    days = [day for day in days if terms.prorated_by == "calendar_days" or day.isoweekday() <= 5]
    return Fraction(sum(1 for day in days if has_day(version, mine, spell, around, day)), len(days))


def has_day(version: PlanVersion, mine: list[Spell], spell: Spell, around: Period, day: date) -> bool:
    """Say whether a day counts for an assignment: it is on it, no leave, and not a first day that does not count."""
    terms = version.document.target
    was_there = any(each.ends_on == day - timedelta(days=1) for each in mine)
    comes = day == spell.starts_on and day != around.starts_on and not was_there
    is_left_out = comes and terms is not None and not terms.first_day_counts
    is_away = any(each.first_on <= day <= each.last_on for each in spell.leaves)
    return spell.contains(day) and not is_away and not is_left_out
