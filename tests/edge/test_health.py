"""A process says whether it lives and whether it is ready."""

import asyncio

import pytest
from fastapi import FastAPI

from edge import health
from tests.edge.tiny import client_of


async def good() -> None:
    """Work."""


async def bad() -> None:
    message = "postgresql://user:hunter2@db is gone"
    raise ConnectionError(message)


async def slow() -> None:
    await asyncio.sleep(60)


async def test_a_process_lives_whatever_fails(app: FastAPI) -> None:
    app.state.checks = {"database": bad}
    async with client_of(app) as client:
        assert (await client.get("/livez")).status_code == 200


async def test_a_service_is_ready_when_every_check_passes(app: FastAPI) -> None:
    app.state.checks = {"database": good, "wire": good}
    async with client_of(app) as client:
        assert (await client.get("/readyz")).json() == {"status": "ready"}
        verbose = await client.get("/readyz?verbose")
    assert verbose.json() == {"status": "ready", "checks": {"database": True, "wire": True}}


async def test_a_failing_or_slow_check_is_named_but_not_why(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS_MAX", 0.05)
    app.state.checks = {"database": bad, "disk": good, "wire": slow}
    async with client_of(app) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["database", "wire"])
    assert "hunter2" not in answer.text


async def test_a_draining_service_is_not_ready(app: FastAPI) -> None:
    app.state.drain.begin()
    async with client_of(app) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["draining"])
