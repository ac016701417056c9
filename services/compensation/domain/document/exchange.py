"""How money of another currency becomes money of the plan: by which kind of rate, as it holds on which day."""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from events.domain import Value
from money.money import currencies

KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What goals calls a kind of rate: plan, daily, month_end and so on."""

RateDay: TypeAlias = Literal["booking", "year_start"]
"""The day whose rate is meant: the booking day, or the first day of the fiscal year, which does not drift."""

DAYS: dict[RateDay, str] = {"booking": "of the booking day", "year_start": "of the fiscal year's first day"}


class RateRule(Value, tag=False):
    """A rate by its kind, and the day on which it holds."""

    kind: str
    on: RateDay


PayRateDay: TypeAlias = Literal["booking", "period_end", "pay_date"]

PAY_DAYS: dict[PayRateDay, str] = {
    "booking": "of the booking day",
    "period_end": "of the pay period's last day",
    "pay_date": "of the pay date",
}
PAY_DAYS_MAX = 92
"""Days after the end of a pay period by which it is paid at the latest."""


class PaymentRule(Value, tag=False):
    """The rate by which the plan's money becomes that in which somebody is paid, and how many days after the end of
    its period pay is paid.
    """

    kind: str
    on: PayRateDay
    pay_days: int = 0


PLAN_RATE = RateRule(kind="plan", on="year_start")


class Exchange(Value, tag=False):
    """How deals in other currencies count: for pay by one rate, towards attainment and beside quotas by another.

    A pair that is told the other way round is divided by. Only where a `pivot` is named do two rates stand for one
    that is not told.
    """

    deal: RateRule
    attainment: RateRule = PLAN_RATE
    payment: PaymentRule | None = None
    """Without one, the plan pays in its own currency alone."""
    pivot: str | None = None


def kinds_of(exchange: Exchange) -> frozenset[str]:
    """Return the kinds of rates that a plan names."""
    paid = {exchange.payment.kind} if exchange.payment is not None else set[str]()
    return frozenset({exchange.deal.kind, exchange.attainment.kind, *paid})


def exchange_faults(exchange: Exchange | None, currency: str) -> Iterator[tuple[str, str]]:
    """Name what is wrong with how money is exchanged."""
    if exchange is None:
        return
    for name, rule in (("deal", exchange.deal), ("attainment", exchange.attainment), ("payment", exchange.payment)):
        if rule is not None and not KIND.fullmatch(rule.kind):
            yield f"/exchange/{name}/kind", "the kind of a rate: lower-case letters, digits and `_`, 40 at most"
    if exchange.payment is not None and not 0 <= exchange.payment.pay_days <= PAY_DAYS_MAX:
        yield "/exchange/payment/pay_days", f"0 to {PAY_DAYS_MAX} days after the end of the pay period"
    if exchange.pivot is None:
        return
    if exchange.pivot not in currencies():
        yield "/exchange/pivot", "a currency of ISO 4217, such as USD"
    elif exchange.pivot == currency:
        yield "/exchange/pivot", f"another currency than the plan's, which is {currency}"


def exchange_in_words(exchange: Exchange, currency: str) -> str:
    """Return how other currencies become the plan's."""
    words = f"Other currencies become {currency} by {rate_in_words(exchange.deal)}"
    if exchange.attainment != exchange.deal:
        words += f", towards attainment by {rate_in_words(exchange.attainment)}"
    words += "" if exchange.payment is None else payment_in_words(exchange.payment, currency)
    return words if exchange.pivot is None else f"{words}, by way of {exchange.pivot} where a pair has no rate"


def payment_in_words(payment: PaymentRule, currency: str) -> str:
    """Return how those are paid whom their assignment pays in another currency."""
    rate = f"the {payment.kind.replace('_', ' ')} rate {PAY_DAYS[payment.on]}"
    when = "" if not payment.pay_days else f", {payment.pay_days} days after the end of the pay period"
    return f"; who is paid in another currency than {currency} is paid by {rate}{when}"


def rate_in_words(rule: RateRule) -> str:
    """Return which rate a rule means."""
    return f"the {rule.kind.replace('_', ' ')} rate {DAYS[rule.on]}"
