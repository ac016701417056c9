"""One line a request, and nothing in it that somebody wrote."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from edge.issuer import DevelopmentIssuer
from tests.edge.tiny import client_of, tiny_app


def lines_of(logs: Any) -> list[dict[str, Any]]:
    return [dict(line) for line in logs if line["event"] == "request"]


async def test_a_request_is_one_line(ada: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await ada.post("/v1/things/secret-thing/close?q=secret", content=b'{"secret": 1}')
    [line] = lines_of(logs)
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "service": "tiny",
        "method": "POST",
        "route": "/v1/things/{thing_id}/close",
        "status": 422,
        "correlation_id": answer.headers["X-Correlation-Id"],
        "actor": "ada",
    }


async def test_an_address_without_a_route_is_not_written_down(ada: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await ada.get("/v1/secret")
    assert [line["route"] for line in lines_of(logs)] == ["(none)"]


async def test_who_asks_whether_it_lives_is_not_logged(ada: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await ada.get("/livez")
    assert logs == []


async def test_a_trace_shows_neither_tokens_nor_bodies(
    issuer: DevelopmentIssuer, capsys: pytest.CaptureFixture[str]
) -> None:
    app: FastAPI = tiny_app(issuer)
    token = issuer.token("ada", ["planner"])
    async with client_of(app, token) as client:
        await client.get("/v1/things/broken", headers={"X-Secret": "swordfish"})
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert token not in written
    assert "swordfish" not in written
