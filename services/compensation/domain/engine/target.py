"""Target pay of an interval: the year's by its weight, and by the days on the plan where it is prorated."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Component, PlanDocument
from compensation.domain.document.target import Proration, TargetPay
from compensation.domain.engine.exact import EXACT, percent_of, quotient, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from events.domain import Value
from fiscal.calendar import MONTHS, FiscalCalendar, Period, year_of
from money.money import Money

ONE_DAY = timedelta(days=1)
WORKING_DAYS = 5
"""Monday to Friday."""


class TargetPart(Value, tag=False):
    """What one assignment adds to the target pay of an interval: its part of the `yearly` one, for `days` of the
    `of_days` of the interval; all of it where they are not counted.
    """

    starts_on: date
    yearly: Decimal
    part: Decimal
    days: int | None
    of_days: int | None


class Target(Value, tag=False):
    """The target pay of an interval, and what it is made of."""

    amount: Decimal
    parts: tuple[TargetPart, ...]


def target_pay_of(document: PlanDocument, spell: Spell) -> Money | None:
    """Return the target pay of a year: the assignment's own, else the plan's percent of base pay."""
    if spell.target_pay is not None:
        return spell.target_pay
    percent = None if document.target is None else document.target.percent_of_base
    if percent is None or spell.base_pay is None:
        return None
    return Money(amount=percent_of(percent, spell.base_pay.amount), currency=spell.base_pay.currency)


def spells_within(facts: PersonYear, version: PlanVersion, spell: Spell, interval: Period) -> tuple[Spell, ...]:
    """Return the assignments whose target pay an interval has: the day's own, or all on the plan by their days."""
    terms = version.document.target
    if terms is None or terms.prorated_by == "none":
        return (spell,)
    mine = [each for each in facts.spells if each.plan_id == spell.plan_id and each.overlaps(interval)]
    return tuple(sorted(mine, key=lambda each: each.starts_on))


def target_of(
    facts: PersonYear, version: PlanVersion, component: Component, spell: Spell, interval: Period
) -> Target | None:
    """Return a component's part of the target pay for one interval of its measure."""
    document = version.document
    if component.table.pays != "target":
        return None
    terms = document.target or TargetPay()
    spells = spells_within(facts, version, spell, interval)
    parts: list[TargetPart] = []
    amounts: list[Decimal] = []
    for each in spells:
        yearly = target_pay_of(document, each)
        if yearly is None:
            return None
        whole = part_of_year(facts.calendar, document, component, interval, yearly.amount)
        days, of_days = (None, None) if terms.prorated_by == "none" else counted_days(spells, each, interval, terms)
        amounts.append(whole if days is None else quotient(EXACT.multiply(whole, Decimal(days)), Decimal(of_days or 1)))
        parts.append(TargetPart(starts_on=each.starts_on, yearly=yearly.amount, part=whole, days=days, of_days=of_days))
    return Target(amount=total(amounts), parts=tuple(parts))


def part_of_year(
    calendar: FiscalCalendar, document: PlanDocument, component: Component, interval: Period, yearly: Decimal
) -> Decimal:
    """Return the part of a year's target pay that an interval has: by weight, by days, or one of equal parts."""
    weighted = percent_of(component.weight, yearly)
    if component.weights:
        return percent_of(component.weights[number_in_year(calendar, interval)], weighted)
    if document.target is not None and document.target.parts == "days":
        whole_year = year_of(calendar, interval.starts_on)
        return quotient(EXACT.multiply(weighted, Decimal(interval.day_count)), Decimal(whole_year.day_count))
    return quotient(EXACT.multiply(weighted, Decimal(MONTHS[interval.kind])), Decimal(MONTHS["year"]))


def number_in_year(calendar: FiscalCalendar, interval: Period) -> int:
    """Return which of the intervals of a fiscal year this is, from 0."""
    return (interval.starts_on.month - calendar.first_month) % MONTHS["year"] // MONTHS[interval.kind]


def counted_days(spells: Sequence[Spell], spell: Spell, interval: Period, terms: TargetPay) -> tuple[int, int]:
    """Return the days of an interval that an assignment has, and how many there are."""
    follows_on = any(each.ends_on == spell.starts_on - ONE_DAY for each in spells)
    is_new = spell.starts_on > interval.starts_on and not follows_on
    return days_on(spell, interval, terms.prorated_by, skips_first=is_new and not terms.first_day_counts)


@lru_cache(maxsize=8_192)
def days_on(spell: Spell, interval: Period, by: Proration, *, skips_first: bool) -> tuple[int, int]:
    """Count the days of an interval that are on an assignment and not of leave, and all of them."""
    counted = [
        day
        for day in days_of(interval.starts_on, interval.ends_on)
        if by == "calendar_days" or day.weekday() < WORKING_DAYS
    ]
    first = spell.starts_on + ONE_DAY * skips_first
    mine = [
        day
        for day in counted
        if first <= day and spell.contains(day) and not any(leave.contains(day) for leave in spell.leaves)
    ]
    return len(mine), len(counted)


def days_of(first: date, last: date) -> Iterator[date]:
    """Return the days from one to another."""
    return (first + ONE_DAY * number for number in range((last - first).days + 1))


def is_plain(document: PlanDocument, component: Component) -> bool:
    """Say whether target pay is simply an equal part of what the assignment says."""
    return document.target is None and not component.weights
