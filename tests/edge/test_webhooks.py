"""Deliveries: authentic, of now, and once."""

import base64
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import svix.webhooks
from fastapi import APIRouter, FastAPI, Request
from openapi_spec_validator import validate

from edge.app import make_app
from edge.issuer import DevelopmentIssuer
from edge.refusals import DeliveryIsNotAuthentic
from edge.webhooks import DELIVERY_DOCS, Delivered, verify
from tests.edge.tiny import NOON, client_of, lifespan

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"another secret of 24 byte").decode()
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
THEN = datetime.fromtimestamp(1614265330, UTC)
VECTOR = {
    "webhook-id": ID,
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def signed(secret: str = SECRET, id_: str = ID, at: datetime = NOON, body: bytes = BODY) -> dict[str, str]:
    """Return the headers that a sender of another hand signs with."""
    signature = svix.webhooks.Webhook(secret).sign(id_, at, body.decode())
    return {"webhook-id": id_, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_the_published_vector_is_authentic() -> None:
    delivery = verify("crm", [SECRET], VECTOR, BODY, THEN)
    assert (delivery.source, delivery.id, delivery.sent_at, delivery.body) == ("crm", ID, THEN, BODY)


def test_a_sender_of_another_hand_is_understood() -> None:
    assert verify("crm", [SECRET], signed(), BODY, NOON).id == ID


def test_a_secret_may_be_changed_while_both_are_known() -> None:
    for secret in (SECRET, OTHER):
        assert verify("crm", [SECRET, OTHER], signed(secret), BODY, NOON).id == ID


def test_one_good_signature_among_several_is_enough() -> None:
    headers = signed()
    headers["webhook-signature"] = f"v1a,xyz v1,AAAA {headers['webhook-signature']} v2,zzz"
    assert verify("crm", [SECRET], headers, BODY, NOON).id == ID


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_delivery_is_taken_within_five_minutes(seconds: int) -> None:
    assert verify("crm", [SECRET], signed(at=NOON + timedelta(seconds=seconds)), BODY, NOON).id == ID


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_delivery_of_another_time_is_not(seconds: int) -> None:
    with pytest.raises(DeliveryIsNotAuthentic):
        verify("crm", [SECRET], signed(at=NOON + timedelta(seconds=seconds)), BODY, NOON)


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "another"},
        {"webhook-id": ""},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "1614265330.0"},
        {"webhook-timestamp": "9" * 20},
        {"webhook-timestamp": "٣"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,not base64!"},
        {"webhook-signature": "é,é"},
        {"webhook-signature": VECTOR["webhook-signature"].removeprefix("v1,")},
        {"webhook-signature": "v1a" + VECTOR["webhook-signature"].removeprefix("v1")},
    ],
)
def test_headers_that_say_something_else_are_not_authentic(changes: dict[str, str]) -> None:
    with pytest.raises(DeliveryIsNotAuthentic):
        verify("crm", [SECRET], VECTOR | changes, BODY, THEN)


@pytest.mark.parametrize("id_", ["a.b", "x" * 256, "a\tb"])
def test_an_id_that_could_be_read_in_two_ways_is_not_taken(id_: str) -> None:
    with pytest.raises(DeliveryIsNotAuthentic):
        verify("crm", [SECRET], signed(id_=id_), BODY, NOON)


@pytest.mark.parametrize("body", [BODY + b" ", b"", b"\xff"])
def test_a_changed_body_is_not_authentic(body: bytes) -> None:
    with pytest.raises(DeliveryIsNotAuthentic):
        verify("crm", [SECRET], VECTOR, body, THEN)


def test_a_source_without_a_secret_delivers_nothing() -> None:
    with pytest.raises(DeliveryIsNotAuthentic):
        verify("crm", [], VECTOR, BODY, THEN)


@pytest.fixture
def inbox(issuer: DevelopmentIssuer) -> FastAPI:
    """A service that takes deliveries of one source."""
    router = APIRouter(prefix="/v1/webhooks")

    @router.post("/{source}", status_code=202, openapi_extra=DELIVERY_DOCS)
    async def take(request: Request, delivery: Delivered) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction] the router holds it
        """Take a delivery."""
        asking = delivery.asking(request)
        assert asking.request is not None
        return {"actor": asking.actor, "route": asking.request.route, "key": asking.request.key}

    app = make_app(
        name="inbox",
        title="Inbox",
        description="Takes deliveries.",
        version="1",
        routers=[router],
        lifespan=lifespan,
        auth=issuer.verifier(),
        clock=lambda: NOON,
    )
    app.state.webhook_secrets = {"crm": [SECRET]}
    return app


async def test_a_delivery_asks_as_its_source_and_once_per_id(inbox: FastAPI) -> None:
    async with client_of(inbox) as client:
        answer = await client.post("/v1/webhooks/crm", content=BODY, headers=signed())
    assert answer.status_code == 202
    assert answer.json() == {"actor": "webhook:crm", "route": "webhooks/crm", "key": ID}


async def test_a_refused_delivery_is_not_told_why(inbox: FastAPI) -> None:
    async with client_of(inbox) as client:
        answers: list[httpx.Response] = [
            await client.post("/v1/webhooks/crm", content=BODY, headers=signed(OTHER)),
            await client.post("/v1/webhooks/crm", content=BODY),
            await client.post("/v1/webhooks/unknown", content=BODY, headers=signed()),
        ]
    for answer in answers:
        assert answer.status_code == 401
        assert answer.json()["title"] == "This delivery could not be authenticated."
        assert "detail" not in answer.json()


async def test_a_deliverys_headers_are_documented(inbox: FastAPI) -> None:
    validate(inbox.openapi())
    take = inbox.openapi()["paths"]["/v1/webhooks/{source}"]["post"]
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= {each["name"] for each in take["parameters"]}
    assert take["security"] == []
