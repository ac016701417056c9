"""Custom fields: what a CRM's own columns say of a deal or of one of its lines. Each holds one of four kinds of value.

A JSON document says which by how it writes it: text, a number, true or false, or a day, which is a text such as
2026-01-31 that is one.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import TypeAlias, cast

from events.domain import Value
from performance.domain.checks import (
    DAY_MAX,
    DAY_MIN,
    DeliveryIsWrong,
    Fault,
    escaped,
    number_of,
    plain,
    text_of,
    wrong,
)

FIELDS_MAX = 50
"""How many custom fields a delivery may tell of a deal, or of one line."""
FIELDS_KEPT_MAX = 200
"""How many custom fields a deal may have, whoever told them."""
NUMBER_MAX = Decimal(10) ** 15
NUMBER_DIGITS_MAX = 12
"""Digits after the point that a number may have."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,59}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class TextField(Value):
    """A custom field that holds a line of text."""

    name: str
    value: str


class NumberField(Value):
    """A custom field that holds a number."""

    name: str
    value: Decimal


class FlagField(Value):
    """A custom field that holds yes or no."""

    name: str
    value: bool


class DayField(Value):
    """A custom field that holds a day."""

    name: str
    value: date


CustomField: TypeAlias = TextField | NumberField | FlagField | DayField


def fields_told(written: object) -> dict[str, CustomField | None]:
    """Return what an object says of custom fields; null takes a field away."""
    if not isinstance(written, dict):
        raise wrong("this has to be an object")
    members = cast("dict[str, object]", written)
    if len(members) > FIELDS_MAX:
        raise wrong(f"there are {FIELDS_MAX} custom fields at most")
    found: dict[str, CustomField | None] = {}
    faults: list[Fault] = []
    for name, value in members.items():
        try:
            found[name] = field_of(name, value)
        except DeliveryIsWrong as error:
            faults += [Fault(pointer=f"/{escaped(name)}", detail=each.detail) for each in error.faults]
    if faults:
        raise DeliveryIsWrong(faults)
    return found


def field_of(name: str, written: object) -> CustomField | None:
    """Return a custom field as it is written, nothing for null."""
    if not _NAME.fullmatch(name):
        raise wrong("a custom field's name has 1 to 60 letters, digits and . _ : -, the first a letter or digit")
    match written:
        case None:
            return None
        case bool():
            return FlagField(name=name, value=written)
        case int() | Decimal():
            return NumberField(name=name, value=bounded(number_of(written)))
        case str():
            day = day_in(written)
            return TextField(name=name, value=text_of(written)) if day is None else DayField(name=name, value=day)
        case _:
            raise wrong("a custom field holds text, a number, true or false, or a day")


def bounded(number: Decimal) -> Decimal:
    """Return a number that every reader can hold."""
    if not number.is_finite() or abs(number) > NUMBER_MAX:
        raise wrong(f"a number is {NUMBER_MAX:f} at most, on either side of zero")
    if number != round(number, NUMBER_DIGITS_MAX):
        raise wrong(f"a number has {NUMBER_DIGITS_MAX} digits after the point at most")
    return plain(number)


def day_in(text: str) -> date | None:
    """Return the day that a text is, if it is one."""
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            day = date.fromisoformat(text)
            return day if DAY_MIN <= day <= DAY_MAX else None
    return None


def in_order(fields: Mapping[str, CustomField | None]) -> tuple[CustomField, ...]:
    """Return the fields that are there, by name."""
    return tuple(each for _, each in sorted(fields.items()) if each is not None)


def by_name(fields: Sequence[CustomField]) -> dict[str, CustomField | None]:
    """Return fields by their names."""
    return {each.name: each for each in fields}
