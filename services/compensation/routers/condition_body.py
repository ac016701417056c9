"""A condition of a plan's document as it is written over HTTP, and what all parts of a document are made of."""

from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from compensation.routers.numbers import Number
from edge.bodies import Body, Day

LISTED_MAX = 1_000
DEPTH_NOTE = "Exactly one of `all`, `any`, `not` and `field`; a field has one test or more."

Listed: TypeAlias = Annotated[list["ConditionBody"], Field(max_length=LISTED_MAX)]


class ConditionBody(Body):
    """Which deals are meant."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"description": DEPTH_NOTE, "examples": [{"field": "product", "in": ["GTX Pro"]}]},
    )

    all: Listed | None = None
    any: Listed | None = None
    not_: Annotated["ConditionBody | None", Field(alias="not")] = None
    field: Annotated[str | None, Field(max_length=80, examples=["product"])] = None
    equals: Annotated[str, Field(max_length=200, strict=True)] | Annotated[bool, Field(strict=True)] | None = None
    in_: Annotated[
        list[Annotated[str, Field(max_length=200, strict=True)]] | None, Field(alias="in", max_length=LISTED_MAX)
    ] = None
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    since: Day | None = None
    until: Day | None = None
    exists: Annotated[bool | None, Field(strict=True)] = None
