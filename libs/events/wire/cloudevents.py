"""Contracts as CloudEvents 1.0: a `Letter` here, a Kafka message in binary mode on the wire, others' structured JSON.

Attributes are headers `ce_<name>`, the data are the value, untouched. `content-type` and `traceparent` keep their
plain names, as the Kafka binding and W3C want it.
"""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec

from events.domain import Value
from events.wire.promises import Message

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
STRUCTURED = "application/cloudevents"
SEQUENCE_DIGITS = 20
SCHEMAS = "https://schemas.attain.example"
"""Under this address every contract has a schema of its own. It is a name that letters carry for ever, not a server."""

_TYPE = re.compile(r"attain\.(?P<service>[a-z]+)\.(?P<event>[A-Za-z0-9]+)\.(?P<version>v\d+)")
_CONTRACT = re.compile(r"(?P<event>[A-Za-z0-9]+?)V(?P<number>\d+)")


Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
Number: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class LetterIsMalformed(Exception):
    """A message is no CloudEvent of ours: an attribute is missing or cannot be read. The message names it."""


class Letter(Value, tag=False):
    """One published event on its way, or as it arrived. `subject` is its stream and the key that orders it.

    `sequence` grows by stream and may have gaps, `position` is the event's place in its service's log, `source`
    reads `/services/goals`, `type` `attain.goals.PersonHired.v1`. `data` is the contract as JSON,
    `dataschema` the absolute URI of its schema.
    """

    id: UUID
    source: Name
    type: Name
    subject: Name
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    dataschema: str | None = None
    sequence: Number
    position: Number
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    data: bytes


def source_of(service: str) -> str:
    """Return the source of a service's letters: goals → /services/goals."""
    return f"/services/{service}"


def type_of(service: str, contract: str) -> str:
    """Return the type of a contract's letters: goals, PersonHiredV1 → attain.goals.PersonHired.v1."""
    named = _CONTRACT.fullmatch(contract)
    if named is None:
        message = f"a contract's name ends in its version: {contract!r}"
        raise ValueError(message)
    return f"attain.{service}.{named['event']}.v{named['number']}"


def schema_of(type_name: str) -> str:
    """Return the absolute URI of a type's schema: attain.goals.PersonHired.v1 → …/goals/PersonHired/v1."""
    return f"{SCHEMAS}/{type_name.removeprefix('attain.').replace('.', '/')}"


def contract_of(type_name: str) -> str | None:
    """Return the class name of a type's contract, attain.goals.PersonHired.v1 → PersonHiredV1; none if not ours."""
    named = _TYPE.fullmatch(type_name)
    return f"{named['event']}{named['version'].upper()}" if named else None


def to_message(letter: Letter) -> Message:
    """Return the message that carries a letter, in binary mode."""
    headers = {f"ce_{name}": value for name, value in _attributes(letter).items()}
    headers["content-type"] = CONTENT_TYPE
    if letter.traceparent is not None:
        headers["traceparent"] = letter.traceparent
    return Message(key=letter.subject, headers=headers, value=letter.data)


def from_message(message: Message) -> Letter:
    """Return the letter that a message carries, in binary or structured mode.

    Raises `LetterIsMalformed`. Attributes that are not ours are passed over.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    if headers.get("content-type", "").lower().startswith(STRUCTURED):
        return from_structured(message.value)
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    return _letter(attributes, headers.get("traceparent"), message.value)


def to_structured(letter: Letter) -> bytes:
    """Return a letter as one JSON document, for people and for receivers without headers."""
    event: dict[str, Any] = {**_attributes(letter), "datacontenttype": CONTENT_TYPE, **_member(letter.data)}
    if letter.traceparent is not None:
        event["traceparent"] = letter.traceparent
    return msgspec.json.encode(event)


def from_structured(document: bytes) -> Letter:
    """Return the letter in a JSON document. Raises `LetterIsMalformed`."""
    try:
        members = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
        data = _data(members)
        attributes = {name: _text(raw) for name, raw in members.items() if bytes(raw) != b"null"}
    except (msgspec.DecodeError, ValueError, KeyError) as error:  # a ValueError: what is not base64, or not UTF-8
        message = f"not a JSON document with data: {error}"
        raise LetterIsMalformed(message) from error
    return _letter(attributes, attributes.get("traceparent"), data)


def _member(data: bytes) -> dict[str, Any]:
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {"data_base64": base64.b64encode(data).decode()}
    return {"data": msgspec.Raw(data)}


def _data(members: dict[str, msgspec.Raw]) -> bytes:
    if "data_base64" in members:
        return base64.b64decode(_text(members.pop("data_base64")), validate=True)
    return bytes(members.pop("data"))


def _text(raw: msgspec.Raw) -> str:
    value: Any = msgspec.json.decode(raw)
    return value if isinstance(value, str) else bytes(raw).decode()


def _attributes(letter: Letter) -> dict[str, str]:
    attributes = {
        "specversion": SPEC_VERSION,
        "id": str(letter.id),
        "source": letter.source,
        "type": letter.type,
        "subject": letter.subject,
        "time": letter.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "sequence": f"{letter.sequence:0{SEQUENCE_DIGITS}}",
        "position": str(letter.position),
        "partitionkey": letter.subject,
        "correlationid": str(letter.correlation_id),
    }
    if letter.dataschema is not None:
        attributes["dataschema"] = letter.dataschema
    if letter.causation_id is not None:
        attributes["causationid"] = str(letter.causation_id)
    return attributes


def _letter(attributes: Mapping[str, str], traceparent: str | None, data: bytes) -> Letter:
    if attributes.get("specversion") != SPEC_VERSION:
        message = f"specversion is not {SPEC_VERSION} but {attributes.get('specversion')!r}"
        raise LetterIsMalformed(message)
    if "\0" in "".join((*attributes.values(), traceparent or "")):
        message = "an attribute holds a NUL character, which no database keeps"
        raise LetterIsMalformed(message)
    fields: dict[str, Any] = {_FIELDS.get(name, name): value for name, value in attributes.items()}
    numbers = {name: _number(attributes[name]) for name in ("sequence", "position") if name in attributes}
    try:
        return msgspec.convert(
            fields | numbers | {"traceparent": traceparent, "data": data}, Letter, builtin_types=(bytes,)
        )
    except msgspec.ValidationError as error:
        raise LetterIsMalformed(str(error)) from error


def _number(digits: str) -> int | str:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= SEQUENCE_DIGITS else digits


_FIELDS = {"correlationid": "correlation_id", "causationid": "causation_id"}
