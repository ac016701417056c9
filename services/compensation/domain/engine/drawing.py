"""From what is earned to what is paid: draws, their recovery and forgiveness, and what is carried.

After any number of pay periods, what was paid + what is carried - what is owed = what was earned + what was forgiven.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Draw
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, quotient, total
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.engine.placing import period_in, version_on
from events.domain import Value
from fiscal.calendar import FiscalCalendar, Period
from money.money import round_to_currency

ONE_DAY = timedelta(days=1)


class PayPeriod(Value, tag=False):
    """What was earned in a pay period, and what the plan then pays at least and at most.

    `drawn` is the draw for this period, by the days on the plan.
    """

    period: Period
    currency: str
    earned: Decimal
    draw: Draw | None
    drawn: Decimal
    maximum: Decimal | None


class Advance(Value, tag=False):
    """What was paid before it was earned, and how many pay periods ago."""

    amount: Decimal
    age: int


class Payout(Value, tag=False):
    """What is paid for a pay period. `brought` came from the one before, `carried` goes into the next, and `debt` is
    what is owed after it.
    """

    period: Period
    currency: str
    earned: Decimal
    brought: Decimal
    advance: Decimal
    recovered: Decimal
    forgiven: Decimal
    paid: Decimal
    carried: Decimal
    debt: Decimal


class PayTerms(Value, tag=False):
    """What a person's pay follows from beside what is earned: the days on plans, their versions, the calendar."""

    calendar: FiscalCalendar
    spells: tuple[Spell, ...]
    versions: tuple[PlanVersion, ...]


def pay_periods(terms: PayTerms, until: Period, earned: Callable[[Period, str], Decimal]) -> Iterator[PayPeriod]:
    """Return the pay periods from a person's first day on a plan up to the end of a period.

    The plan of the last day on a plan says how often it pays, and what at least and at most. No day is paid twice:
    where a plan with longer periods follows, its first one pays what the ones before have left, and so does the first
    one after days without a plan.
    """
    spells = sorted(terms.spells, key=lambda each: each.starts_on)
    day = spells[0].starts_on if spells else until.ends_on + ONE_DAY
    unpaid_since: date | None = None
    while day <= until.ends_on:
        version = version_in(terms, day)
        if version is None:
            day = next((each.starts_on for each in spells if each.starts_on > day), until.ends_on + ONE_DAY)
            continue
        period = period_in(terms.calendar, day, version.document.pays)
        unpaid = msgspec.structs.replace(period, starts_on=unpaid_since or period.starts_on)
        yield pay_period(terms, period, unpaid, earned)
        day = unpaid_since = period.ends_on + ONE_DAY


def version_in(terms: PayTerms, day: date) -> PlanVersion | None:
    """Return the plan version that pays a person on a day."""
    spell = next((each for each in terms.spells if each.contains(day)), None)
    return None if spell is None else version_on(terms.versions, spell.plan_id, day)


def pay_period(terms: PayTerms, period: Period, unpaid: Period, earned: Callable[[Period, str], Decimal]) -> PayPeriod:
    """Return a pay period by the plan of the last day in it that is on a plan: for the days that are not paid yet."""
    days = [day for back in range(period.day_count) if (day := period.ends_on - ONE_DAY * back) >= unpaid.starts_on]
    paid = [(day, version) for day in days if (version := version_in(terms, day)) is not None]
    document = paid[0][1].document
    draw = document.draw
    drawn = ZERO
    if draw is not None:
        count = sum(1 for day, _ in paid if within(draw, day))
        share = quotient(EXACT.multiply(draw.amount, Decimal(count)), Decimal(period.day_count))
        drawn = round_to_currency(share, document.currency, document.rounding.rule)
    return PayPeriod(
        period=period,
        currency=document.currency,
        earned=earned(unpaid, document.currency),
        draw=draw,
        drawn=drawn,
        maximum=document.maximum,
    )


def within(draw: Draw, day: date) -> bool:
    """Say whether a draw is paid for a day."""
    return (draw.since is None or day >= draw.since) and (draw.until is None or day <= draw.until)


def pay_out(periods: Iterable[PayPeriod]) -> tuple[Payout, ...]:
    """Return what is paid in consecutive pay periods of one person in one currency."""
    payouts: list[Payout] = []
    owed: list[Advance] = []
    brought = ZERO
    for each in periods:
        payout, owed = pay_one(each, brought, owed)
        brought = payout.carried
        payouts.append(payout)
    return tuple(payouts)


def pay_one(each: PayPeriod, brought: Decimal, owed: Sequence[Advance]) -> tuple[Payout, list[Advance]]:
    """Return what is paid in a pay period, and what is owed after it, the oldest advance first."""
    available = EXACT.add(each.earned, brought)
    short = max(ZERO, EXACT.subtract(each.drawn, available))
    recovered = min(sum_of(owed), recovery(each, available)) if not short else ZERO
    kept = after_recovery(owed, recovered)
    gift = ZERO if each.draw is None or each.draw.recoverable else min(short, each.drawn)
    debts = [*kept, Advance(amount=EXACT.subtract(short, gift), age=0)] if short > gift else kept
    aged, lapsed = after_a_period(debts, each.draw)
    payable = EXACT.subtract(EXACT.add(available, short), recovered)
    paid = payable if each.maximum is None else min(payable, each.maximum)
    payout = Payout(
        period=each.period,
        currency=each.currency,
        earned=each.earned,
        brought=brought,
        advance=short,
        recovered=recovered,
        forgiven=EXACT.add(gift, lapsed),
        paid=paid,
        carried=EXACT.subtract(payable, paid),
        debt=sum_of(aged),
    )
    return payout, aged


def recovery(each: PayPeriod, available: Decimal) -> Decimal:
    """Return what may be taken back of what is available above the draw; without a draw, all of it."""
    above = EXACT.subtract(available, each.drawn)
    if each.draw is None:
        return above
    share = round_to_currency(percent_of(each.draw.recovered_percent, above), each.currency)
    return share if each.draw.recovered_max is None else min(share, each.draw.recovered_max)


def after_recovery(owed: Sequence[Advance], recovered: Decimal) -> list[Advance]:
    """Return what is owed after some of it was taken back, the oldest first."""
    kept: list[Advance] = []
    for advance in owed:
        taken = min(advance.amount, recovered)
        recovered = EXACT.subtract(recovered, taken)
        if taken < advance.amount:
            kept.append(Advance(amount=EXACT.subtract(advance.amount, taken), age=advance.age))
    return kept


def after_a_period(owed: Sequence[Advance], draw: Draw | None) -> tuple[list[Advance], Decimal]:
    """Return what is owed when one more pay period has passed, and what is forgiven because it is too old."""
    older = [Advance(amount=advance.amount, age=advance.age + 1) for advance in owed]
    most = draw.forgiven_after if draw is not None else None
    if most is None:
        return older, ZERO
    kept = [advance for advance in older if advance.age <= most]
    return kept, EXACT.subtract(sum_of(older), sum_of(kept))


def sum_of(owed: Sequence[Advance]) -> Decimal:
    """Return what is owed together."""
    return total(advance.amount for advance in owed)
