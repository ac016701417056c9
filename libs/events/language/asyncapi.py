"""What services tell and hear as one AsyncAPI 3 document: topics, messages with their headers, who sends and receives.

The payloads are the schemas of `events.language.schema`; none of them uses a word that AsyncAPI's own dialect lacks.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from events.consumer import group_of
from events.domain import Value
from events.generations import topic_of
from events.language.catalogue import heard_by, told_by
from events.language.examples import Example, examples_of
from events.language.headers import LETTER, headers_of
from events.language.schema import components, description_of
from events.wire.cloudevents import CONTENT_TYPE, Letter, schema_of, source_of, to_message, type_of
from events.wire.promises import PARTITIONS

Document: TypeAlias = dict[str, Any]
Heard: TypeAlias = Mapping[str, tuple[type[Value], ...]]

VERSION = "3.0.0"
BINDING_VERSION = "0.5.0"
LATER = r"(\.g[1-9][0-9]*)?"
"""How the group ends that hears a later generation of a topic."""

SCHEMA_PLACE = "#/components/schemas/{name}"
ABOUT = (
    "What the services of Attain tell each other and whoever else subscribes. Events of one subject arrive in their "
    "order, each at least once. A contract only ever gets new optional fields; anything else is a new contract with "
    "the next version, told beside the old one."
)


def document(knowing: Mapping[str, Iterable[type[Value]]], version: str) -> Document:
    """Return the document of some services, by name; of each, the events that it knows. `version` is the release."""
    heard = {name: heard_by(name, types) for name, types in sorted(knowing.items())}
    told = told_in(heard)
    return {
        "asyncapi": VERSION,
        "info": {"title": f"Attain: {', '.join(heard)}", "version": version, "description": ABOUT},
        "defaultContentType": CONTENT_TYPE,
        "channels": {name: channel(name, contracts) for name, contracts in told.items()},
        "operations": operations(heard, told),
        "components": parts(told),
    }


def parts(told: Heard) -> Document:
    """Return the messages of a document and what they are made of."""
    contracts = [(teller, each) for teller, contracts in told.items() for each in contracts]
    names, schemas = components([each for _, each in contracts], SCHEMA_PLACE)
    return {
        "messages": {
            type_of(teller, each.__name__): message(teller, each, name)
            for (teller, each), name in zip(contracts, names, strict=True)
        },
        "schemas": {"Headers": LETTER} | schemas,
        "correlationIds": {
            "request": {
                "description": "One for all that followed from one request.",
                "location": "$message.header#/ce_correlationid",
            }
        },
    }


def told_in(heard: Mapping[str, Heard]) -> dict[str, tuple[type[Value], ...]]:
    """Return the contracts of a document by who tells them: all of its own services, of others what they hear."""
    told = {name: told_by(name) for name in heard}
    for contracts in heard.values():
        for teller, each in contracts.items():
            if teller not in heard:
                told[teller] = tuple(dict.fromkeys((*told.get(teller, ()), *each)))
    return {name: contracts for name, contracts in sorted(told.items()) if contracts}


def channel(service: str, contracts: Iterable[type[Value]]) -> Document:
    """Return the topic of a service."""
    names = [type_of(service, each.__name__) for each in contracts]
    return {
        "address": topic_of(service),
        "title": f"What {service} tells",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic_of(service),
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def operations(heard: Mapping[str, Heard], told: Heard) -> Document:
    """Return who sends and who receives what."""
    sent = {
        f"{name}.tells": operation("send", name, told[name]) | {"summary": f"{name} tells what others may know."}
        for name in heard
        if name in told
    }
    received = {
        f"{name}.hears.{teller}": operation("receive", teller, contracts)
        | {
            "summary": f"{name} hears {teller}.",
            "bindings": {
                "kafka": {
                    "groupId": {"type": "string", "pattern": rf"^{re.escape(group_of(name, teller))}{LATER}$"},
                    "bindingVersion": BINDING_VERSION,
                },
            },
        }
        for name, tellers in heard.items()
        for teller, contracts in tellers.items()
    }
    return sent | received


def operation(action: str, teller: str, contracts: Iterable[type[Value]]) -> Document:
    """Return what is done with some messages of a service's topic."""
    place = f"#/channels/{teller}"
    names = [type_of(teller, each.__name__) for each in contracts]
    return {
        "action": action,
        "channel": {"$ref": place},
        "messages": [{"$ref": f"{place}/messages/{name}"} for name in names],
    }


def message(teller: str, contract: type[Value], schema_name: str) -> Document:
    """Return the message that carries a contract."""
    name = type_of(teller, contract.__name__)
    described = description_of(contract)
    return {
        "name": name,
        "title": contract.__name__,
        "summary": described.split("\n\n")[0],
        "description": f"{described}\n\nThe payload's JSON Schema is called {schema_of(name)}",
        "contentType": CONTENT_TYPE,
        "correlationId": {"$ref": "#/components/correlationIds/request"},
        "headers": headers_of(teller, name, {"$ref": SCHEMA_PLACE.format(name="Headers")}),
        "payload": {"$ref": SCHEMA_PLACE.format(name=schema_name)},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": "The subject: its events stay in one partition, in order."},
                "bindingVersion": BINDING_VERSION,
            }
        },
        "examples": [as_sent(teller, each) for each in examples_of(contract)],
    }


def as_sent(teller: str, example: Example) -> Document:
    """Return an example as it stands on the topic."""
    name = type_of(teller, type(example.contract).__name__)
    letter = Letter(
        id=UUID(f"01930c5e-7d4a-7c21-9e1b-{example.sequence:012}"),
        source=source_of(teller),
        type=name,
        subject=example.stream,
        time=datetime(2026, 4, 2, 15, tzinfo=UTC),
        dataschema=schema_of(name),
        sequence=example.sequence,
        position=1_000 + example.sequence,
        correlation_id=UUID("01930c5e-7d4a-7c21-9e1b-3f1f5a2b6c7d"),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        data=msgspec.json.encode(example.contract),
    )
    sent = to_message(letter)
    return {"headers": dict(sent.headers), "payload": msgspec.json.decode(sent.value)}
