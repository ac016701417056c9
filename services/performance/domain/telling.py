"""What a delivery tells of a deal, and what of it counts: each field on its own, by whose word is the newer one."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from events.domain import Refused, Value
from money.money import Money
from performance.domain.fields import CustomField, by_name, in_order
from performance.domain.lines import Line
from performance.domain.terms import Owner, Split, Stamp, Status, Terms

T = TypeVar("T")


class TakeDelivery(Value):
    """Take what a source says of the deal: only the fields that the delivery has.

    An amount comes with its currency, but for a deal that has one; a deal that is won comes with its booking day.
    """

    stamp: Stamp
    status: Status | UnsetType = UNSET
    owner: Owner | UnsetType | None = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    splits: tuple[Split, ...] | UnsetType = UNSET
    stage: str | UnsetType | None = UNSET
    account: str | UnsetType | None = UNSET
    product: str | UnsetType | None = UNSET
    opened_on: date | UnsetType | None = UNSET
    booked_on: date | UnsetType = UNSET
    lines: tuple[Line, ...] | UnsetType = UNSET
    fields: Mapping[str, CustomField | None] | UnsetType = UNSET
    cancelled_on: date | UnsetType | None = UNSET
    reason: str | None = None


FIELDS = (
    "status",
    "owner",
    "amount",
    "currency",
    "splits",
    "stage",
    "account",
    "product",
    "opened_on",
    "booked_on",
    "lines",
    "cancelled_on",
)
"""What a delivery may tell, each with a stamp of its own, as every custom field has."""

CUSTOM = "fields."
"""What stands before a custom field's name among the names of what was told."""


class DealHasNoCurrency(Refused):
    """An amount without a currency is understood only for a deal that has one."""


def told_by(command: TakeDelivery, stamps: Mapping[str, Stamp]) -> tuple[str, ...]:
    """Return the fields that the delivery has and that nothing newer has set."""
    custom = () if isinstance(command.fields, UnsetType) else sorted(command.fields)
    had = [*(name for name in FIELDS if getattr(command, name) is not UNSET), *(CUSTOM + name for name in custom)]
    return tuple(name for name in had if command.stamp.beats(stamps.get(name)))


def terms_after(command: TakeDelivery, terms: Terms, told: tuple[str, ...]) -> Terms:
    """Return the terms with what was told."""
    changes: dict[str, Any] = {name: getattr(command, name) for name in told if name in Terms.__struct_fields__}
    if "amount" in told or "currency" in told:
        changes["amount"] = amount_after(command, terms.amount, told)
    if not isinstance(command.fields, UnsetType):
        newer = {name: each for name, each in command.fields.items() if CUSTOM + name in told}
        changes["fields"] = in_order(by_name(terms.fields) | newer)
    return msgspec.structs.replace(terms, **changes)


def amount_after(command: TakeDelivery, before: Money | None, told: tuple[str, ...]) -> Money:
    """Return the amount: number and currency have stamps of their own, since a delivery may bring the number alone."""
    number = command.amount if "amount" in told else UNSET
    currency = command.currency if "currency" in told else UNSET
    if before is not None:
        return Money(amount=_said(number, before.amount), currency=_said(currency, before.currency))
    if isinstance(number, UnsetType) or isinstance(currency, UnsetType):
        raise DealHasNoCurrency
    return Money(amount=number, currency=currency)


def differences(before: Terms, after: Terms) -> tuple[str, ...]:
    """Return the names of the terms that differ."""
    return tuple(name for name in Terms.__struct_fields__ if getattr(before, name) != getattr(after, name))


def _said(told: T | UnsetType, before: T) -> T:
    return before if isinstance(told, UnsetType) else told
