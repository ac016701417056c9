"""What is paid to a person in each pay period? Computed on reading from stored earnings: draws chain from the first."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import select

from compensation.domain.engine.drawing import Payout, PayTerms, pay_out, pay_periods
from compensation.domain.engine.exact import total
from compensation.domain.engine.facts import person_and_year
from compensation.projections import assignments, calendars, plans
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
    found: dict[str, tuple[Payout, ...]] = {}
    for person_id, mine in spells.items():
        on = {each.plan_id for each in mine}
        known = tuple(each for each in versions if each.plan_id in on)
        terms = PayTerms(calendar=calendar, spells=tuple(mine), versions=known)
        found[person_id] = paid_by(terms, until, rows.get(person_id, ()))
    return found


def paid_by(terms: PayTerms, until: Period, rows: Sequence[EarningRow]) -> tuple[Payout, ...]:
    """Return what is paid of one person's earnings."""
    return pay_out(pay_periods(terms, until, lambda within, currency: earned_in(rows, within, currency)))


def earned_by(reading: Reading, people: Iterable[str]) -> dict[str, list[EarningRow]]:
    """Return everything that people have earned."""
    theirs = select(earnings).where(reading.among(earnings.c.person_id, people), earnings.c.problem == PAID)
    found: dict[str, list[EarningRow]] = {}
    for row in reading.rows(theirs, EarningRow):
        found.setdefault(row.person_id, []).append(row)
    return found


def earned_in(rows: Sequence[EarningRow], period: Period, currency: str) -> Decimal:
    """Return what is payable in a period in a currency. A sum of a longer period belongs to that in which it ends."""
    return total(row.payable for row in rows if row.currency == currency and period.contains(row.ends_on))
