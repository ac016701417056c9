"""A client of Attain's public HTTP API: tokens of the development issuer, idempotency keys, signed deliveries."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook

from attain.company import OPERATIONS, Delivery, Request
from edge.auth import ROLES, Role
from edge.clock import Clock, utc_now
from edge.issuer import DevelopmentIssuer

READY_SECONDS_MAX = 180.0
ANSWER_SECONDS_MAX = 120.0
POLL_SECONDS = 0.05
PAGE_LENGTH = 200
PROBLEM_LENGTH_MAX = 600


class RequestWasRefused(Exception):
    """Attain answered with a problem; the message says to what, and which. `kind` is the problem's type."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class NotReady(Exception):
    """A service did not answer in time at its address."""


class Client:
    """Sends commands, questions and deliveries to one Attain.

    A path begins with its service, `/goals/v1/people`; `addresses` says where each service answers.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        addresses: Mapping[str, str],
        issuer: DevelopmentIssuer,
        webhook_secret: str,
        clock: Clock = utc_now,
    ) -> None:
        self._http = http
        self._addresses = addresses
        self._issuer = issuer
        self._webhook = Webhook(webhook_secret)
        self._clock = clock
        self._tokens: dict[tuple[str, frozenset[Role]], str] = {}

    async def wait_until_ready(self, check: Callable[[], None] = lambda: None) -> None:
        """Return when every service says that it is ready. Raises `NotReady`, and what `check` raises meanwhile."""
        for address in self._addresses.values():
            await self._wait_for(address, check)

    async def command(self, request: Request, key: str) -> Any:
        """Send a command once per key, and return the answer. Raises `RequestWasRefused`."""
        headers = self._authorization(request.actor, frozenset({request.role})) | {"Idempotency-Key": key}
        return answer_of(await self._http.post(self._at(request.path), headers=headers, json=dict(request.body)))

    async def ask(self, path: str, **parameters: str | int | None) -> Any:
        """Ask a question as somebody who may ask everything. Raises `RequestWasRefused`."""
        said = {name: value for name, value in parameters.items() if value is not None}
        return answer_of(await self._http.get(self._at(path), headers=self._everything(), params=said))

    async def ask_text(self, path: str, **parameters: str) -> str:
        """Ask for an answer that is written for people."""
        headers = self._everything() | {"Accept": "text/plain"}
        answer = await self._http.get(self._at(path), headers=headers, params=parameters)
        if answer.is_error:
            answer_of(answer)
        return answer.text

    async def ask_all(self, path: str, **parameters: str) -> list[dict[str, Any]]:
        """Ask for a list, page after page."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.ask(path, **parameters, limit=PAGE_LENGTH, cursor=cursor)
            found += page["items"]
            cursor = page.get("next")
            if cursor is None:
                return found

    async def deliver(self, source: str, id_: str, deliveries: Sequence[Delivery]) -> Any:
        """Send a signed batch, and return the answer. Raises `RequestWasRefused`."""
        return await self._post_signed(f"{source}/batch", id_, {"deliveries": deliveries})

    async def deliver_one(self, source: str, id_: str, delivery: Delivery) -> Any:
        """Send one signed delivery, and return the answer. Raises `RequestWasRefused`."""
        return await self._post_signed(source, id_, delivery)

    async def _post_signed(self, address: str, id_: str, document: object) -> Any:
        body = msgspec.json.encode(document)
        at = self._clock()
        headers = {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(
                id_, datetime.fromtimestamp(int(at.timestamp()), UTC), body.decode()
            ),
        }
        place = self._at(f"/performance/v1/webhooks/{address}")
        return answer_of(await self._http.post(place, headers=headers, content=body))

    def _at(self, path: str) -> str:
        service, _, rest = path.removeprefix("/").partition("/")
        return f"{self._addresses[service]}/{rest}"

    async def _wait_for(self, address: str, check: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS_MAX):
                while not await self._is_ready(address):
                    check()
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError as error:
            message = f"{address} is not ready after {READY_SECONDS_MAX:.0f} seconds"
            raise NotReady(message) from error

    async def _is_ready(self, address: str) -> bool:
        try:
            return (await self._http.get(f"{address}/readyz")).is_success
        except httpx.TransportError:
            return False

    def _everything(self) -> dict[str, str]:
        return self._authorization(OPERATIONS, ROLES)

    def _authorization(self, actor: str, roles: frozenset[Any]) -> dict[str, str]:
        token = self._tokens.get((actor, roles))
        if token is None:
            token = self._tokens[actor, roles] = self._issuer.token(actor, roles)
        return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def connect(
    addresses: Mapping[str, str], issuer: DevelopmentIssuer, webhook_secret: str
) -> AsyncGenerator[Client]:
    """Lend a client of the services at these addresses."""
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, limits=limits, trust_env=False) as http:
        yield Client(http, addresses, issuer, webhook_secret)


def answer_of(answer: httpx.Response) -> Any:
    """Return what an answer says. Raises `RequestWasRefused` with the problem in one line."""
    if not answer.is_error:
        return answer.json() if answer.content else None
    problem: dict[str, Any] = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    message = (
        f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:PROBLEM_LENGTH_MAX]}"
    )
    raise RequestWasRefused(message, problem.get("type", ""))


def key_of(company: str, request: Request) -> str:
    """Return the idempotency key of a company's request: the same for the same words."""
    said = msgspec.json.encode([request.path, request.body], order="sorted")
    return f"{company}-{hashlib.sha256(said).hexdigest()[:32]}"
