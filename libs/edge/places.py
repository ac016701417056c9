"""Where a request is wrong: a JSON pointer into its body (RFC 6901), or a parameter's name and its place."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from edge.asking import READING_METHODS
from edge.problems import sentences
from edge.refusals import PLACES
from events.domain import Refused

WRONG_FIELDS = 422


async def places_of(request: Request, refused: Refused, status: int) -> dict[str, Any]:
    """Return, as members of the problem, the places that a refusal is about; nothing where it names none.

    A refusal of wrong fields is about whatever was asked under the names of its details.
    """
    rule = sentences(type(refused))[0]
    if type(refused) in PLACES:
        where, parameter = PLACES[type(refused)]
        return {"errors": [{"in": where, "parameter": parameter, "detail": rule}]}
    if status != WRONG_FIELDS:
        return {}
    asked = [*in_query(request, refused.details), *in_body(await body_of(request), refused.details)]
    return {"errors": [place | {"detail": rule} for place in asked]} if asked else {}


def in_query(request: Request, details: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the parameters of the address that details name."""
    return [{"in": "query", "parameter": name} for name in details if name in request.query_params]


def in_body(body: object, details: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the members of a body that details name; of a list, those elements that are the detail's."""
    places: list[str] = []
    for name, value in details.items():
        asked = member(body, name)
        if isinstance(asked, list) and isinstance(value, list):
            places += [f"/{name}/{number}" for number, each in enumerate(asked) if each in value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] any JSON list
        elif holds(body, name):
            places.append(f"/{name}")
    return [{"in": "body", "pointer": each} for each in places]


async def body_of(request: Request) -> object:
    """Return the JSON of a body that was read already; nothing for a question, or for what is no JSON."""
    if request.method in READING_METHODS:
        return None
    try:
        return json.loads(await request.body())
    except ValueError:
        return None


def member(container: object, name: str) -> object:
    """Return a member of an object; nothing where there is none."""
    return container.get(name) if isinstance(container, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] any JSON object


def pointer(path: Sequence[str | int], body: object, *, missing: bool) -> str:
    """Return an RFC 6901 pointer. Parts that only name a branch of a union are left out: no body has them."""
    steps: list[str] = []
    here: Any = body
    for number, step in enumerate(path, 1):
        if holds(here, step):
            here = here[step]
        elif not (missing and number == len(path)):
            continue
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{step}" for step in steps)


def holds(container: object, step: str | int) -> bool:
    """Say whether a JSON value has a member or an element of this name."""
    if isinstance(container, dict):
        return step in container
    return isinstance(container, list) and isinstance(step, int) and step < len(container)  # pyright: ignore[reportUnknownArgumentType] any list
