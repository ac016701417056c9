"""What is paid to a person in each pay period? Computed on reading from stored earnings: draws chain from the first."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from compensation.domain.assignment import Spell
from compensation.domain.document.exchange import PAY_DAYS_MAX
from compensation.domain.engine.drawing import Payout, pay_out
from compensation.domain.engine.facts import PlanVersion, person_and_year
from compensation.domain.engine.pay_periods import EarnedSum, PayTerms, pay_periods
from compensation.domain.engine.rate import Rates
from compensation.projections import assignments, calendars, plans, rates
from compensation.projections.earnings import PAID, EarningRow, earnings
from events.store.session import Reading
from fiscal.calendar import Period, parse_period


def payouts(reading: Reading, person_id: str, period: Period) -> tuple[Payout, ...]:
    """Return what is paid to a person in the pay periods inside a period; nothing without a plan."""
    return begun_in(period, chains(reading, [person_id], period).get(person_id, ()))


def payouts_of_years(reading: Reading, keys: Sequence[str]) -> dict[str, tuple[Payout, ...]]:
    """Return what is paid to people in the pay periods of their fiscal years, by the keys of these."""
    calendar = calendars.calendar(reading)
    if calendar is None or not keys:
        return {}
    named = {key: person_and_year(key) for key in keys}
    years = {year: parse_period(calendar, year) for _, year in named.values()}
    last = max(years.values(), key=lambda each: each.ends_on)
    paid = chains(reading, sorted({person_id for person_id, _ in named.values()}), last)
    return {key: begun_in(years[year], paid.get(person_id, ())) for key, (person_id, year) in named.items()}


def begun_in(period: Period, several: Iterable[Payout]) -> tuple[Payout, ...]:
    """Return what is paid for pay periods that begin in a period."""
    return tuple(each for each in several if period.starts_on <= each.period.starts_on <= period.ends_on)


def chains(reading: Reading, people: Sequence[str], until: Period) -> dict[str, tuple[Payout, ...]]:
    """Return what is paid to each of some people from the first day on a plan up to the end of a period."""
    calendar = calendars.calendar(reading)
    if calendar is None:
        return {}
    spells = assignments.of_people(reading, people)
    versions = plans.published_versions(reading, sorted({each.plan_id for mine in spells.values() for each in mine}))
    rows = earned_by(reading, people)
    told = rates_asked(reading, [each for mine in spells.values() for each in mine], versions, until)
    found: dict[str, tuple[Payout, ...]] = {}
    for person_id, mine in spells.items():
        on = {each.plan_id for each in mine}
        known = tuple(each for each in versions if each.plan_id in on)
        earned = sums_of(rows.get(person_id, ()))
        terms = PayTerms(calendar=calendar, spells=tuple(mine), versions=known, earned=earned, rates=told)
        found[person_id] = pay_out(pay_periods(terms, until))
    return found


def earned_by(reading: Reading, people: Iterable[str]) -> dict[str, list[EarningRow]]:
    """Return everything that people have earned."""
    theirs = select(earnings).where(reading.among(earnings.c.person_id, people), earnings.c.problem == PAID)
    found: dict[str, list[EarningRow]] = {}
    for row in reading.rows(theirs, EarningRow):
        found.setdefault(row.person_id, []).append(row)
    return found


def sums_of(rows: Sequence[EarningRow]) -> tuple[EarnedSum, ...]:
    """Return sums as payouts follow from them."""
    return tuple(
        EarnedSum(
            ends_on=row.ends_on,
            currency=row.currency,
            payable=row.payable,
            pay_currency=row.pay_currency,
            as_paid=row.as_paid,
        )
        for row in rows
        if row.component
    )


def rates_asked(reading: Reading, spells: Sequence[Spell], versions: Sequence[PlanVersion], until: Period) -> Rates:
    """Return the rates by which plans pay in another currency than their own, up to the pay date of a period."""
    paid_in = {each.pay_currency for each in spells if each.pay_currency is not None}
    if not paid_in:
        return {}
    first = min(each.starts_on for each in spells)
    return rates.within(reading, rates.asked_by(versions, paid_in), first, until.ends_on + timedelta(days=PAY_DAYS_MAX))
