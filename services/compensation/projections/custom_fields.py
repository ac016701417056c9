"""How rows keep custom fields, whose kinds JSON alone would not tell apart: as the contract writes them."""

import msgspec

from compensation.domain.engine.line import Fields
from events.contracts.performance import CustomField

_decoder = msgspec.json.Decoder(tuple[CustomField, ...])


def written(fields: tuple[CustomField, ...]) -> str | None:
    """Return fields as a row keeps them; nothing if there are none."""
    return msgspec.json.encode(fields).decode() if fields else None


def fields_in(text: str | None) -> Fields:
    """Return the fields that a row keeps."""
    return tuple((each.name, each.value) for each in _decoder.decode(text)) if text else ()
