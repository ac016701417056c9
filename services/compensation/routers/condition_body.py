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

    all: Annotated[Listed | None, Field(description="All of these hold.")] = None
    any: Annotated[Listed | None, Field(description="One of these holds at least.")] = None
    not_: Annotated["ConditionBody | None", Field(alias="not", description="This one does not hold.")] = None
    field: Annotated[
        str | None, Field(max_length=80, examples=["product"], description="The field that is tested.")
    ] = None
    equals: Annotated[
        Annotated[str, Field(max_length=200, strict=True)] | Annotated[bool, Field(strict=True)] | None,
        Field(description="A text, in upper or lower case, or yes or no."),
    ] = None
    in_: Annotated[
        list[Annotated[str, Field(max_length=200, strict=True)]] | None,
        Field(alias="in", max_length=LISTED_MAX, description="One of these texts, in upper or lower case."),
    ] = None
    at_least: Annotated[Number | None, Field(description="A number, or more.")] = None
    above: Annotated[Number | None, Field(description="More than a number.")] = None
    at_most: Annotated[Number | None, Field(description="A number, or less.")] = None
    below: Annotated[Number | None, Field(description="Less than a number.")] = None
    since: Annotated[Day | None, Field(description="A day, or a later one.")] = None
    until: Annotated[Day | None, Field(description="A day, or an earlier one.")] = None
    exists: Annotated[bool | None, Field(strict=True, description="Whether the deal has the field at all.")] = None
