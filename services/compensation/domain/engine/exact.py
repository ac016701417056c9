"""Arithmetic that loses nothing: a result that would need more digits than there are is an error, never rounded."""

from collections.abc import Iterable
from decimal import Clamped, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

from money.money import Money, digits_of

DIGITS_MAX = 200
RATIO_DIGITS = 28
"""Digits of a quotient such as attainment in percent, which alone may be rounded."""

EXACT = Context(prec=DIGITS_MAX, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, Clamped])
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
CENT_DIGITS = 2

_RATIO = Context(prec=RATIO_DIGITS)


def percent_of(percent: Decimal, amount: Decimal) -> Decimal:
    """Return a share of an amount, with every digit."""
    return EXACT.scaleb(EXACT.multiply(percent, amount), -2)


def ratio_percent(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part in percent of a whole that is not nothing, with 28 digits."""
    return plain(_RATIO.divide(EXACT.scaleb(part, 2), whole))


def quotient(part: Decimal, whole: Decimal) -> Decimal:
    """Return a part divided by a whole that is not nothing: exact if it ends within 28 digits, else rounded to them."""
    return _RATIO.divide(part, whole)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return a sum, with every digit."""
    found, add = ZERO, EXACT.add
    for amount in amounts:
        found = add(found, amount)
    return found


def plain(number: Decimal, digits: int = 2) -> Decimal:
    """Return the same number with the digits that it needs, but so many after the point at least."""
    try:
        return EXACT.quantize(number, CENT if digits == CENT_DIGITS else EXACT.scaleb(ONE, -digits))
    except Inexact:
        return EXACT.normalize(number)


def plain_money(amount: Decimal, currency: str) -> Money:
    """Return money with the digits that it needs, and those of its currency at least: JPY 1,000, KWD 1.500."""
    return Money(amount=plain(amount, digits_of(currency)), currency=currency)
