"""Who gets in, and who does not."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI

from edge.auth import AUDIENCE, verifier_of_provider
from edge.clock import utc_now
from edge.issuer import ISSUER, DevelopmentIssuer, IssuerIsForDevelopment, key_in
from edge.refusals import TokenIsInvalid
from edge.serving import verifier
from events.running import Surroundings
from tests.edge.tiny import client_of

STRANGER = ec.generate_private_key(ec.SECP256R1())


def claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a good token, but for some; `None` leaves one out."""
    now = utc_now()
    good: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "roles": ["planner"], "iat": now}
    changed = good | {"exp": now + timedelta(minutes=5)} | changes
    return {name: value for name, value in changed.items() if value is not None}


async def status_with(app: FastAPI, token: str) -> tuple[int, str | None]:
    async with client_of(app, token) as client:
        answer = await client.get("/v1/things/t-1")
    return answer.status_code, answer.headers.get("WWW-Authenticate")


async def test_without_a_token_nothing_is_told(app: FastAPI) -> None:
    async with client_of(app) as client:
        answers = [await client.get(path) for path in ("/v1/things/t-1", "/v1/nowhere", "/v1/webhooks")]
    assert [(each.status_code, each.headers["WWW-Authenticate"]) for each in answers] == [(401, "Bearer")] * 3


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/docs"])
async def test_health_and_docs_need_no_token(app: FastAPI, path: str) -> None:
    async with client_of(app) as client:
        assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["//livez", "/livez/", "/v1/things/../../livez", "/livez;/v1/things/t-1"])
async def test_no_spelling_of_an_open_address_opens_another(app: FastAPI, path: str) -> None:
    async with client_of(app) as client:
        assert (await client.get(path)).status_code in {200, 307, 401}
        assert "seen_by" not in (await client.get(path)).text


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": utc_now() - timedelta(minutes=5)},
        {"exp": None},
        {"iat": None},
        {"iat": utc_now() + timedelta(minutes=5)},
        {"iss": "https://elsewhere"},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 81},
        {"sub": "a\x00b"},
        {"sub": "a\nb"},
        {"roles": "planner"},
    ],
)
async def test_a_token_that_says_something_else_is_not_valid(
    app: FastAPI, tmp_path: Path, changes: dict[str, Any]
) -> None:
    token = jwt.encode(claims(**changes), key_in(tmp_path / "issuer"), "ES256")
    assert await status_with(app, token) == (401, 'Bearer error="invalid_token"')


async def test_a_token_of_another_key_or_algorithm_is_not_valid(app: FastAPI) -> None:
    forged = [
        jwt.encode(claims(), STRANGER, "ES256"),
        jwt.encode(claims(), "a shared secret that is long enough", "HS256"),
        jwt.encode(claims(), "", "none"),
        "x.y.z",
        "é",
    ]
    for token in forged:
        async with client_of(app) as client:
            answer = await client.get("/v1/things/t-1", headers=[(b"Authorization", b"Bearer " + token.encode())])
        assert answer.status_code == 401


async def test_a_token_just_over_its_time_is_still_taken(app: FastAPI, issuer: DevelopmentIssuer) -> None:
    assert await status_with(app, issuer.token("ada", ["rep"], timedelta(seconds=-10))) == (200, None)


async def test_roles_that_are_unknown_are_passed_over(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    token = jwt.encode(claims(roles=["planner", "emperor", 7]), key_in(tmp_path / "issuer"), "ES256")
    caller = await issuer.verifier().caller(token)
    assert (caller.person_id, caller.roles) == ("ada", frozenset({"planner"}))


def test_a_service_in_production_does_not_start_without_a_provider(tmp_path: Path) -> None:
    where = Surroundings(database_url="", keys_url="", wire_url="", folder=tmp_path, clock=utc_now)
    with pytest.raises(IssuerIsForDevelopment):
        verifier(where, {"ATTAIN_MODE": "production"})


async def test_a_provider_out_of_reach_lets_nobody_in(issuer: DevelopmentIssuer) -> None:
    verifier = verifier_of_provider("http://127.0.0.1:9/jwks", issuer=ISSUER)
    with pytest.raises(TokenIsInvalid):
        await verifier.caller(issuer.token("ada", ["rep"]))


def test_the_issuer_does_not_start_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTAIN_MODE", "production")
    with pytest.raises(IssuerIsForDevelopment):
        DevelopmentIssuer(tmp_path)


def test_the_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    DevelopmentIssuer(tmp_path)
    assert stat.S_IMODE((tmp_path / "issuer.pem").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["issuer.pem"]


async def test_the_key_is_the_same_at_the_next_start(tmp_path: Path) -> None:
    token = DevelopmentIssuer(tmp_path).token("ada", ["rep"])
    assert (await DevelopmentIssuer(tmp_path).verifier().caller(token)).person_id == "ada"


async def test_a_webhooks_address_needs_no_token(app: FastAPI) -> None:
    async with client_of(app) as client:
        answer: httpx.Response = await client.post("/v1/webhooks/crm", content=b"{}")
    assert answer.status_code == 202
