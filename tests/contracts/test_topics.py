"""What is on the topics is held against what was promised: every message's headers, attributes and data."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from attain.cli import app
from attain.client import connect
from attain.contracts import topics
from attain.contracts.topics import Findings, Inspector, inspect
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES
from attain.fleet import together
from attain.loading import load
from attain.quiet import watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.contracts.goals import PersonHiredV1
from events.domain import Value
from events.generations import topic_of
from events.language.asyncapi import as_sent
from events.language.catalogue import told_by
from events.language.examples import examples_of
from events.running import from_environment
from events.wire.opening import open_wire
from events.wire.promises import Message

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "specs" / "cloudevents-1.0.2.schema.json"
SECONDS_MAX = 60.0

INSPECTOR = Inspector(json.loads(SCHEMA.read_text()) if SCHEMA.exists() else None)


def message(service: str, contract: type[Value], **headers: str | None) -> Message:
    """Return a contract's message as it is sent, but for some headers."""
    sent = as_sent(service, examples_of(contract)[0])
    changed = sent["headers"] | headers
    return Message(
        key=sent["headers"]["ce_subject"],
        headers={name: text for name, text in changed.items() if text is not None},
        value=json.dumps(sent["payload"]).encode(),
    )


def hired(payload: dict[str, Any] | None = None, **headers: str | None) -> Message:
    """Return a message about somebody who was hired, but for some headers and data."""
    sent = message("goals", PersonHiredV1, **headers)
    value = json.dumps(json.loads(sent.value) | (payload or {})).encode()
    return Message(key=sent.key, headers=sent.headers, value=value)


def put(path: Path, topic: str, *messages: Message) -> Findings:
    """Send messages to a topic and return what is found on all topics."""

    async def sent() -> Findings:
        wire = await open_wire(f"sqlite:///{path}")
        await wire.send(topic, messages)
        findings = await inspect(wire, INSPECTOR)
        await wire.aclose()
        return findings

    return asyncio.run(sent())


def check(path: Path, *more: str) -> Result:
    """Check a wire as an operator does."""
    return CliRunner().invoke(app, ["contracts", "check", "--wire", f"sqlite:///{path}", *more])


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_sent_as_promised_has_no_faults(service: str) -> None:
    for each in told_by(service):
        assert INSPECTOR.faults(topic_of(service), message(service, each)) == []
        assert INSPECTOR.faults(topic_of(service, 2), message(service, each)) == []


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (hired({"hired_on": "5 January"}), 'data/hired_on: "5 January" is not a "date"'),
        (hired({"name": "Grace Hopper"}), 'data/name: "Grace Hopper" is not of type "object"'),
        (hired({"type": "PersonLeftV1"}), 'data/type: "PersonLeftV1" is not one of "PersonHiredV1"'),
        (hired(ce_dataschema=None), 'headers/it: "ce_dataschema" is a required property'),
        (hired(ce_type="attain.goals.PersonFired.v1"), "attain.goals.PersonFired.v1 is no contract"),
        (hired(ce_id="7"), "no letter: Invalid UUID - at `$.id`"),
        (hired(ce_subject="person-p-08"), "its key is person-p-07, its subject person-p-08"),
        (
            hired(ce_source="/services/feedback"),
            'headers/ce_source: "/services/goals" was expected',
        ),
    ],
)
def test_a_message_that_breaks_its_promise_is_named_with_the_place(sent: Message, fault: str) -> None:
    assert INSPECTOR.faults("attain.goals.v1", sent) == [fault]


def test_data_that_are_no_json_are_a_fault_and_not_the_end() -> None:
    sent = Message(key="person-p-07", headers=message("goals", PersonHiredV1).headers, value=b"{")
    (fault,) = INSPECTOR.faults("attain.goals.v1", sent)
    assert fault.startswith("data/")


def test_a_contract_on_anothers_topic_is_a_fault() -> None:
    assert INSPECTOR.faults("attain.feedback.v1", hired()) == ["only goals tells attain.goals.PersonHired.v1"]


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schema of CloudEvents is not beside this checkout")
def test_attributes_are_held_against_the_published_schema_too() -> None:
    strict = json.loads(SCHEMA.read_text()) | {"required": ["id", "source", "specversion", "type", "mood"]}
    (fault,) = Inspector(strict).faults("attain.goals.v1", hired())
    assert fault == 'CloudEvents/it: "mood" is a required property'


def test_all_topics_are_read_to_their_end_and_faults_say_where(tmp_path: Path) -> None:
    sound, faulty = hired(), hired({"hired_on": None})
    findings = put(tmp_path / "wire.db", "attain.goals.v1", sound, sound, faulty)
    assert findings.counts == {"attain.goals.PersonHired.v1": 3}
    (fault,) = findings.faults
    assert fault.startswith("attain.goals.v1/")
    assert " at 2: data/hired_on: " in fault
    assert put(tmp_path / "wire.db", "attain.goals.v1.g2", sound).counts == {"attain.goals.PersonHired.v1": 4}


def test_many_faults_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    count = topics.FAULTS_KEPT_MAX + 5
    findings = put(tmp_path / "wire.db", "attain.goals.v1", *[hired({"hired_on": None})] * count)
    assert (findings.fault_count, len(findings.faults)) == (count, topics.FAULTS_KEPT_MAX)


def test_the_command_counts_by_contract_and_fails_on_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "wire.db"
    put(path, "attain.goals.v1", hired())
    checked = check(path, "--cloudevents", str(tmp_path / "absent.json"))
    assert checked.exit_code == 0, checked.output
    assert "attain.goals.PersonHired.v1" in checked.output
    assert "1 messages by the contracts (the schema of CloudEvents is not here): no faults" in checked.output

    put(path, "attain.goals.v1", hired({"hired_on": None}))
    checked = check(path)
    assert checked.exit_code == 1
    assert "data/hired_on" in checked.output
    assert "1 faults" in checked.output


def test_an_empty_wire_has_no_faults(tmp_path: Path) -> None:
    assert check(tmp_path / "wire.db").exit_code == 0


@pytest.mark.system
def test_what_the_services_really_tell_is_what_the_contracts_promise(tmp_path: Path) -> None:
    settings = {"ATTAIN_FOLDER": str(tmp_path)}
    company = draw_company(11, Scale(reps=5, teams=2, deals=120, notes=4))

    async def played(addresses: Mapping[str, str]) -> None:
        where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
        async with (
            connect(addresses, DevelopmentIssuer(tmp_path), secret_in(tmp_path)) as client,
            watching(where) as watch,
        ):
            await client.wait_until_ready()
            await load(client, company, lambda _name, _count: None)
            assert await watch.wait(SECONDS_MAX)

    with together(settings, tmp_path) as fleet:
        asyncio.run(played(fleet.addresses))
    findings = put(tmp_path / "wire.db", "attain.goals.v1")
    assert findings.faults == []
    told = {name.split(".")[1] for name in findings.counts}
    assert told == set(SERVICES)
    assert findings.counts["attain.performance.DealWon.v1"] > 10
