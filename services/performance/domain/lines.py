"""The lines of a deal: what of it is which product, of which type, for how much, and for how long."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from events.domain import Value
from money.money import AMOUNT_MAX, AmountHasTooManyDigits, Money, round_to_currency, sum_exactly
from performance.domain.checks import (
    Check,
    DeliveryIsWrong,
    Fault,
    checked,
    each_of,
    number_of,
    or_nothing,
    plain,
    text_of,
    wrong,
)
from performance.domain.fields import CustomField, fields_told, in_order

LINES_MAX = 200
QUANTITY_DIGITS_MAX = 6
"""Digits after the point that a quantity may have."""
TERM_MONTHS_MAX = 600

AMOUNTS = ("amount", "margin", "value_per_year")
"""What of a line is money in the deal's currency."""

_LINE_ID = re.compile(r"[A-Za-z0-9._:~-]{1,60}")
_PRODUCT_ID = re.compile(r"[A-Za-z0-9._:~-]{1,80}")


class Line(Value, tag=False):
    """A part of a deal. Amounts are in the deal's currency; a margin may be a loss.

    What recurs has a value per year, a term in months, and is new or a renewal.
    """

    line_id: str
    amount: Decimal
    product_id: str | None = None
    type: str | None = None
    quantity: Decimal | None = None
    margin: Decimal | None = None
    value_per_year: Decimal | None = None
    term_months: int | None = None
    renewal: bool | None = None
    fields: tuple[CustomField, ...] = ()


def lines_of(written: object) -> tuple[Line, ...]:
    """Return the lines of a deal, each with an id of its own."""
    lines = tuple(each_of(written, line_of, LINES_MAX))
    ids = [line.line_id for line in lines]
    known: set[str] = set()
    twice = [place for place, line_id in enumerate(ids) if line_id in known or known.add(line_id)]
    faults = [Fault(pointer=f"/{place}/line_id", detail="a line's id is its own") for place in twice]
    if total_of(lines) > AMOUNT_MAX:
        faults.append(Fault(pointer="", detail="lines are a trillion together at most"))
    if faults:
        raise DeliveryIsWrong(faults)
    return lines


def total_of(lines: Sequence[Line]) -> Decimal:
    """Return what lines are worth together."""
    return sum_exactly([line.amount for line in lines])


def line_of(written: object) -> Line:
    """Return one line."""
    found, faults = checked(written, LINE, required=("line_id", "amount"))
    if faults:
        raise DeliveryIsWrong(faults)
    return Line(**found)


def line_id_of(written: object) -> str:
    """Return a line's id within its deal."""
    if not isinstance(written, str) or not _LINE_ID.fullmatch(written):
        raise wrong("a line's id has 1 to 60 letters, digits and . _ : ~ -")
    return written


def product_id_of(written: object) -> str:
    """Return a product's id."""
    if not isinstance(written, str) or not _PRODUCT_ID.fullmatch(written):
        raise wrong("a product's id has 1 to 80 letters, digits and . _ : ~ -")
    return written


def amount_of(written: object) -> Decimal:
    """Return an amount of money."""
    amount = number_of(written)
    if amount < 0:
        raise wrong("an amount is not negative")
    if amount > AMOUNT_MAX:
        raise wrong("an amount is a trillion at most")
    return amount


def margin_of(written: object) -> Decimal:
    """Return a margin, which may be a loss."""
    margin = number_of(written)
    if not abs(margin) <= AMOUNT_MAX:
        raise wrong("a margin is a trillion at most, gained or lost")
    return margin


def quantity_of(written: object) -> Decimal:
    """Return how much of a product a line is."""
    quantity = amount_of(written)
    if quantity != round(quantity, QUANTITY_DIGITS_MAX):
        raise wrong(f"a quantity has {QUANTITY_DIGITS_MAX} digits after the point at most")
    return plain(quantity)


def months_of(written: object) -> int:
    """Return a term in months."""
    if isinstance(written, bool) or not isinstance(written, int) or not 1 <= written <= TERM_MONTHS_MAX:
        raise wrong(f"a term is 1 to {TERM_MONTHS_MAX} whole months")
    return written


def flag_of(written: object) -> bool:
    """Return a yes or no."""
    if not isinstance(written, bool):
        raise wrong("this has to be true or false")
    return written


LINE: dict[str, Check] = {
    "line_id": line_id_of,
    "amount": amount_of,
    "product_id": or_nothing(product_id_of),
    "type": or_nothing(text_of),
    "quantity": or_nothing(quantity_of),
    "margin": or_nothing(margin_of),
    "value_per_year": or_nothing(amount_of),
    "term_months": or_nothing(months_of),
    "renewal": or_nothing(flag_of),
    "fields": or_nothing(lambda written: in_order(fields_told(written)), ()),
}
"""The members of a line."""


def faults_of_digits(lines: Sequence[Line], currency: str) -> list[Fault]:
    """Return the faults of amounts in lines that their currency cannot pay."""
    faults: list[Fault] = []
    for place, line in enumerate(lines):
        for name in AMOUNTS:
            amount: Decimal | None = getattr(line, name)
            if amount is not None:
                faults += [Fault(pointer=f"/{place}/{name}", detail=detail) for detail in too_fine(amount, currency)]
    return faults


def too_fine(amount: Decimal, currency: str) -> list[str]:
    """Return what is wrong with an amount that has more digits than its currency."""
    try:
        Money.parse(amount, currency)
    except AmountHasTooManyDigits as refused:
        return [f"{currency} has {refused.details['digits_max']} digits after the point"]
    return []


def priced(lines: Sequence[Line], currency: str) -> tuple[Line, ...]:
    """Return lines whose amounts have their currency's digits."""
    return tuple(msgspec.structs.replace(line, **in_digits(line, currency)) for line in lines)


def in_digits(line: Line, currency: str) -> dict[str, Any]:
    """Return a line's amounts with their currency's digits."""
    amounts = {name: getattr(line, name) for name in AMOUNTS}
    return {name: round_to_currency(each, currency) for name, each in amounts.items() if each is not None}
