"""Credits and quotas in the currency of a plan, by the rates that it names."""

from collections.abc import Sequence
from datetime import date

import msgspec

from compensation.domain.document.exchange import Exchange, RateRule
from compensation.domain.document.shape import MONEY, Measure, PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, Quota, quota_of
from compensation.domain.engine.rate import Conversion, Exchanged, conversion
from fiscal.calendar import year_of


def exchanged(facts: PersonYear, document: PlanDocument, credit: Credit) -> Credit | None:
    """Return a credit with the rates that make it money of the plan; none where they are not told, or not asked for.

    What is no money, like an activity, needs none.
    """
    if not credit.is_money or credit.currency == document.currency:
        return credit
    exchange = document.exchange
    if exchange is None:
        return None
    pair = (credit.currency, document.currency)
    pay = converted(facts, exchange, exchange.deal, pair, credit.booked_on)
    attainment = converted(facts, exchange, exchange.attainment, pair, credit.booked_on)
    if pay is None or attainment is None:
        return None
    found = Exchanged(currency=document.currency, pay=pay, attainment=attainment)
    return msgspec.structs.replace(credit, exchanged=found)


def share_exchanged(facts: PersonYear, document: PlanDocument, share: Sequence[Credit]) -> tuple[Credit, ...]:
    """Return the lines of a share as money of the plan: all of them or none: they are of one currency and day."""
    found = exchanged(facts, document, share[0])
    if found is None:
        return ()
    if found.exchanged is None:
        return tuple(share)
    return tuple(msgspec.structs.replace(each, exchanged=found.exchanged) for each in share)


def converted(
    facts: PersonYear, exchange: Exchange, rule: RateRule, pair: tuple[str, str], day: date
) -> Conversion | None:
    """Return the rate that a rule means for a day."""
    on = day if rule.on == "booking" else year_of(facts.calendar, day).starts_on
    return conversion(facts.rates, rule.kind, pair, on, exchange.pivot)


def quota_in(facts: PersonYear, document: PlanDocument, measure: Measure, period: str) -> Quota | None:
    """Return the quota of a measure in a period: money in the plan's currency, if its rate is told, else as it is.

    It is worth what the rate says that counts towards attainment, as of its first day.
    """
    known, exchange = quota_of(facts, measure.quota, period, measure.quota_of), document.exchange
    if known is None or exchange is None or known.currency in (None, document.currency):
        return known
    if measure.counts not in MONEY:
        return known
    found = converted(facts, exchange, exchange.attainment, (known.currency, document.currency), known.starts_on)
    if found is None:
        return known
    return msgspec.structs.replace(known, amount=found.of(known.amount), currency=document.currency)
