"""Contracts as CloudEvents 1.0: a `Letter` here, a Kafka message in binary mode on the wire, others' structured JSON.

Attributes are headers `ce_<name>`, the data are the value, untouched. `content-type` and `traceparent` keep their
plain names, as the Kafka binding and W3C want it.
"""

import base64
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec

from events.domain import Value
from events.wire.promises import Message

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
STRUCTURED = "application/cloudevents"
PREFIX = "ce_"
SEQUENCE_DIGITS = 20
TYPES_REMEMBERED_MAX = 4_096
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


@lru_cache(maxsize=TYPES_REMEMBERED_MAX)
def type_of(service: str, contract: str) -> str:
    """Return the type of a contract's letters: goals, PersonHiredV1 → attain.goals.PersonHired.v1."""
    named = _CONTRACT.fullmatch(contract)
    if named is None:
        message = f"a contract's name ends in its version: {contract!r}"
        raise ValueError(message)
    return f"attain.{service}.{named['event']}.v{named['number']}"


@lru_cache(maxsize=TYPES_REMEMBERED_MAX)
def schema_of(type_name: str) -> str:
    """Return the absolute URI of a type's schema: attain.goals.PersonHired.v1 → …/goals/PersonHired/v1."""
    return f"{SCHEMAS}/{type_name.removeprefix('attain.').replace('.', '/')}"


@lru_cache(maxsize=TYPES_REMEMBERED_MAX)
def contract_of(type_name: str) -> str | None:
    """Return the class name of a type's contract, attain.goals.PersonHired.v1 → PersonHiredV1; none if not ours."""
    named = _TYPE.fullmatch(type_name)
    return f"{named['event']}{named['version'].upper()}" if named else None


def to_message(letter: Letter) -> Message:
    """Return the message that carries a letter, in binary mode."""
    headers = _headers(letter)
    headers["content-type"] = CONTENT_TYPE
    if letter.traceparent is not None:
        headers["traceparent"] = letter.traceparent
    return Message(key=letter.subject, headers=headers, value=letter.data)


def from_message(message: Message) -> Letter:
    """Return the letter that a message carries, in binary or structured mode.

    Raises `LetterIsMalformed`. Attributes that are not ours are passed over.
    """
    said: dict[str, Any] = {}
    for name, value in message.headers.items():
        attribute = _HEADERS.get(name) or _HEADERS.get(name.lower())
        if attribute is not None:
            said[attribute] = value
    if said.pop("content-type", "").lower().startswith(STRUCTURED):
        return from_structured(message.value)
    return _letter(said, message.value)


def to_structured(letter: Letter) -> bytes:
    """Return a letter as one JSON document, for people and for receivers without headers."""
    attributes = {name.removeprefix(PREFIX): value for name, value in _headers(letter).items()}
    event: dict[str, Any] = {**attributes, "datacontenttype": CONTENT_TYPE, **_member(letter.data)}
    if letter.traceparent is not None:
        event["traceparent"] = letter.traceparent
    return msgspec.json.encode(event)


def from_structured(document: bytes) -> Letter:
    """Return the letter in a JSON document. Raises `LetterIsMalformed`."""
    try:
        members = msgspec.json.decode(document, type=dict[str, msgspec.Raw])
        data = _data(members)
        said = {_ATTRIBUTES[name]: _text(raw) for name, raw in members.items() if is_said(name, raw)}
    except (msgspec.DecodeError, ValueError, KeyError) as error:  # a ValueError: what is not base64, or not UTF-8
        message = f"not a JSON document with data: {error}"
        raise LetterIsMalformed(message) from error
    return _letter(said, data)


def is_said(name: str, raw: msgspec.Raw) -> bool:
    """Say whether a member is an attribute of ours, and says something."""
    return name in _ATTRIBUTES and bytes(raw) != b"null"


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


def _headers(letter: Letter) -> dict[str, str]:
    headers = {
        "ce_specversion": SPEC_VERSION,
        "ce_id": str(letter.id),
        "ce_source": letter.source,
        "ce_type": letter.type,
        "ce_subject": letter.subject,
        "ce_time": letter.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce_sequence": f"{letter.sequence:0{SEQUENCE_DIGITS}}",
        "ce_position": str(letter.position),
        "ce_partitionkey": letter.subject,
        "ce_correlationid": str(letter.correlation_id),
    }
    if letter.dataschema is not None:
        headers["ce_dataschema"] = letter.dataschema
    if letter.causation_id is not None:
        headers["ce_causationid"] = str(letter.causation_id)
    return headers


def _letter(said: dict[str, Any], data: bytes) -> Letter:
    """Return the letter that attributes, as text and by the names of its fields, and data make."""
    if said.get("specversion") != SPEC_VERSION:
        message = f"specversion is not {SPEC_VERSION} but {said.get('specversion')!r}"
        raise LetterIsMalformed(message)
    if "\0" in "".join(said.values()):
        message = "an attribute holds a NUL character, which no database keeps"
        raise LetterIsMalformed(message)
    for name in said.keys() & _NUMBERS:
        said[name] = _number(said[name])
    said["data"] = data
    try:
        return msgspec.convert(said, Letter, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise LetterIsMalformed(str(error)) from error


def _number(digits: str) -> int | str:
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= SEQUENCE_DIGITS else digits


_NUMBERS = frozenset({"sequence", "position"})
_ATTRIBUTES = {
    name: {"correlationid": "correlation_id", "causationid": "causation_id"}.get(name, name)
    for name in (
        *("specversion", "id", "source", "type", "subject", "time", "dataschema", "sequence", "position"),
        *("partitionkey", "correlationid", "causationid", "traceparent"),
    )
}
"""The field of each attribute that is ours; of those that no letter keeps, what is checked or passed over."""
_HEADERS = {
    **{f"{PREFIX}{name}": field for name, field in _ATTRIBUTES.items() if name != "traceparent"},
    **{name: name for name in ("traceparent", "content-type")},
}
