"""The AsyncAPI document: who tells what on which topic and who hears it, whole or of one service, nothing dangling."""

import json
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import jsonschema_rs
import pytest

from attain.contracts.documents import blueprints, whole
from attain.contracts.validity import validator
from attain.everything import SERVICES
from edge.serving import VERSION
from events.consumer import group_of
from events.language.asyncapi import document
from events.language.catalogue import told_by
from events.wire.cloudevents import contract_of, from_message, schema_of, type_of
from events.wire.promises import PARTITIONS, Message
from tests.contracts.test_schemas import KEYWORDS

Document = Mapping[str, Any]


def alone(service: str) -> Document:
    """Return what one service says of itself."""
    return document({service: import_module(f"{service}.main").BLUEPRINT.types}, VERSION)


def references(shown: Document) -> list[str]:
    """Return all references in a document."""
    return re.findall(r'"\$ref": "([^"]+)"', json.dumps(shown))


def found(shown: Document, reference: str) -> Any:
    """Return what a reference in a document means."""
    part: Any = shown
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


DOCUMENTS = [whole(), *map(alone, SERVICES)]


@pytest.mark.parametrize("shown", DOCUMENTS, ids=["all", *SERVICES])
def test_every_reference_leads_somewhere(shown: Document) -> None:
    for each in references(shown):
        assert found(shown, each)


@pytest.mark.parametrize("shown", DOCUMENTS, ids=["all", *SERVICES])
def test_nothing_lies_in_a_document_that_nobody_tells_or_hears(shown: Document) -> None:
    reached = set(references(shown))
    for kind, parts in shown["components"].items():
        for name in parts:
            assert f"#/components/{kind}/{name}" in reached


@pytest.mark.parametrize("shown", DOCUMENTS, ids=["all", *SERVICES])
def test_an_operation_only_names_messages_of_its_own_channel(shown: Document) -> None:
    for each in shown["operations"].values():
        assert each["action"] in {"send", "receive"}
        assert each["messages"]
        assert all(message["$ref"].startswith(f"{each['channel']['$ref']}/messages/") for message in each["messages"])


def test_the_whole_names_every_contract_once_on_its_tellers_topic() -> None:
    for service in SERVICES:
        channel = whole()["channels"][service]
        assert channel["address"] == channel["bindings"]["kafka"]["topic"] == f"attain.{service}.v1"
        assert channel["bindings"]["kafka"]["partitions"] == PARTITIONS == 12
        assert list(channel["messages"]) == [type_of(service, each.__name__) for each in told_by(service)]


def test_whoever_hears_a_contract_is_named_and_so_is_who_tells_it() -> None:
    operations = whole()["operations"]
    assert {name for name, each in operations.items() if each["action"] == "send"} == {
        f"{name}.tells" for name in SERVICES
    }
    assert {name for name, each in operations.items() if each["action"] == "receive"} == {
        f"{each.name}.hears.{teller}" for each in blueprints() for teller in each.hears
    }
    heard = operations["compensation.hears.goals"]
    assert {"$ref": "#/channels/goals/messages/attain.goals.QuotaSet.v1"} in heard["messages"]
    assert {"$ref": "#/channels/goals/messages/attain.goals.TeamChanged.v1"} not in heard["messages"]
    group = heard["bindings"]["kafka"]["groupId"]["pattern"]
    names = ["compensation.goals", "compensation.goals.g2", "compensation-goals", "compensation.goals.g02"]
    assert [bool(re.search(group, name)) for name in names] == [True, True, False, False]
    assert group_of("compensation", "goals", 2) == "compensation.goals.g2"


def test_a_service_alone_shows_what_it_tells_and_only_what_it_hears() -> None:
    shown = alone("feedback")
    assert set(shown["channels"]) == {"feedback", "goals"}
    assert set(shown["channels"]["goals"]["messages"]) == {
        "attain.goals.CalendarSet.v1",
        "attain.goals.PersonHired.v1",
        "attain.goals.PersonMoved.v1",
    }
    assert set(shown["operations"]) == {"feedback.tells", "feedback.hears.goals"}


@pytest.mark.parametrize("name", whole()["components"]["messages"])
def test_the_examples_of_a_message_are_letters_that_fit_its_schemas(name: str) -> None:
    message = whole()["components"]["messages"][name]
    headers, payload = (standing_alone(message[part]) for part in ("headers", "payload"))
    assert message["examples"]
    for each in message["examples"]:
        assert validator(headers)(each["headers"]) == []
        assert validator(payload)(each["payload"]) == []
        sent = Message(key=each["headers"]["ce_subject"], headers=each["headers"], value=b"{}")
        letter = from_message(sent)
        assert (letter.type, letter.dataschema) == (name, schema_of(name))
        assert contract_of(name) == each["payload"]["type"]


def standing_alone(schema: Document) -> Document:
    """Return a schema with what it refers to, so that any validator of JSON Schema reads it."""
    return {**schema, "components": whole()["components"]}


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("ce_id", "7"),
        ("ce_type", "attain.goals.PersonFired.v1"),
        ("ce_source", "/services/feedback"),
        ("ce_dataschema", "https://schemas.attain.example/goals/PersonHired/v2"),
        ("ce_time", "yesterday"),
        ("ce_sequence", "7"),
        ("ce_subject", ""),
        ("ce_specversion", "0.3"),
        ("content-type", "text/plain"),
        ("traceparent", "00-1-2-3"),
        ("ce_correlationid", None),
    ],
)
def test_a_wrong_header_is_found(header: str, wrong: str | None) -> None:
    message = whole()["components"]["messages"]["attain.goals.PersonHired.v1"]
    headers = {name: text for name, text in message["examples"][0]["headers"].items() if name != header}
    if wrong is not None:
        headers[header] = wrong
    (fault,) = validator(standing_alone(message["headers"]))(headers)
    assert header in fault


def test_the_schemas_are_of_a_dialect_that_asyncapi_shares_with_draft_7() -> None:
    for each in whole()["components"]["schemas"].values():
        assert each.keys() <= KEYWORDS
        jsonschema_rs.Draft7Validator({**each, "components": whole()["components"]})
