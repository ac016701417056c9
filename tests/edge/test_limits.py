"""How much is too much."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from edge.app import Limits
from edge.issuer import DevelopmentIssuer
from edge.limits import BODY_BYTES_MAX, Rate, RateLimit
from tests.edge.tiny import as_planner, client_of, tiny_app

JSON = {"Content-Type": "application/json"}


async def pieces(size: int) -> AsyncIterator[bytes]:
    """Send so many bytes in pieces, without saying how many."""
    while size > 0:
        yield b" " * min(size, 65_536)
        size -= 65_536


async def test_a_body_that_says_it_is_too_large_is_not_read(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things", content=b" " * (BODY_BYTES_MAX + 1), headers=JSON)
    assert answer.status_code == 413
    assert (answer.json()["type"], answer.json()["bytes_max"]) == ("/problems/body-is-too-large", BODY_BYTES_MAX)


@pytest.mark.parametrize("path", ["/v1/things", "/v1/webhooks/crm", "/v1/things/t-1/echo"])
async def test_a_body_that_grows_too_large_is_stopped(ada: httpx.AsyncClient, path: str) -> None:
    headers = JSON | {"Idempotency-Key": "k-1"}
    answer = await ada.post(path, content=pieces(BODY_BYTES_MAX + 1), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-is-too-large")
    assert answer.json()["bytes_max"] == BODY_BYTES_MAX


async def test_the_largest_body_is_taken(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/webhooks/crm", content=pieces(BODY_BYTES_MAX))
    assert answer.json()["length"] == BODY_BYTES_MAX


async def test_some_addresses_take_larger_bodies(issuer: DevelopmentIssuer) -> None:
    app = tiny_app(issuer, Limits(body_bytes_max={"/v1/webhooks/": 10, "/v1/webhooks/bulk": 3 * BODY_BYTES_MAX}))
    async with client_of(app) as client:
        large = await client.post("/v1/webhooks/bulk", content=pieces(2 * BODY_BYTES_MAX))
        small = await client.post("/v1/webhooks/crm", content=b"12345678901")
    assert (large.status_code, small.status_code) == (202, 413)


@pytest.mark.parametrize("length", [b"-1", b"many", b"1e3"])
async def test_a_length_that_is_no_number_is_a_bad_request(ada: httpx.AsyncClient, length: bytes) -> None:
    answer = await ada.post("/v1/things", headers=[(b"Content-Length", length)])
    assert answer.status_code == 400


async def test_a_limit_holds_under_a_prefix_of_the_whole_process(app: FastAPI) -> None:
    async with client_of(Starlette(routes=[Mount("/tiny", app)])) as client:
        answer = await client.post("/tiny/v1/webhooks/crm", content=b"{}")
        closed = await client.get("/tiny/v1/things/t-1")
        document = (await client.get("/tiny/openapi.json")).json()
    assert (answer.status_code, closed.status_code) == (202, 401)
    assert document["servers"] == [{"url": "/tiny"}]


async def nothing(*_: Any) -> None:
    """Answer nothing."""


def test_a_caller_has_a_burst_and_then_the_rate() -> None:
    now = [0.0]
    limit = RateLimit(nothing, Rate(per_second=2, burst=3), seconds=lambda: now[0])
    assert [limit.wait_of("ada") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.wait_of("bob") == 0
    now[0] = 0.5
    assert [limit.wait_of("ada") for _ in range(2)] == [0, 0.5]
    now[0] = 100
    assert [limit.wait_of("ada") for _ in range(4)] == [0, 0, 0, 0.5]


async def test_who_asks_too_often_is_told_when_to_come_back(issuer: DevelopmentIssuer) -> None:
    app = tiny_app(issuer, Limits(rate=Rate(per_second=0.01, burst=1)))
    async with as_planner(app, issuer) as client:
        first = await client.get("/v1/things/t-1")
        second = await client.get("/v1/things/t-1")
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json()["type"] == "/problems/too-many-requests"
    assert 90 <= int(second.headers["Retry-After"]) <= 100


async def test_every_answer_has_the_headers_that_browsers_obey(ada: httpx.AsyncClient) -> None:
    for path in ("/v1/things/t-1", "/v1/things/broken", "/v1/nowhere"):
        answer = await ada.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
