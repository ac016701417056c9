"""Custom fields over HTTP: each with its name, its type, and its value as JSON writes it exactly."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from edge.bodies import Answer, Body, Day, Name
from performance.domain.checks import DeliveryIsWrong, Fault
from performance.domain.fields import (
    CustomField,
    DayField,
    FlagField,
    NumberField,
    TextField,
    bounded,
    in_order,
)

FieldName: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$", examples=["region"])]


class TextFieldBody(Body):
    """A line of text."""

    name: FieldName
    type: Literal["text"]
    value: Name


class NumberFieldBody(Body):
    """A number, as text in plain digits."""

    name: FieldName
    type: Literal["number"]
    value: Annotated[str, Field(pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,12})?$", examples=["12.5"], strict=True)]


class FlagFieldBody(Body):
    """Yes or no."""

    name: FieldName
    type: Literal["flag"]
    value: Annotated[bool, Field(strict=True)]


class DayFieldBody(Body):
    """A day."""

    name: FieldName
    type: Literal["day"]
    value: Day


FieldBody: TypeAlias = Annotated[
    TextFieldBody | NumberFieldBody | FlagFieldBody | DayFieldBody, Field(discriminator="type")
]
Fields: TypeAlias = Annotated[
    list[FieldBody], Field(max_length=50, examples=[[{"name": "region", "type": "text", "value": "EMEA"}]])
]


class FieldAnswer(Answer):
    """A custom field. A number is text in plain digits, a day `2026-01-31`."""

    name: Annotated[str, Field(examples=["region"])]
    type: Literal["text", "number", "flag", "day"]
    value: Annotated[str | bool, Field(examples=["EMEA"])]


def fields_in(bodies: Sequence[FieldBody], place: str) -> tuple[CustomField, ...]:
    """Return the custom fields of a list. Raises `DeliveryIsWrong` for a name that comes twice."""
    names = [each.name for each in bodies]
    twice = [number for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise DeliveryIsWrong([Fault(pointer=f"{place}/{number}/name", detail="comes twice") for number in twice])
    return in_order({each.name: field_in(each) for each in bodies})


def field_in(body: FieldBody) -> CustomField:
    """Return the custom field that a body is."""
    match body:
        case TextFieldBody():
            return TextField(name=body.name, value=body.value)
        case NumberFieldBody():
            return NumberField(name=body.name, value=bounded(Decimal(body.value)))
        case FlagFieldBody():
            return FlagField(name=body.name, value=body.value)
        case DayFieldBody():
            return DayField(name=body.name, value=body.value)


def fields_answered(fields: Iterable[CustomField]) -> list[FieldAnswer]:
    """Return custom fields as they are answered."""
    return [field_answered(each) for each in fields]


def field_answered(field: CustomField) -> FieldAnswer:
    """Return one custom field as it is answered."""
    match field:
        case TextField(name=name, value=text):
            return FieldAnswer(name=name, type="text", value=text)
        case NumberField(name=name, value=number):
            return FieldAnswer(name=name, type="number", value=format(number, "f"))
        case FlagField(name=name, value=flag):
            return FieldAnswer(name=name, type="flag", value=flag)
        case DayField(name=name, value=day):
            return FieldAnswer(name=name, type="day", value=day.isoformat())
