"""The published JSON Schema of a plan's document says what the service takes: no more, no less, and in words."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from attain.acceptance.main import EXAMPLES
from compensation.routers.documents import DocumentBody, shown
from compensation.routers.plan_schema import MEDIA_TYPE, plan_schema, schema_text
from tests.compensation.chance import Chance
from tests.compensation.company import ACCELERATED, Company
from tests.compensation.plan_schema import by_schema
from tests.compensation.plans_drawn import a_document

DRAWN = [shown(a_document(Chance(f"schema {number}"), 1 + number % 3)) for number in range(40)]
PUBLISHED = [case.plan for example in EXAMPLES for case in example.cases]

OTHERS: tuple[Any, ...] = (7, "§", "", None, True, [], {}, ["§"], "2017-02-30", "1e5")
"""What is written in the place of something else."""

EVERYTHING: dict[str, Any] = ACCELERATED | {
    "components": [
        ACCELERATED["components"][0]
        | {
            "when": {"all": [{"not": {"field": "product", "in": ["MG"]}}, {"field": "amount", "at_least": "5"}]},
            "since": "2017-01-01",
            "modifiers": [{"when": None, "percent": "110"}],
            "gates": [{"measure": "bookings", "at_least": "50", "onset": "crossing"}],
            "caps": [{"amount": "900", "over": "deal"}],
            "instalments": [{"part": "1", "due": "day", "day": "2017-05-01"}, {"part": "2", "due": "booking"}],
        }
    ],
    "exchange": {"deal": {"kind": "daily", "on": "booking"}, "pivot": "EUR"},
    "draw": {"amount": "1000", "recoverable": True, "forgiven_after": 3},
    "clawback": {"months": 12},
    "target": {"percent_of_base": "20", "prorated_by": "calendar_days"},
    "maximum": "4000",
}


def is_taken(document: Any) -> bool:
    try:
        DocumentBody.model_validate(document)
    except ValidationError:
        return False
    return True


def spoiled(part: Any) -> Iterator[Any]:
    """Return a part of a document spoiled in each place: left out, something else, or something beside."""
    for place, within in inner(part):
        for other in (*OTHERS, *spoiled(within)):
            changed: Any = deepcopy(part)
            changed[place] = other
            yield changed
    if isinstance(part, dict):
        yield part | {"beside": "1"}
        for left_out, _ in inner(part):
            yield {name: within for name, within in inner(part) if name != left_out}


def inner(part: Any) -> list[tuple[Any, Any]]:
    """Return what is in a part, by its place."""
    if isinstance(part, dict):
        return list(part.items())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] any JSON
    return list(enumerate(part)) if isinstance(part, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] any JSON


def test_the_schema_is_one_of_its_dialect() -> None:
    jsonschema_rs.meta.validate(plan_schema())
    assert plan_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_part_of_a_plan_says_what_it_means() -> None:
    """Give the field of the body a description: `Annotated[…, Field(description="…")]`."""
    schema = plan_schema()
    for name, part in ({"PlanDocument": schema} | schema["$defs"]).items():
        assert re.fullmatch(r"[A-Z].*\.", part["description"]), name
        for field, said in part["properties"].items():
            refers = "$ref" in said or any("$ref" in each for each in (said.get("items", {}), *said.get("anyOf", ())))
            assert "description" in said or refers, f"{name}.{field} says nothing of what it means"


@pytest.mark.parametrize("documents", [DRAWN, PUBLISHED, plan_schema()["examples"], [EVERYTHING]])
def test_every_plan_that_can_be_published_fits(documents: list[Any]) -> None:
    assert [fault for each in documents for fault in by_schema()(each)] == []


@pytest.mark.parametrize("document", [EVERYTHING, *DRAWN[:3]])
def test_what_is_spoiled_anywhere_is_refused_by_both_or_by_none(document: Any) -> None:
    several = list(spoiled(document))
    assert [each for each in several if bool(by_schema()(each)) is is_taken(each)] == []
    assert sum(not is_taken(each) for each in several) > len(several) / 2


def test_the_schema_names_the_place_of_a_fault() -> None:
    wrong = deepcopy(ACCELERATED)
    wrong["components"][0]["table"]["tiers"][1]["rate"] = 8
    assert by_schema()(wrong) == ['components/0/table/tiers/1/rate: 8 is not of type "string"']


async def test_everybody_reads_the_schema_as_it_is_kept(firm: Company) -> None:
    answer = await firm.http.get("/v1/schemas/plan-document")
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    assert answer.text == schema_text()
    operation = (await firm.http.get("/openapi.json")).json()["paths"]["/v1/schemas/plan-document"]["get"]
    assert operation["security"] == []
    assert operation["responses"]["200"]["content"] == {MEDIA_TYPE: {"schema": {"type": "object"}}}
