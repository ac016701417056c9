"""How a service answers what goes wrong in its routes: each kind of error becomes a problem."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from edge.limits import BodyGrewTooLarge
from edge.places import places_of, pointer
from edge.problems import ERRORS_MAX, problem, refusal
from edge.refusals import BodyIsTooLarge, status_of
from events.domain import Refused


def answer_with_problems(app: FastAPI, known: Mapping[type[Refused], int]) -> None:
    """Answer refusals, wrong requests and what the framework raises with problems."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)  # noqa: S101 registered for this class only
        members = {} if "errors" in error.details else await places_of(request, error, status_of(type(error), known))
        return refusal(request.scope, error, known, members)

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, wrong_request)
    app.add_exception_handler(HTTPException, stopped)


async def stopped(request: Request, error: Exception) -> Response:
    """Answer what the framework raises: no route, another method, a body that cannot be read."""
    assert isinstance(error, HTTPException)  # noqa: S101 registered for this class only
    headers = dict(error.headers or {})
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=headers)
    if isinstance(error, BodyGrewTooLarge):
        return refusal(request.scope, BodyIsTooLarge(bytes_max=error.bytes_max))
    if isinstance(error.__cause__, ValueError | RecursionError):
        return broken_json(request, reason_of(error.__cause__))
    if error.status_code == 405:
        headers["Allow"] = ", ".join(allowed_methods(request))
    return problem(request.scope, error.status_code, headers=headers)


async def wrong_request(request: Request, error: Exception) -> Response:
    """Answer a request whose body or parameters are wrong, naming every wrong field."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for this class only
    errors: Sequence[Any] = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        return broken_json(request, f"At character {errors[0]['loc'][-1]}.")
    if isinstance(error.body, bytes):
        return problem(request.scope, 415, headers={"Accept": "application/json"})
    places = [place(each, error.body) for each in errors[:ERRORS_MAX]]
    return problem(request.scope, 422, kind="wrong-fields", members={"errors": places})


def broken_json(request: Request, reason: str) -> Response:
    """Answer a body that is not JSON, or none that anybody reads."""
    members = {"title": "The body is not JSON.", "detail": reason}
    return problem(request.scope, 400, kind="broken-json", members=members)


def reason_of(error: ValueError | RecursionError) -> str:
    """Return why a text is not read, where that is not its grammar."""
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    return "It is not UTF-8." if isinstance(error, UnicodeDecodeError) else "A number has too many digits."


def place(error: Mapping[str, Any], body: object) -> dict[str, str]:
    """Return where a request is wrong and why: a JSON pointer into the body, or a parameter's name and its place."""
    where, *path = error["loc"]
    detail = str(error["msg"]).removeprefix("Value error, ")
    if where != "body":
        return {"in": where, "parameter": ".".join(str(each) for each in path), "detail": detail}
    return {"in": "body", "pointer": pointer(path, body, missing=error["type"] == "missing"), "detail": detail}


def allowed_methods(request: Request) -> list[str]:
    """Return every method that the address takes, of all its routes."""
    path = get_route_path(request.scope)
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        regex = getattr(route, "path_regex", None)
        if regex is not None and regex.match(path):
            found |= route.methods or set()
    return sorted(found | {"HEAD"} if "GET" in found else found)
