"""The oracle's exchange rates: what a unit of one currency is in another, in fractions, of all that is told."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from compensation.domain.document.exchange import RateRule
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from fiscal.calendar import year_of


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


def by(facts: PersonYear, version: PlanVersion, rule: RateRule | None, currency: str, day: date) -> Fraction | None:
    wanted, exchange = version.document.currency, version.document.exchange
    if currency in ("", wanted):
        return Fraction(1)
    if rule is None or exchange is None:
        return None
    on = day if rule.on == "booking" else year_of(facts.calendar, day).starts_on
    found = next(told(facts, rule.kind, currency, wanted, on), None)
    pivot = exchange.pivot
    if found is not None or pivot is None:
        return found
    there = next(told(facts, rule.kind, currency, pivot, on), None)
    back = next(told(facts, rule.kind, pivot, wanted, on), None)
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
