"""The JSON Schema of a plan's document, held to what the service takes and refuses in every test that writes a plan."""

from functools import cache
from typing import Any

import httpx

from attain.contracts.validity import Validate, validator
from compensation.routers.plan_schema import plan_schema

STALE = "the schema of plans has changed: run `.venv/bin/attain contracts write` and commit what it writes"


@cache
def by_schema() -> Validate:
    return validator(plan_schema())


def hold_to_schema(path: str, body: Any, answer: httpx.Response) -> None:
    """Hold the schema to an answer: what is taken fits it, and what is no plan's form does not."""
    if not (path == "/v1/plans" or (path.startswith("/v1/plans/") and path.endswith("/revise"))):
        return
    faults = by_schema()({name: part for name, part in body.items() if name != "plan_id"})
    if answer.is_success:
        assert faults == [], "what the service takes fits its schema"
    elif answer.json()["type"] == "/problems/wrong-fields":
        named = [each["pointer"] for each in answer.json()["errors"] if each["pointer"] != "/plan_id"]
        assert bool(faults) is bool(named), "what is no plan's form does not fit the schema"
