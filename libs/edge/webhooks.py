"""Deliveries from other systems, authenticated by Standard Webhooks 1.0: signature, time window, once per id."""

import hashlib
import hmac
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Response
from fastapi import Request as HttpRequest
from fastapi.routing import APIRoute
from standardwebhooks.webhooks import Webhook

from edge.conversation import correlation_of, trace_of
from edge.refusals import DeliveryIsNotAuthentic
from events.asking import Asking, Request
from events.domain import Value

ID_LENGTH_MAX = 255
SIGNERS_MAX = 256
SIGNATURES_LENGTH_MAX = 2_000
WINDOW = timedelta(minutes=5)
"""How far a delivery's time may be from now, either way."""

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


_SECONDS = re.compile(r"[0-9]{1,11}")


class BareRoute(APIRoute):
    """A route whose endpoint takes the request and returns the response: nothing is injected, read or checked for it.

    What the framework does for an endpoint with parameters takes as long as all that a delivery needs.
    """

    def get_route_handler(self) -> Callable[[HttpRequest], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        return self.endpoint


class Delivery(Value, tag=False):
    """An authentic delivery: from which source, its id there (the same when it comes again), when sent, its bytes."""

    source: str
    id: str
    sent_at: datetime
    body: bytes

    def asking(self, request: HttpRequest) -> Asking:
        """Return how the delivery asks: as its source, once per id."""
        asked = Request(route=f"webhooks/{self.source}", key=self.id, body_hash=hashlib.sha256(self.body).hexdigest())
        return Asking(
            actor=f"webhook:{self.source}",
            at=request.app.state.clock(),
            correlation_id=correlation_of(request.scope),
            traceparent=trace_of(request.scope),
            request=asked,
        )


def verify(source: str, secrets: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    """Return the delivery if one of the source's secrets signed it and it is of now. Raises `DeliveryIsNotAuthentic`.

    A source may have several secrets, so that they can be changed. The refusal never says why.
    """
    id_, timestamp, signatures = (headers.get(name, "") for name in HEADERS)
    if not is_id(id_) or _SECONDS.fullmatch(timestamp) is None or len(signatures) > SIGNATURES_LENGTH_MAX:
        raise DeliveryIsNotAuthentic
    sent_at = datetime.fromtimestamp(int(timestamp), UTC)
    if abs(now - sent_at) > WINDOW:
        raise DeliveryIsNotAuthentic
    given = [each.encode() for each in signatures.split(" ")]
    if not any(matches(expected, given) for expected in signatures_by(secrets, id_, sent_at, body)):
        raise DeliveryIsNotAuthentic
    return Delivery(source=source, id=id_, sent_at=sent_at, body=body)


def is_id(text: str) -> bool:
    """Say whether a text may be a delivery's id: printable ASCII without a point, 255 characters at most."""
    return 0 < len(text) <= ID_LENGTH_MAX and text.isascii() and text.isprintable() and "." not in text


def signatures_by(secrets: Sequence[str], id_: str, sent_at: datetime, body: bytes) -> list[bytes]:
    """Return what each secret signs a delivery with; nothing for a body that is not UTF-8, which no one can sign."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return []
    return [signer(secret).sign(id_, sent_at, text).encode() for secret in secrets]


@lru_cache(maxsize=SIGNERS_MAX)
def signer(secret: str) -> Webhook:
    """Return what signs with a secret, its key decoded once."""
    return Webhook(secret)


def matches(expected: bytes, given: Sequence[bytes]) -> bool:
    """Say whether one of the given signatures is the expected one, compared in constant time."""
    return any(hmac.compare_digest(expected, each) for each in given)


async def delivered(source: str, request: HttpRequest) -> Delivery:
    """Return the authentic delivery that a request to `/v1/webhooks/{source}` brings. Raises `DeliveryIsNotAuthentic`.

    `app.state.webhook_secrets` maps sources to their secrets.
    """
    secrets: Mapping[str, Sequence[str]] = request.app.state.webhook_secrets
    body = await request.body()
    return verify(source, secrets.get(source, ()), request.headers, body, request.app.state.clock())


Delivered: TypeAlias = Annotated[Delivery, Depends(delivered)]

DELIVERY_DOCS: dict[str, Any] = {
    "parameters": [
        {
            "name": name,
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": f"Standard Webhooks 1.0: {meaning}.",
        }
        for name, meaning in zip(
            HEADERS, ("the delivery's id", "seconds since 1970", "`v1,` and the signature, or several"), strict=True
        )
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
}
"""What a delivery's route says in OpenAPI: `@router.post("/{source}", openapi_extra=DELIVERY_DOCS)`."""
