"""How rows keep custom fields, whose kinds JSON alone would not tell apart: as the contract writes them."""

from datetime import date
from decimal import Decimal

import msgspec

from compensation.domain.document.condition import Scalar
from compensation.domain.engine.line import Fields
from events.contracts.performance import CustomField, DayField, FlagField, NumberField, TextField

_decoder = msgspec.json.Decoder(tuple[CustomField, ...])


def written(fields: tuple[CustomField, ...]) -> str | None:
    """Return fields as a row keeps them; nothing if there are none."""
    return msgspec.json.encode(fields).decode() if fields else None


def written_fields(fields: Fields) -> str | None:
    """Return fields as the pay engine has them as a row keeps them; nothing if there are none."""
    return written(tuple(field_of(name, value) for name, value in fields)) if fields else None


def field_of(name: str, value: Scalar) -> CustomField:
    """Return a field as the contract writes it."""
    match value:
        case bool():
            return FlagField(name=name, value=value)
        case Decimal():
            return NumberField(name=name, value=value)
        case date():
            return DayField(name=name, value=value)
        case str():
            return TextField(name=name, value=value)


def fields_in(text: str | None) -> Fields:
    """Return the fields that a row keeps."""
    return tuple((each.name, each.value) for each in _decoder.decode(text)) if text else ()
