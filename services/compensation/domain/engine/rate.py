"""Exchange rates as they were told, and what they make of an amount: multiplied, or divided by, and never rounded."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from compensation.domain.engine.exact import EXACT, quotient
from events.domain import Value

ONE = Decimal(1)


class Rate(Value, tag=False):
    """From this day on one unit of `base` is so many of `quote`, until the next day that is told of the same kind."""

    base: str
    quote: str
    kind: str
    effective_on: date
    rate: Decimal
    source: str


Rates: TypeAlias = Mapping[str, tuple[Rate, ...]]
"""The rates of a pair and kind, by their id, the earliest first."""


class Conversion(Value, tag=False):
    """How an amount becomes one in another currency: the rate of a day, or two by way of a third currency.

    A rate that is told the other way round, with `base` the wanted currency, divides.
    """

    base: str
    quote: str
    on: date
    rates: tuple[Rate, ...]

    def of(self, amount: Decimal) -> Decimal:
        """Return an amount in the other currency, exact but for a quotient that has no end."""
        above, below, currency = amount, ONE, self.base
        for each in self.rates:
            if each.base == currency:
                above, currency = EXACT.multiply(above, each.rate), each.quote
            else:
                below, currency = EXACT.multiply(below, each.rate), each.base
        return above if below == ONE else quotient(above, below)


class Exchanged(Value, tag=False):
    """How the money of a credit becomes the plan's: what is paid on, and what counts towards attainment."""

    currency: str
    pay: Conversion
    attainment: Conversion


def rate_id(base: str, quote: str, kind: str) -> str:
    """Return the id of a pair's rates of one kind, as goals tells them."""
    return f"{base}-{quote}-{kind}"


def conversion(rates: Rates, kind: str, pair: tuple[str, str], on: date, pivot: str | None) -> Conversion | None:
    """Return how one currency becomes another on a day, if that was told.

    By its own rate, else by that of the pair the other way round, else by two rates that meet in the pivot.
    """
    base, quote = pair
    if base == quote:
        return Conversion(base=base, quote=quote, on=on, rates=())
    direct = holding(rates, kind, pair, on)
    if direct is not None:
        return Conversion(base=base, quote=quote, on=on, rates=(direct,))
    if pivot is None or pivot in pair:
        return None
    first, second = holding(rates, kind, (base, pivot), on), holding(rates, kind, (pivot, quote), on)
    if first is None or second is None:
        return None
    return Conversion(base=base, quote=quote, on=on, rates=(first, second))


def holding(rates: Rates, kind: str, pair: tuple[str, str], on: date) -> Rate | None:
    """Return the rate of a pair that holds on a day; one that is told in this direction comes first."""
    for base, quote in (pair, (pair[1], pair[0])):
        told = rates.get(rate_id(base, quote, kind), ())
        place = bisect_right(told, on, key=lambda each: each.effective_on)
        if place:
            return told[place - 1]
    return None
