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


PLAN_RATE = RateRule(kind="plan", on="year_start")


class Exchange(Value, tag=False):
    """How deals in other currencies count: for pay by one rate, towards attainment and beside quotas by another.

    A pair that is told the other way round is divided by. Only where a `pivot` is named do two rates stand for one
    that is not told.
    """

    deal: RateRule
    attainment: RateRule = PLAN_RATE
    pivot: str | None = None


def kinds_of(exchange: Exchange) -> frozenset[str]:
    """Return the kinds of rates that a plan names."""
    return frozenset({exchange.deal.kind, exchange.attainment.kind})


def exchange_faults(exchange: Exchange | None, currency: str) -> Iterator[tuple[str, str]]:
    """Name what is wrong with how money is exchanged."""
    if exchange is None:
        return
    for name, rule in (("deal", exchange.deal), ("attainment", exchange.attainment)):
        if not KIND.fullmatch(rule.kind):
            yield f"/exchange/{name}/kind", "the kind of a rate: lower-case letters, digits and `_`, 40 at most"
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
    return words if exchange.pivot is None else f"{words}, by way of {exchange.pivot} where a pair has no rate"


def rate_in_words(rule: RateRule) -> str:
    """Return which rate a rule means."""
    return f"the {rule.kind.replace('_', ' ')} rate {DAYS[rule.on]}"
