"""A line of a deal: what of it is which product, of which type, for how much, and for how long."""

from decimal import Decimal
from typing import TypeAlias

from compensation.domain.document.condition import Scalar
from events.domain import Value

Fields: TypeAlias = tuple[tuple[str, Scalar], ...]
"""Custom fields: the CRM's name of each, and what it holds."""


class Line(Value, tag=False):
    """A part of a deal, all of it: whose share of it is how large is the credit's. `number` counts the deal's lines.

    Amounts are in the deal's currency. What recurs has a value per year, a term in months, and is new or a renewal.
    """

    number: int
    line_id: str
    amount: Decimal
    product_id: str | None = None
    type: str | None = None
    quantity: Decimal | None = None
    margin: Decimal | None = None
    value_per_year: Decimal | None = None
    term_months: int | None = None
    renewal: bool | None = None
    fields: Fields = ()


def number_in(fields: Fields, name: str | None) -> Decimal | None:
    """Return the number that a custom field holds, if it is there and holds one."""
    return next((value for known, value in fields if known == name and isinstance(value, Decimal)), None)
