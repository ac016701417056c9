"""The JSON Schemas say of every contract what subscribers may rely on, and what really is told fits them."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import getsource
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from attain.contracts.validity import Validate, validator
from attain.everything import SERVICES
from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.performance import DealWonV1
from events.domain import Value
from events.language.catalogue import contracts_in, heard_by, is_contract, teller_of, told_by
from events.language.examples import STORY, examples_of
from events.language.schema import DECIMAL, DIALECT, document_of
from events.wire.cloudevents import schema_of, type_of
from tests.contracts import tavern

CONTRACTS = [(name, each) for name in SERVICES for each in told_by(name)]
KEYWORDS = {
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "title",
    "description",
    "examples",
    "type",
    "format",
    "pattern",
    "enum",
    "anyOf",
    "properties",
    "required",
    "items",
    "default",
}
"""What the schemas are written in. AsyncAPI's own dialect knows all of them."""


@cache
def validates(service: str, contract: type[Value]) -> Validate:
    return validator(document_of(service, contract))


def subschemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return a schema and all that it is made of."""
    yield schema
    parts = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for part in (*parts, *([schema["items"]] if "items" in schema else [])):
        yield from subschemas(part)


def example(contract: type[Value]) -> dict[str, Any]:
    """Return an example of a contract as it travels."""
    return msgspec.to_builtins(examples_of(contract)[0].contract)


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_every_schema_is_one_and_its_dataschema_is_its_name(service: str, contract: type[Value]) -> None:
    schema = document_of(service, contract)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == schema_of(type_of(service, contract.__name__))
    assert schema["title"] == contract.__name__


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_every_contract_and_value_says_what_it_means(service: str, contract: type[Value]) -> None:
    schema = document_of(service, contract)
    for each in (schema, *schema.get("$defs", {}).values()):
        assert re.fullmatch(r"[A-Z].*\.", each["description"], re.DOTALL), each["title"]
        assert "\n    " not in each["description"]


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_every_contract_has_an_example_that_fits_and_is_read_back(service: str, contract: type[Value]) -> None:
    told = examples_of(contract)
    assert told, f"add {contract.__name__} to the story in events/language/examples.py"
    for each in told:
        text = msgspec.json.encode(each.contract)
        assert validates(service, contract)(msgspec.json.decode(text)) == []
        assert msgspec.json.decode(text, type=contract) == each.contract


def test_what_contracts_have_in_common_is_said_of_each() -> None:
    assert document_of("performance", DealWonV1)["description"].splitlines() == [
        "A deal is won.",
        "",
        "What every contract about a deal says. `source_at` is the source's own time, `changed` names the terms.",
        "",
        "`delivery_id` is the delivery whose word it was, `told` are all the terms that it named, `reason` is the "
        "source's.",
    ]


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_every_contract_is_told_by_its_service(service: str, contract: type[Value]) -> None:
    assert re.search(rf"\b{contract.__name__}\b", getsource(import_module(f"{service}.publishing")))


def test_the_story_tells_nothing_but_contracts() -> None:
    contracts = {contract for _, contract in CONTRACTS}
    assert {type(each) for told in STORY.values() for each in told} == contracts


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_a_schema_stays_within_words_that_are_compared(service: str, contract: type[Value]) -> None:
    for each in subschemas(document_of(service, contract)):
        assert each.keys() <= KEYWORDS
        assert each.get("type") != "number", "an amount is text: Decimal, never float"


@pytest.mark.parametrize(("service", "contract"), CONTRACTS)
def test_subscribers_pass_over_fields_that_they_do_not_know(service: str, contract: type[Value]) -> None:
    told = example(contract) | {"told_later": 1}
    assert validates(service, contract)(told) == []
    msgspec.convert(told, contract)


@pytest.mark.parametrize(
    ("place", "wrong", "named"),
    [
        (("terms", "amount", "amount"), 45500, "terms/amount/amount"),
        (("terms", "amount", "amount"), "45.500,00", "terms/amount/amount"),
        (("terms", "amount", "amount"), "NaN", "terms/amount/amount"),
        (("terms", "amount", "currency"), None, "terms/amount/currency"),
        (("terms", "booked_on"), "31.03.2026", "terms/booked_on"),
        (("terms", "booked_on"), "2026-02-30", "terms/booked_on"),
        (("source_at",), "2026-04-01T06:00:00", "source_at"),
        (("source_at",), 0, "source_at"),
        (("terms", "splits", 0, "owner"), {"type": "KnownOwner"}, "terms/splits/0/owner"),
        (("terms", "splits", 0, "owner"), {"type": "Robot", "person_id": "p-07"}, "terms/splits/0/owner"),
        (("type",), "DealLostV1", "type"),
        (("changed",), "status", "changed"),
    ],
)
def test_what_does_not_fit_is_named(place: tuple[str | int, ...], wrong: object, named: str) -> None:
    told: Any = example(DealWonV1)
    inner = told
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = wrong
    (fault,) = validates("performance", DealWonV1)(told)
    assert fault.startswith(f"{named}: ")


@pytest.mark.parametrize("written", ["0", "-12.50", "1234567890123456789012345678.5", "33.33", "1E-7", "0E-10"])
def test_a_decimal_is_text_in_every_form_that_is_written(written: str) -> None:
    told = example(AttainmentMeasuredV1) | {"percent": written}
    assert validates("compensation", AttainmentMeasuredV1)(told) == []
    assert re.fullmatch(DECIMAL, written)


def test_a_contract_is_a_tagged_value_with_a_version_that_nothing_extends() -> None:
    assert [each.__name__ for each in contracts_in(tavern)] == ["RoundServedV1", "RoundServedV2", "TabClosedV1"]
    assert not is_contract(tavern.RoundV1)
    assert not is_contract(tavern.Barrel)
    assert told_by("cellar") == ()


def test_a_service_hears_the_contracts_of_others_among_the_events_that_it_knows() -> None:
    types = (DealWonV1, AttainmentMeasuredV1, tavern.Barrel)
    assert heard_by("performance", types) == {"compensation": (AttainmentMeasuredV1,)}
    assert teller_of(tavern.RoundServedV1) is None
