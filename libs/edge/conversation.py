"""Which conversation a request belongs to: its correlation id and its trace."""

import re
from typing import Any
from uuid import UUID

from starlette.datastructures import Headers
from starlette.types import Scope

from events.store.ids import new_id

CORRELATION_HEADER = "X-Correlation-Id"
TRACE_HEADER = "traceparent"

_SCOPE_KEY = "attain.correlation_id"
_TRACE_KEY = "attain.traceparent"
_TRACE = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def correlation_of(scope: Scope) -> UUID:
    """Return the request's correlation id: the caller's `X-Correlation-Id` if that is a UUID, else one made once."""
    known: Any = scope.get(_SCOPE_KEY)
    if isinstance(known, UUID):
        return known
    given = uuid_or_none(Headers(scope=scope).get(CORRELATION_HEADER, ""))
    chosen = given or new_id()
    scope[_SCOPE_KEY] = chosen
    return chosen


def trace_of(scope: Scope) -> str | None:
    """Return the request's `traceparent` (W3C Trace Context): that of its span, else the caller's, if it is valid."""
    ours: str | None = scope.get(_TRACE_KEY)
    if ours is not None:
        return ours
    given = Headers(scope=scope).get(TRACE_HEADER, "").strip()
    return given if _TRACE.fullmatch(given) else None


def remember_trace(scope: Scope, traceparent: str | None) -> None:
    """Let what the request brings about belong to the request's own span."""
    if traceparent is not None:
        scope[_TRACE_KEY] = traceparent


def uuid_or_none(text: str) -> UUID | None:
    """Return the UUID that a text spells, or nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None
