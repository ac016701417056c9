"""The JSON Schema of a plan's document: what is written over HTTP, for editors, forms and other systems."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from fastapi import APIRouter, Response

from compensation.routers.documents import DocumentBody
from events.language.schema import DIALECT, flowing

Schema: TypeAlias = dict[str, Any]

ID = "https://schemas.attain.example/compensation/plan-document"
MEDIA_TYPE = "application/schema+json"
NOTE = (
    "This schema says the form of a document. What only a whole document shows, such as a measure that is not there or "
    "edges that do not rise, is named with its place when the plan is drafted."
)
BODY = "Body"
"""What the names of bodies end with: the schema calls their values without it."""

router = APIRouter(prefix="/v1/schemas", tags=["plans"])


class SchemaResponse(Response):
    """A JSON Schema as an answer."""

    media_type = MEDIA_TYPE


@cache
def plan_schema() -> Schema:
    """Return the schema of a plan's document, complete in itself."""
    made = plain(DocumentBody.model_json_schema(by_alias=True, mode="validation"))
    definitions = {short(name): each | {"title": short(name)} for name, each in made.pop("$defs").items()}
    head = {"$schema": DIALECT, "$id": ID, "title": "PlanDocument", "description": f"{made['description']} {NOTE}"}
    return head | {keyword: part for keyword, part in made.items() if keyword not in head} | {"$defs": definitions}


@cache
def schema_text() -> str:
    """Return the schema as it is served and kept."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


@router.get(
    "/plan-document",
    summary="Show the JSON Schema of a plan's document",
    response_class=SchemaResponse,
    responses={
        200: {"description": "A JSON Schema, draft 2020-12", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}
    },
)
async def show_plan_schema() -> Response:
    """Say which form the document of a plan has, with what each of its parts means; no token is needed."""
    return SchemaResponse(schema_text())


def plain(schema: Mapping[str, Any]) -> Schema:
    """Return a schema without the framework's titles of fields, by our names, its descriptions without line breaks."""
    return {keyword: plain_part(keyword, part) for keyword, part in schema.items() if keyword != "title"}


def plain_part(keyword: str, part: Any) -> Any:
    """Return what a keyword of a schema says, as we show it."""
    match keyword:
        case "description":
            return flowing(part)
        case "$ref":
            return f"#/$defs/{short(part.rsplit('/', 1)[-1])}"
        case "properties" | "$defs":
            return {name: plain(each) for name, each in part.items()}
        case "anyOf":
            return [plain(each) for each in part]
        case "items":
            return plain(part)
        case _:
            return part


def short(name: str) -> str:
    """Return what the value of a body is called."""
    return name.removesuffix(BODY)
