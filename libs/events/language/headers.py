"""The headers of a message as JSON Schema: the attributes of CloudEvents 1.0 in Kafka's binary mode, and the trace."""

from typing import Any

from events.wire.cloudevents import CONTENT_TYPE, SEQUENCE_DIGITS, SPEC_VERSION, schema_of, source_of

Schema = dict[str, Any]

UUID: Schema = {"type": "string", "format": "uuid"}

LETTER: Schema = {
    "title": "Headers",
    "description": "What every message says of its event. Values are UTF-8 text; expect headers that you do not know.",
    "type": "object",
    "required": [
        "content-type",
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_dataschema",
        "ce_sequence",
        "ce_position",
        "ce_partitionkey",
        "ce_correlationid",
    ],
    "properties": {
        "content-type": {"const": CONTENT_TYPE, "description": "Of the value: the contract as JSON."},
        "ce_specversion": {"const": SPEC_VERSION, "description": "CloudEvents 1.0, binary mode."},
        "ce_id": UUID
        | {"description": "The event's id. With ce_source it names the event for ever: drop what you had."},
        "ce_source": {"type": "string", "format": "uri-reference", "description": "The service that tells."},
        "ce_type": {"type": "string", "description": "The contract and its version."},
        "ce_subject": {"type": "string", "minLength": 1, "description": "The stream whose news it is, and the key."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "ce_dataschema": {"type": "string", "format": "uri", "description": "Names the contract's JSON Schema."},
        "ce_sequence": {
            "type": "string",
            "pattern": f"^[0-9]{{{SEQUENCE_DIGITS}}}$",
            "description": "The event's number in its subject, as text that sorts. It grows and may have gaps.",
        },
        "ce_position": {
            "type": "string",
            "pattern": "^[0-9]{1,19}$",
            "description": "The event's place in the log of its service.",
        },
        "ce_partitionkey": {"type": "string", "minLength": 1, "description": "The subject: it chose the partition."},
        "ce_correlationid": UUID | {"description": "One for all that followed from one request."},
        "ce_causationid": UUID | {"description": "The event that this one followed from, if one did."},
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "The trace of the request, by W3C Trace Context.",
        },
    },
}


def headers_of(service: str, type_name: str, letter: Schema) -> Schema:
    """Return the headers of one contract's messages: those of every letter, and its own words in three of them.

    `letter` is the schema for every letter, or a reference to it.
    """
    own = {"ce_source": source_of(service), "ce_type": type_name, "ce_dataschema": schema_of(type_name)}
    return {
        "type": "object",
        "allOf": [letter],
        "properties": {name: {"const": value} for name, value in own.items()},
    }
