"""The pay periods of a person: what was earned in each, in which currency, and what plans pay then at least and most.

A sum belongs to the first pay period that ends with it or later, so that none is paid twice or never where one plan
pays by month and the next by quarter.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import Draw, PlanDocument
from compensation.domain.engine.drawing import PayPeriod, Posting
from compensation.domain.engine.exact import EXACT, ZERO, quotient, total
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.engine.payable import by_kind_of_payment, cost, paid_on, pay_currency
from compensation.domain.engine.placing import period_in, version_on
from compensation.domain.engine.rate import Conversion, Rates
from events.domain import Value
from fiscal.calendar import FiscalCalendar, Period
from money.money import round_to_currency

ONE_DAY = timedelta(days=1)


class EarnedSum(Value, tag=False):
    """What is payable of what was earned until a day: in the plan's currency, and as it is paid."""

    ends_on: date
    currency: str
    payable: Decimal
    pay_currency: str
    as_paid: Decimal


class PayTerms(Value, tag=False):
    """What a person's pay follows from: what is earned, the days on plans, their versions, the calendar, the rates."""

    calendar: FiscalCalendar
    spells: tuple[Spell, ...]
    versions: tuple[PlanVersion, ...]
    earned: tuple[EarnedSum, ...] = ()
    rates: Rates = {}


def pay_periods(terms: PayTerms, until: Period) -> Iterator[PayPeriod]:
    """Return the pay periods from a person's first day on a plan up to the end of a period.

    The plan of the last day on a plan says how often it pays, and what at least and at most. What was earned in
    another currency of payment than that plan's is paid beside it.
    """
    spells = sorted(terms.spells, key=lambda each: each.starts_on)
    day, since = (spells[0].starts_on if spells else until.ends_on + ONE_DAY), date.min
    met: set[str] = set()
    while day <= until.ends_on:
        version = version_in(terms, day)
        if version is None:
            day = next((each.starts_on for each in spells if each.starts_on > day), until.ends_on + ONE_DAY)
            continue
        period = period_in(terms.calendar, day, version.document.pays)
        sums = [each for each in terms.earned if since < each.ends_on <= period.ends_on]
        main = pay_period(terms, period, day, sums)
        yield main
        met |= {main.currency, *(each.pay_currency for each in sums)}
        for currency in sorted(met - {main.currency}):
            yield PayPeriod(period=period, currency=currency, earned=paid_in(sums, currency))
        since, day = period.ends_on, period.ends_on + ONE_DAY


def version_in(terms: PayTerms, day: date) -> PlanVersion | None:
    """Return the plan version that pays a person on a day."""
    holding = [each for each in terms.spells if each.contains(day)]
    spell = min(holding, key=lambda each: (each.starts_on, each.plan_id), default=None)
    return None if spell is None else version_on(terms.versions, spell.plan_id, day)


def pay_period(terms: PayTerms, period: Period, first: date, sums: Sequence[EarnedSum]) -> PayPeriod:
    """Return a pay period by the plan of its last day on a plan; `first` is the first day that is not paid yet."""
    days = [first + ONE_DAY * number for number in range((period.ends_on - first).days + 1)]
    on = [(day, version) for day in days if (version := version_in(terms, day)) is not None]
    version = on[-1][1]
    document = version.document
    currency = pay_currency(terms.spells, version.plan_id, document, period)
    bare = PayPeriod(
        period=period,
        currency=currency,
        earned=paid_in(sums, currency),
        draw=document.draw,
        settles=is_settled(terms, document, period),
        posting=posting(terms, document, currency, period, sums),
    )
    pair = (document.currency, currency)
    by = None if document.currency == currency else by_kind_of_payment(terms.rates, document, pair, period.ends_on)
    if by is None and document.currency != currency:
        limits = (document.draw, document.minimum, document.maximum)
        waits = any(each is not None for each in limits)
        return PayPeriod(period=period, currency=currency, earned=bare.earned, settles=bare.settles, waits=waits)
    return with_limits(bare, document, by, [day for day, _ in on])


def with_limits(bare: PayPeriod, document: PlanDocument, by: Conversion | None, days: Sequence[date]) -> PayPeriod:
    """Return a pay period with what is paid at least and at most, in the currency of payment by its last day's rate."""

    def of(amount: Decimal) -> Decimal:
        limit = round_to_currency(amount if by is None else by.of(amount), bare.currency, document.rounding.rule)
        return amount if limit == amount else limit

    def for_days(amount: Decimal, count: int) -> Decimal:
        share = quotient(EXACT.multiply(amount, Decimal(count)), Decimal(bare.period.day_count))
        return round_to_currency(share if by is None else by.of(share), bare.currency, document.rounding.rule)

    draw, minimum = document.draw, document.minimum
    return PayPeriod(
        period=bare.period,
        currency=bare.currency,
        earned=bare.earned,
        draw=draw,
        drawn=ZERO if draw is None else for_days(draw.amount, sum(1 for day in days if within(draw, day))),
        recovered_max=None if draw is None or draw.recovered_max is None else of(draw.recovered_max),
        floor=ZERO if draw is None or draw.floor is None else of(draw.floor),
        least=ZERO if minimum is None else for_days(minimum.amount, len(days)),
        is_least_recovered=minimum is not None and minimum.recovered,
        maximum=None if document.maximum is None else of(document.maximum),
        settles=bare.settles,
        posting=bare.posting,
    )


def within(draw: Draw, day: date) -> bool:
    """Say whether a draw is paid for a day."""
    return (draw.since is None or day >= draw.since) and (draw.until is None or day <= draw.until)


def paid_in(sums: Sequence[EarnedSum], currency: str) -> Decimal:
    """Return what was earned and is paid in a currency."""
    return total(each.as_paid for each in sums if each.pay_currency == currency)


def is_settled(terms: PayTerms, document: PlanDocument, period: Period) -> bool:
    """Say whether what was earned is settled with a period: the last one of the interval, or the last on a plan."""
    if document.settles is None:
        return True
    interval = period_in(terms.calendar, period.ends_on, document.settles)
    left = range(1, (interval.ends_on - period.ends_on).days + 1)
    return all(version_in(terms, period.ends_on + ONE_DAY * each) is None for each in left)


def posting(
    terms: PayTerms, document: PlanDocument, currency: str, period: Period, sums: Sequence[EarnedSum]
) -> Posting | None:
    """Return what a pay period cost when it was earned, where it is paid in another currency than the plan's."""
    mine = [each for each in sums if each.pay_currency == currency]
    if currency == document.currency or any(each.currency != document.currency for each in mine):
        return None
    at_end = cost(terms.rates, document, currency, period.ends_on)
    at_payment = cost(terms.rates, document, currency, paid_on(document, period))
    if at_end is None or at_payment is None:
        return None
    return Posting(
        currency=document.currency,
        earned=total(each.payable for each in mine),
        paid_on=paid_on(document, period),
        at_end=at_end,
        at_payment=at_payment,
    )
