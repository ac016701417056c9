"""What a command carries with it: who asks, in which roles, about which version, and as which request.

Routers write `asker: Asker`, `store: Store`; where a version is required, `asker: GuardedAsker`.
"""

import hashlib
import re
from typing import Annotated, TypeAlias

from fastapi import Depends, Header
from fastapi import Request as HttpRequest
from starlette._utils import get_route_path
from starlette.datastructures import Headers

from edge.auth import Role, caller_in
from edge.conversation import correlation_of, trace_of
from edge.problems import ERRORS_MAX, sentences
from edge.refusals import (
    IdempotencyKeyIsMalformed,
    MemberComesTwice,
    NotAllowed,
    ParameterIsUnknown,
    TokenIsMissing,
    VersionIsMalformed,
    VersionIsRequired,
    VersionIsWeak,
)
from edge.telemetry import route_of
from events.asking import Asking, Request
from events.members import repeated
from events.opening import Store as OpenStore

IDEMPOTENCY_KEY_LENGTH_MAX = 255
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')


class RoleAsking(Asking, tag=False):
    """An asking that knows in which roles it asks. `actor` is the person's id."""

    roles: frozenset[str] = frozenset()

    def has(self, *roles: Role) -> bool:
        """Say whether the asker has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def needs(self, *roles: Role) -> None:
        """Raise `NotAllowed` unless the asker has one of these roles."""
        if not self.has(*roles):
            raise NotAllowed

    def needs_self_or(self, person_id: str, *roles: Role) -> None:
        """Raise `NotAllowed` unless it is the asker's own, or the asker has one of these roles."""
        if self.actor != person_id:
            self.needs(*roles)


async def asking(
    request: HttpRequest,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match", description='The ETag of what you have read, for instance `"3"`; `*` for whatever it is.'
        ),
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="The same key with the same body gets the same answer again."),
    ] = None,
) -> RoleAsking:
    """Gather who asks and how. Raises what is wrong with the headers."""
    caller = caller_in(request.scope)
    if caller is None:
        raise TokenIsMissing
    check_parameters(request)
    if request.method not in READING_METHODS:
        await check_members(request)
    return RoleAsking(
        actor=caller.person_id,
        roles=caller.roles,
        at=request.app.state.clock(),
        correlation_id=correlation_of(request.scope),
        traceparent=trace_of(request.scope),
        expected_version=expected_version(if_match, request.headers),
        request=await request_of(request, idempotency_key),
    )


async def guarded_asking(asker: Annotated[RoleAsking, Depends(asking)]) -> RoleAsking:
    """Gather the same, and insist on If-Match."""
    if asker.expected_version is None:
        raise VersionIsRequired
    return asker


def check_parameters(request: HttpRequest) -> None:
    """Refuse parameters that the OpenAPI document does not name at this address."""
    if not request.query_params:
        return
    operation = request.app.openapi()["paths"].get(route_of(request.scope), {}).get(request.method.lower(), {})
    known = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    if unknown := [name for name in request.query_params if name not in known]:
        rule = sentences(ParameterIsUnknown)[0]
        places = [{"in": "query", "parameter": each, "detail": rule} for each in unknown[:ERRORS_MAX]]
        raise ParameterIsUnknown(errors=places)


async def check_members(request: HttpRequest) -> None:
    """Refuse a body that says something twice. One that is no JSON is refused, or passed over, by who reads it."""
    body = await request.body()
    try:
        twice = repeated(body, await request.json()) if body else []
    except (ValueError, RecursionError):
        return
    if twice:
        rule = sentences(MemberComesTwice)[0]
        raise MemberComesTwice(errors=[{"in": "body", "pointer": each, "detail": rule} for each in twice[:ERRORS_MAX]])


def expected_version(if_match: str | None, headers: Headers) -> int | None:
    """Return the version that a command expects: that of If-Match; 0 (there is none yet) for `If-None-Match: *`."""
    if if_match is None or if_match.strip() == "*":
        return 0 if if_match is None and headers.get("If-None-Match", "").strip() == "*" else None
    if if_match.strip().startswith("W/"):
        raise VersionIsWeak
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise VersionIsMalformed
    return int(found[1])


async def request_of(request: HttpRequest, idempotency_key: str | None) -> Request | None:
    """Return what makes the request the same one when it comes again, if it has an Idempotency-Key."""
    if idempotency_key is None or request.method in READING_METHODS:
        return None
    body_hash = hashlib.sha256(await request.body()).hexdigest()
    route = f"{request.method} {get_route_path(request.scope)}"
    return Request(route=route, key=key_of(idempotency_key), body_hash=body_hash)


def key_of(header: str) -> str:
    """Return the key that an Idempotency-Key header holds: a structured-field string in quotes, or the bare text."""
    text = header.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
    if not 0 < len(text) <= IDEMPOTENCY_KEY_LENGTH_MAX or not (text.isascii() and text.isprintable()):
        raise IdempotencyKeyIsMalformed
    return text


async def store_of(request: HttpRequest) -> OpenStore:
    """Return the service's store, which its lifespan opened."""
    return request.app.state.store


Asker: TypeAlias = Annotated[RoleAsking, Depends(asking)]
GuardedAsker: TypeAlias = Annotated[RoleAsking, Depends(guarded_asking)]
Store: TypeAlias = Annotated[OpenStore, Depends(store_of)]
