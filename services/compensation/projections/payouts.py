"""What is paid to a person in each pay period? Computed on reading from stored earnings: draws chain from the first."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from compensation.domain.engine.drawing import Payout, PayTerms, pay_out, pay_periods
from compensation.domain.engine.exact import total
from compensation.projections import assignments, calendars, plans
from compensation.projections.earnings import PAID, EarningRow, earnings
from events.store.session import Reading
from fiscal.calendar import Period


def payouts(reading: Reading, person_id: str, period: Period) -> tuple[Payout, ...]:
    """Return what is paid to a person in the pay periods inside a period; nothing without a plan."""
    calendar = calendars.calendar(reading)
    if calendar is None:
        return ()
    spells = assignments.of_people(reading, [person_id]).get(person_id, [])
    versions = plans.published_versions(reading, sorted({spell.plan_id for spell in spells}))
    terms = PayTerms(calendar=calendar, spells=tuple(spells), versions=tuple(versions))
    rows = earned_by(reading, person_id)
    chain = pay_out(pay_periods(terms, period, lambda within, currency: earned_in(rows, within, currency)))
    return tuple(each for each in chain if period.starts_on <= each.period.starts_on <= period.ends_on)


def earned_by(reading: Reading, person_id: str) -> list[EarningRow]:
    """Return everything that a person has earned."""
    mine = select(earnings).where(earnings.c.person_id == person_id, earnings.c.problem == PAID)
    return reading.rows(mine, EarningRow)


def earned_in(rows: Sequence[EarningRow], period: Period, currency: str) -> Decimal:
    """Return what is payable in a period in a currency. A sum of a longer period belongs to that in which it ends."""
    return total(row.payable for row in rows if row.currency == currency and period.contains(row.ends_on))
