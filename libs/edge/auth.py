"""Who asks: bearer tokens of an OpenID provider or of the development issuer, verified before anything is routed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import jwt
from starlette._utils import get_route_path
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from edge import docs
from edge.problems import refusal
from edge.refusals import TokenIsInvalid, TokenIsMissing
from events.domain import Value

Role: TypeAlias = Literal[
    "rep",
    "manager",
    "comp_admin",
    "comp_approver",
    "finance",
    "planner",
    "enablement",
    "hr",
    "privacy_officer",
    "integration",
    "auditor",
]
ROLES: frozenset[str] = frozenset(get_args(Role))

ALGORITHMS = ("ES256", "RS256")
AUDIENCE = "attain"
CLAIMS = ("exp", "iat", "iss", "aud", "sub")
LEEWAY_SECONDS = 30
PERSON_ID_LENGTH_MAX = 80
TOKEN_LENGTH_MAX = 8_192

OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json", "/asyncapi.json", "/docs"})
OPEN_PREFIXES = ("/v1/webhooks/", "/v1/schemas/")
"""Deliveries are authenticated by their signature instead (`edge.webhooks`); schemas say no more than OpenAPI does."""

_SCOPE_KEY = "attain.caller"

KeyOf: TypeAlias = Callable[[str], Awaitable[Any]]
"""Finds the public key that a token says it is signed with. Raises `jwt.PyJWTError` when there is none."""


class Caller(Value, tag=False):
    """Whose token it was, and what it lets them be."""

    person_id: str
    roles: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """Verifies tokens of one issuer for one audience."""

    key_of: KeyOf
    issuer: str
    audience: str = AUDIENCE

    async def caller(self, token: str) -> Caller:
        """Return who a token speaks for. Raises `TokenIsInvalid`, and never says why."""
        if len(token) > TOKEN_LENGTH_MAX:
            raise TokenIsInvalid
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                await self.key_of(token),
                algorithms=ALGORITHMS,
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": list(CLAIMS)},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenIsInvalid from error
        return caller_of(claims)


def caller_of(claims: dict[str, Any]) -> Caller:
    """Return the caller that verified claims name. Roles that Attain does not know are passed over."""
    person_id, roles = claims["sub"], claims.get("roles", [])
    if not is_person_id(person_id) or not isinstance(roles, list):
        raise TokenIsInvalid
    return Caller(person_id=person_id, roles=ROLES.intersection(str(role) for role in roles))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] any JSON list


def is_person_id(subject: object) -> bool:
    """Say whether a token's subject may stand in the log as who acted: a line of printable text, not too long."""
    return isinstance(subject, str) and 0 < len(subject) <= PERSON_ID_LENGTH_MAX and subject.isprintable()


def verifier_of_provider(jwks_url: str, *, issuer: str, audience: str = AUDIENCE) -> Verifier:
    """Return a verifier with the keys of an OpenID provider; it fetches and keeps them itself."""
    client = jwt.PyJWKClient(jwks_url)

    async def key_of(token: str) -> Any:
        return await asyncio.to_thread(client.get_signing_key_from_jwt, token)

    return Verifier(key_of=key_of, issuer=issuer, audience=audience)


class BearerTokens:
    """Lets a request pass only with a valid token, but for the few open addresses. A route cannot forget it."""

    def __init__(self, app: ASGIApp, verifier: Verifier, open_prefixes: Sequence[str] = OPEN_PREFIXES) -> None:
        self.app = app
        self.verifier = verifier
        self.open_prefixes = tuple(open_prefixes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Verify the token and put the caller beside the request."""
        if scope["type"] != "http" or self.is_open(get_route_path(scope)):
            await self.app(scope, receive, send)
            return
        try:
            scope[_SCOPE_KEY] = await self.verifier.caller(bearer_token(scope))
        except (TokenIsMissing, TokenIsInvalid) as refused:
            await refusal(scope, refused)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def is_open(self, path: str) -> bool:
        """Say whether an address answers without a token."""
        return path in OPEN_PATHS or path in docs.PATHS or path.startswith(self.open_prefixes)


def bearer_token(scope: Scope) -> str:
    """Return the token of the Authorization header. Raises `TokenIsMissing`."""
    scheme, _, token = Headers(scope=scope).get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenIsMissing
    return token.strip()


def caller_in(scope: Scope) -> Caller | None:
    """Return who a request's token spoke for, if it had to have one."""
    return scope.get(_SCOPE_KEY)
