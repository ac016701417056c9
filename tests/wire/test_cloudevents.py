"""Letters as CloudEvents 1.0: nothing is lost on the way, and what is no CloudEvent is refused by name."""

import json
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.wire.cloudevents import (
    Letter,
    LetterIsMalformed,
    contract_of,
    from_message,
    from_structured,
    source_of,
    to_message,
    to_structured,
    type_of,
)
from events.wire.promises import Message

SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "specs" / "cloudevents-1.0.2.schema.json"
ID = UUID("01930000-0000-7000-8000-000000000001")
HIRED = Letter(
    id=ID,
    source=source_of("goals"),
    type=type_of("goals", "PersonHiredV1"),
    subject="person-p1",
    time=datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
    sequence=7,
    position=12,
    correlation_id=ID,
    data=b'{"person_id":"p1"}',
)
words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1)
letters = st.builds(
    Letter,
    id=st.uuids(),
    source=st.just("/services/goals"),
    type=st.just("attain.goals.PersonHired.v1"),
    subject=words,
    time=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8))])),
    dataschema=st.none() | st.just("urn:attain:goals:PersonHired.v1"),
    sequence=st.integers(0, 2**63 - 1),
    position=st.integers(0, 2**63 - 1),
    correlation_id=st.uuids(),
    causation_id=st.none() | st.uuids(),
    traceparent=st.none() | st.just("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    data=st.dictionaries(words, words).map(lambda members: json.dumps(members).encode()),
)


@for_all(letter=letters)
def test_a_letter_arrives_as_it_was_sent(letter: Letter) -> None:
    assert from_message(to_message(letter)) == letter


@for_all(letter=letters)
def test_a_structured_letter_says_the_same(letter: Letter) -> None:
    structured = Message(
        key=letter.subject,
        headers={"Content-Type": "application/cloudevents+json; charset=UTF-8"},
        value=to_structured(letter),
    )
    assert from_message(structured) == letter


def test_a_message_has_the_headers_of_the_kafka_binding() -> None:
    assert to_message(HIRED) == Message(
        key="person-p1",
        headers={
            "ce_specversion": "1.0",
            "ce_id": "01930000-0000-7000-8000-000000000001",
            "ce_source": "/services/goals",
            "ce_type": "attain.goals.PersonHired.v1",
            "ce_subject": "person-p1",
            "ce_time": "2026-01-31T23:00:00Z",
            "ce_sequence": "00000000000000000007",
            "ce_position": "12",
            "ce_partitionkey": "person-p1",
            "ce_correlationid": "01930000-0000-7000-8000-000000000001",
            "content-type": "application/json",
        },
        value=b'{"person_id":"p1"}',
    )


@for_all(one=st.integers(0, 2**63 - 1), other=st.integers(0, 2**63 - 1))
def test_sequences_sort_as_text_as_they_do_as_numbers(one: int, other: int) -> None:
    as_text = [to_message(changed(sequence=number)).headers["ce_sequence"] for number in (one, other)]
    assert (as_text[0] < as_text[1]) == (one < other)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the published schema of CloudEvents is not beside this checkout")
@for_all(letter=letters)
def test_the_structured_form_obeys_the_published_schema(letter: Letter) -> None:
    published_schema().validate(json.loads(to_structured(letter)))


@cache
def published_schema() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))


def test_a_type_names_the_service_the_event_and_its_version() -> None:
    assert type_of("compensation", "StatementPublishedV12") == "attain.compensation.StatementPublished.v12"
    assert contract_of("attain.compensation.StatementPublished.v12") == "StatementPublishedV12"
    assert contract_of("com.example.object.deleted.v2") is None
    with pytest.raises(ValueError, match="ends in its version"):
        type_of("goals", "PersonHired")


@pytest.mark.parametrize(
    ("header", "value", "named"),
    [
        ("ce_specversion", "0.3", "specversion"),
        ("ce_specversion", None, "specversion"),
        ("ce_id", "7", "id"),
        ("ce_id", None, "id"),
        ("ce_source", "", "source"),
        ("ce_type", None, "type"),
        ("ce_subject", "", "subject"),
        ("ce_time", "2026-01-31T23:00:00", "time"),
        ("ce_time", "0", "time"),
        ("ce_sequence", "-1", "sequence"),
        ("ce_sequence", "1.5", "sequence"),
        ("ce_position", None, "position"),
        ("ce_correlationid", "none", "correlation_id"),
        ("ce_causationid", "", "causation_id"),
    ],
)
def test_a_malformed_attribute_is_named(header: str, value: str | None, named: str) -> None:
    headers = {name: text for name, text in to_message(HIRED).headers.items() if name != header}
    if value is not None:
        headers[header] = value
    with pytest.raises(LetterIsMalformed, match=named):
        from_message(Message(key="person-p1", headers=headers, value=b"{}"))


@pytest.mark.parametrize("document", [b"", b"[]", b"{", b'{"specversion":"1.0"}', b"\xff", b"null"])
def test_what_is_no_structured_letter_is_refused(document: bytes) -> None:
    with pytest.raises(LetterIsMalformed):
        from_structured(document)


def changed(**fields: Any) -> Letter:
    return Letter(**({name: getattr(HIRED, name) for name in Letter.__struct_fields__} | fields))
