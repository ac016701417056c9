"""From the plan's currency to the one in which somebody is paid: which that is, and by which rate."""

from collections.abc import Sequence
from datetime import date, timedelta

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.rate import Conversion, Rates, conversion
from fiscal.calendar import Period


def pay_currency(spells: Sequence[Spell], plan_id: str, document: PlanDocument, period: Period) -> str:
    """Return in which currency a plan pays for a period: that of the last assignment in it, else the plan's."""
    mine = [each for each in spells if each.plan_id == plan_id and each.overlaps(period)]
    last = max(mine, key=lambda each: each.starts_on, default=None)
    return document.currency if last is None or last.pay_currency is None else last.pay_currency


def payment(rates: Rates, document: PlanDocument, currency: str, day: date, period: Period) -> Conversion | None:
    """Return how what a day's deal earns becomes the currency of payment, if the plan says so and the rate is told."""
    rule = None if document.exchange is None else document.exchange.payment
    if rule is None:
        return None
    on = {"booking": day, "period_end": period.ends_on, "pay_date": paid_on(document, period)}[rule.on]
    return by_kind_of_payment(rates, document, (document.currency, currency), on)


def cost(rates: Rates, document: PlanDocument, currency: str, on: date) -> Conversion | None:
    """Return what a unit of the currency of payment costs in the plan's on a day, by the same kind of rate."""
    return by_kind_of_payment(rates, document, (currency, document.currency), on)


def by_kind_of_payment(rates: Rates, document: PlanDocument, pair: tuple[str, str], on: date) -> Conversion | None:
    """Return what a unit of one currency is in another on a day, by the kind of rate that a plan pays by."""
    exchange = document.exchange
    if exchange is None or exchange.payment is None:
        return None
    return conversion(rates, exchange.payment.kind, pair, on, exchange.pivot)


def paid_on(document: PlanDocument, period: Period) -> date:
    """Return the day on which a period is paid."""
    rule = document.exchange.payment if document.exchange is not None else None
    return period.ends_on + timedelta(days=0 if rule is None else rule.pay_days)
