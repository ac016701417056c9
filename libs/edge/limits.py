"""What protects a service from too much: body size, rate, and headers that browsers obey. Pure ASGI."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from starlette._utils import get_route_path
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.auth import caller_in
from edge.problems import problem, refusal
from edge.refusals import BodyIsTooLarge, TooManyRequests

BODY_BYTES_MAX = 1 << 20
CALLERS_MAX = 10_000

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class BodyLimit:
    """Answers 413 to a larger body: at once if its length is said, else when it has grown too large.

    `bytes_max` maps prefixes of addresses to limits of their own; the longest prefix counts.
    """

    def __init__(self, app: ASGIApp, bytes_max: Mapping[str, int] | None = None) -> None:
        self.app = app
        self._limits = sorted((bytes_max or {}).items(), key=lambda each: -len(each[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit_of(get_route_path(scope))
        length = Headers(scope=scope).get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            await problem(scope, 400)(scope, receive, send)
        elif int(length) > limit:
            await refusal(scope, BodyIsTooLarge(bytes_max=limit))(scope, receive, send)
        else:
            await self.app(scope, counted(receive, limit), send)

    def _limit_of(self, path: str) -> int:
        return next((limit for prefix, limit in self._limits if path.startswith(prefix)), BODY_BYTES_MAX)


class BodyGrewTooLarge(HTTPException):
    """More of a body came than its address takes; raised where it is read, which may be inside the framework."""

    def __init__(self, bytes_max: int) -> None:
        super().__init__(413)
        self.bytes_max = bytes_max


def counted(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that stops with 413 when more than so many bytes of body have come."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise BodyGrewTooLarge(limit)
        return message

    return take


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How often one caller may ask: so many requests a second for long, so many at once."""

    per_second: float
    burst: int


class RateLimit:
    """Answers 429 to a caller who asks too often: a bucket of tokens for each caller, or address without one."""

    def __init__(self, app: ASGIApp, rate: Rate, seconds: Callable[[], float] = monotonic) -> None:
        self.app = app
        self._rate = rate
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a token, or say when there will be one."""
        wait = self.wait_of(who(scope)) if scope["type"] == "http" else 0
        if wait:
            headers = {"Retry-After": str(math.ceil(wait))}
            answer = refusal(scope, TooManyRequests())
            answer.headers.update(headers)
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def wait_of(self, caller: str) -> float:
        """Take one of a caller's tokens and return 0, or return the seconds until there is one."""
        now = self._seconds()
        tokens, seen = self._buckets.pop(caller, (float(self._rate.burst), now))
        tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_second)
        wait = 0 if tokens >= 1 else (1 - tokens) / self._rate.per_second
        self._buckets[caller] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > CALLERS_MAX:
            self._buckets.popitem(last=False)
        return wait


def who(scope: Scope) -> str:
    """Return whom a request counts for: the person, else the address it came from."""
    caller = caller_in(scope)
    if caller is not None:
        return caller.person_id
    client = scope.get("client")
    return f"@{client[0]}" if client else "@"


class SecurityHeaders:
    """Adds to every answer the headers that browsers obey."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them when the answer begins; an answer's own say goes first."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
