"""Our document by the schema of AsyncAPI's own authors, which also finds what is put wrong on purpose."""

import copy
from typing import Any

import jsonschema_rs
import pytest

from attain.contracts.documents import whole
from attain.everything import SERVICES
from events.language.asyncapi import VERSION
from tests.contracts.official.schema import official_schema
from tests.contracts.test_asyncapi import alone


def faults(shown: Any) -> list[str]:
    """Return what the official schema finds wrong, by place."""
    official = jsonschema_rs.Draft7Validator(official_schema(VERSION))
    return ["/".join(map(str, each.instance_path)) for each in official.iter_errors(shown)]


@pytest.mark.parametrize("service", [None, *SERVICES])
def test_the_official_schema_finds_no_fault(service: str | None) -> None:
    assert faults(whole() if service is None else alone(service)) == []


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("info/title", None),
        ("asyncapi", "2.6.0"),
        ("operations/goals.tells/action", "publish"),
        ("channels/goals/topic", "attain.goals.v1"),
        ("channels/goals/bindings/kafka/partitions", 0),
        ("channels/goals/bindings/kafka/topicConfiguration/cleanup.policy", ["keep"]),
        ("components/correlationIds/request/location", "ce_correlationid"),
        ("components/schemas/Money/type", "decimal"),
        ("components/schemas/Personal/discriminator", {"propertyName": "type"}),
        ("components/messages/attain.goals.PersonHired.v1/contentType", 1),
    ],
)
def test_the_official_schema_finds_what_is_put_wrong(place: str, wrong: Any) -> None:
    broken: Any = copy.deepcopy(whole())
    *way, last = place.split("/")
    part = broken
    for step in way:
        part = part[step]
    if wrong is None:
        del part[last]
    else:
        part[last] = wrong
    found = faults(broken)
    assert found
    assert all(place.startswith(each) for each in found)
