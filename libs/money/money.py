"""Amounts of money in ISO 4217 currencies: exact decimals, never floats."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from babel.numbers import get_currency_precision, list_currencies

from events.domain import Refused, Value

AMOUNT_MAX = Decimal(10) ** 12
"""No amount is larger, in any currency."""

NO_CURRENCIES = frozenset({3 * "X", "XTS"})
"""Codes of ISO 4217 that say "no currency" and "a test": nobody is paid in them."""

RoundingRule: TypeAlias = Literal["half_up", "half_even"]

_ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}
_WRITTEN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_EXACT = Context(prec=60)
"""Enough digits that a sum, a product by a share and a quotient of amounts keep every cent."""


class CurrencyIsUnknown(Refused):
    """A currency is one of the three-letter codes of ISO 4217."""


class AmountIsMalformed(Refused):
    """An amount is a decimal number in plain digits."""


class AmountHasTooManyDigits(Refused):
    """The amount has more digits after the point than its currency."""


class AmountIsTooLarge(Refused):
    """The amount is larger than a trillion."""


class CurrenciesDiffer(Refused):
    """Amounts of two currencies are never added or compared without a rate."""


class Money(Value, tag=False):
    """An amount of one currency. Written as `{"amount": "1234.50", "currency": "USD"}`."""

    # Construct it from amounts that are known to be right; `Money.parse` checks those that come from outside.

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, amount: str | Decimal, currency: str) -> "Money":
        """Return the money that was written, with the currency's digits.

        Raises `CurrencyIsUnknown`, `AmountIsMalformed`, `AmountHasTooManyDigits` or `AmountIsTooLarge`.
        """
        digits = digits_of(currency)
        if not (_WRITTEN.fullmatch(amount) if isinstance(amount, str) else amount.is_finite()):
            raise AmountIsMalformed(amount=str(amount)[:100])
        number = Decimal(amount)
        if abs(number) > AMOUNT_MAX:
            raise AmountIsTooLarge(amount=str(amount), amount_max=str(AMOUNT_MAX))
        rounded = round_to_currency(number, currency)
        if rounded != number:
            raise AmountHasTooManyDigits(amount=str(amount), currency=currency, digits_max=digits)
        return cls(amount=rounded, currency=currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Return nothing, in a currency."""
        return cls(amount=round_to_currency(Decimal(0), currency), currency=currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=_EXACT.add(self.amount, self._same(other)), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=_EXACT.subtract(self.amount, self._same(other)), currency=self.currency)

    def __neg__(self) -> "Money":
        return Money(amount=_EXACT.minus(self.amount), currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"

    def rounded(self, rule: RoundingRule = "half_up") -> "Money":
        """Return the money with the currency's digits."""
        return Money(amount=round_to_currency(self.amount, self.currency, rule), currency=self.currency)

    def split(self, shares: Sequence[int]) -> list["Money"]:
        """Return the money in parts by whole-number shares, which add up to it exactly; see `split_amount`."""
        return [Money(amount=part, currency=self.currency) for part in split_amount(self.amount, shares, self.currency)]

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrenciesDiffer(currencies=[self.currency, other.currency])
        return other.amount


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the codes of all currencies that are known."""
    return frozenset(list_currencies()) - NO_CURRENCIES


def digits_of(currency: str) -> int:
    """Return how many digits a currency has after the point. Raises `CurrencyIsUnknown`."""
    if currency not in currencies():
        raise CurrencyIsUnknown(currency=currency)
    return _digits(currency)


@lru_cache(maxsize=512)
def _digits(currency: str) -> int:
    return get_currency_precision(currency)


@lru_cache(maxsize=512)
def _cent(currency: str) -> Decimal:
    return Decimal(1).scaleb(-digits_of(currency))


def round_to_currency(amount: Decimal, currency: str, rule: RoundingRule = "half_up") -> Decimal:
    """Return an amount rounded to its currency's digits. Raises `CurrencyIsUnknown`."""
    return amount.quantize(_cent(currency), rounding=_ROUNDING[rule], context=_EXACT)


def split_amount(
    amount: Decimal, shares: Sequence[int], currency: str, rule: RoundingRule = "half_up"
) -> list[Decimal]:
    """Return an amount in parts by whole-number shares, such as three equal thirds; the last share has the residual.

    Shares are not negative and one of them at least is positive. A last share of nothing still gets nothing: the
    residual goes to the last share that is positive.
    """
    total = sum(shares)
    if total <= 0 or min(shares) < 0:
        message = f"shares are not negative, and one is positive: {list(shares)}"
        raise ValueError(message)
    parts = [
        round_to_currency(_EXACT.divide(_EXACT.multiply(amount, Decimal(share)), Decimal(total)), currency, rule)
        for share in shares
    ]
    last = max(place for place, share in enumerate(shares) if share)
    parts[last] = _EXACT.subtract(amount, sum_exactly([*parts[:last], *parts[last + 1 :]]))
    return parts


def largest_remainder(amount: Decimal, shares: Sequence[int], currency: str) -> list[Decimal]:
    """Return an amount in parts by whole-number shares, none of which is off by a whole smallest unit.

    Each part is rounded towards zero, then the smallest units that are left go to the largest remainders, the
    earlier share first (Hamilton's method). The amount has no more digits than its currency.
    """
    unit = _cent(currency)
    total, units = sum(shares), int(_EXACT.divide(abs(amount), unit))
    if total <= 0 or min(shares) < 0:
        message = f"shares are not negative, and one is positive: {list(shares)}"
        raise ValueError(message)
    floors = [units * share // total for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-(units * shares[place] % total), place))
    for place in order[: units - sum(floors)]:
        floors[place] += 1
    sign = -1 if amount < 0 else 1
    return [_EXACT.multiply(Decimal(sign * part), unit) for part in floors]


def sum_exactly(amounts: Sequence[Decimal]) -> Decimal:
    """Return the sum of amounts, with every digit."""
    total = Decimal(0)
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total
