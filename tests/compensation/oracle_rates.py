"""The oracle's exchange rates: what a unit of one currency is in another, in fractions, of all that is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from compensation.domain.document.exchange import RateRule
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from fiscal.calendar import period_of, year_of


def pay_rate(facts: PersonYear, version: PlanVersion, credit: Credit) -> Fraction | None:
    """Return what is paid on for a unit of a credit's currency."""
    exchange = version.document.exchange
    return by(facts, version, exchange.deal if exchange else None, credit.currency, credit.booked_on)


def plan_rate(facts: PersonYear, version: PlanVersion, currency: str, day: date) -> Fraction | None:
    """Return what a unit of a currency counts towards attainment, and what it is worth in a quota."""
    exchange = version.document.exchange
    return by(facts, version, exchange.attainment if exchange else None, currency, day)


def is_exchanged(facts: PersonYear, version: PlanVersion, credit: Credit) -> bool:
    """Say whether a credit is money of the plan, by both rates."""
    towards = plan_rate(facts, version, credit.currency, credit.booked_on)
    return towards is not None and pay_rate(facts, version, credit) is not None


def is_payable(facts: PersonYear, version: PlanVersion, credit: Credit) -> bool:
    """Say whether a credit is money of the plan, and what it earns can be paid in the currency of payment."""
    return is_exchanged(facts, version, credit) and payment_rate(facts, version, credit) is not None


def why_no_money(facts: PersonYear, version: PlanVersion, credit: Credit) -> str:
    """Return why a credit is not money of the plan, or what it earns cannot be paid in the currency of payment."""
    exchange = version.document.exchange
    if not is_exchanged(facts, version, credit):
        return "no_rate" if exchange else "other_currency"
    if payment_rate(facts, version, credit) is not None:
        return ""
    return "no_rate" if exchange is not None and exchange.payment is not None else "no_payment_rule"


def payment_rate(facts: PersonYear, version: PlanVersion, credit: Credit) -> Fraction | None:
    """Return what a unit of the plan's currency is in that of payment: of the last assignment in the pay period."""
    document = version.document
    period = period_of(facts.calendar, credit.booked_on, document.pays)
    days = [period.starts_on + timedelta(days=each) for each in range(period.day_count)]
    mine = [
        each for each in facts.spells if each.plan_id == version.plan_id and any(each.contains(day) for day in days)
    ]
    wanted = max(mine, key=lambda each: each.starts_on).pay_currency or document.currency
    if wanted == document.currency:
        return Fraction(1)
    exchange = document.exchange
    if exchange is None or exchange.payment is None:
        return None
    rule = exchange.payment
    on = {"booking": credit.booked_on, "period_end": period.ends_on}.get(
        rule.on, period.ends_on + timedelta(days=rule.pay_days)
    )
    return between(facts, rule.kind, (document.currency, wanted), on, exchange.pivot)


def by(facts: PersonYear, version: PlanVersion, rule: RateRule | None, currency: str, day: date) -> Fraction | None:
    wanted, exchange = version.document.currency, version.document.exchange
    if currency in ("", wanted):
        return Fraction(1)
    if rule is None or exchange is None:
        return None
    on = day if rule.on == "booking" else year_of(facts.calendar, day).starts_on
    return between(facts, rule.kind, (currency, wanted), on, exchange.pivot)


def between(facts: PersonYear, kind: str, pair: tuple[str, str], on: date, pivot: str | None) -> Fraction | None:
    found = next(told(facts, kind, *pair, on), None)
    if found is not None or pivot is None:
        return found
    there = next(told(facts, kind, pair[0], pivot, on), None)
    back = next(told(facts, kind, pivot, pair[1], on), None)
    return there * back if there is not None and back is not None else None


def told(facts: PersonYear, kind: str, base: str, quote: str, on: date) -> Iterator[Fraction]:
    """Return the rate that holds on a day, as it is told, then as the one told the other way round says."""
    for one, other, power in ((base, quote, 1), (quote, base, -1)):
        mine = [
            (each.effective_on, each.rate)
            for several in facts.rates.values()
            for each in several
            if (each.base, each.quote, each.kind) == (one, other, kind) and each.effective_on <= on
        ]
        if mine:
            yield Fraction(max(mine)[1]) ** power
