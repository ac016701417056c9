"""Problem details (RFC 9457): one form for everything that goes wrong, whoever noticed it."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response
from starlette.types import Scope

from edge.conversation import correlation_of
from edge.refusals import HEADERS, RETRY_AFTER_SECONDS, STATUSES, status_of
from events.domain import Refused
from events.faults import problem_of
from events.store.database import has_no_room, is_away

MEDIA_TYPE = "application/problem+json"

ERRORS_MAX = 100
"""How many wrong places a problem names."""
PATH_CHARACTERS = "/:@!$&'()*+,;=~"
RESERVED = frozenset({"type", "title", "status", "detail", "instance", "correlation_id"})
TITLES: Mapping[int, str] = {
    400: "The request could not be read.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is larger than this address takes.",
    415: "This address takes application/json only.",
    422: "The request has wrong fields.",
    500: "Something went wrong on our side.",
    503: "Not ready to serve.",
    507: "There is no room left to record it.",
}
NO_ROOM = "Nothing of it was recorded. Send it again when there is room."
AWAY = "The database does not answer. It may have been recorded: send it again, a command with its Idempotency-Key."

_log = structlog.get_logger("edge")


def problem(
    scope: Scope,
    status: int,
    *,
    kind: str | None = None,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem as the answer. `kind` is the last part of its type; `members` may set title and detail."""
    body: dict[str, Any] = {
        "type": f"/problems/{kind or kind_of(status)}",
        "title": TITLES.get(status, f"{HTTPStatus(status).phrase}."),
        "status": status,
        "instance": quote(scope.get("path", "/"), safe=PATH_CHARACTERS),
        "correlation_id": str(correlation_of(scope)),
    }
    content = json.dumps(body | dict(members or {}), default=msgspec.to_builtins, ensure_ascii=False)
    return Response(content.encode("utf-8", "replace"), status, dict(headers or {}), MEDIA_TYPE)


def kind_of(status: int) -> str:
    """Return the kind of a problem that is no rule's: the status in words, not-found."""
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def refusal(
    scope: Scope,
    refused: Refused,
    known: Mapping[type[Refused], int] = STATUSES,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """Return a refusal as a problem: its name is the type, its docstring the title, its details are members."""
    title, detail = sentences(type(refused))
    members = {name: value for name, value in refused.details.items() if name not in RESERVED} | {"title": title}
    members |= more or {}
    return problem(
        scope,
        status_of(type(refused), known),
        kind=kebab(type(refused).__name__),
        members=members | ({"detail": detail} if detail else {}),
        headers=HEADERS.get(type(refused)),
    )


def failure(scope: Scope, error: Exception) -> Response:
    """Return the answer to an error that is no refusal: the database's, or one that nobody foresaw."""
    if isinstance(error, DBAPIError) and has_no_room(error):
        status, kind, detail = 507, "no-room", NO_ROOM
    elif is_away(error):
        status, kind, detail = 503, "not-ready", AWAY
    else:
        return unexpected(scope, error)
    _log.error("database", correlation_id=str(correlation_of(scope)), path=scope.get("path"), problem=problem_of(error))
    again = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return problem(scope, status, kind=kind, members={"detail": detail}, headers=again)


def unexpected(scope: Scope, error: Exception) -> Response:
    """Return the answer to an error that nobody foresaw. The log has its trace, the caller only the correlation id."""
    _log.error("unexpected", correlation_id=str(correlation_of(scope)), path=scope.get("path"), exc_info=error)
    return problem(scope, 500)


def kebab(name: str) -> str:
    """Return a class name in small letters with dashes: PlanIsNotDraft → plan-is-not-draft."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def sentences(refused: type[Refused]) -> tuple[str, str]:
    """Return the first sentence of a refusal's docstring, and the rest of its first paragraph."""
    paragraph = " ".join((refused.__doc__ or refused.__name__).strip().split("\n\n")[0].split())
    first, _, rest = paragraph.partition(". ")
    return (f"{first}." if rest else first), rest
