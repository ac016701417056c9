"""Told to stop, an app finishes what it was asked for, and says to those who ask that they should go elsewhere."""

import asyncio
import signal
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request

from edge import draining
from edge.draining import Drain, Exit


class Gate:
    """Holds requests until it is opened."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.opened = asyncio.Event()


@pytest.fixture
def gate(app: FastAPI) -> Gate:
    made = Gate()

    async def pass_through(_request: Request) -> dict[str, str]:
        made.entered.set()
        await made.opened.wait()
        return {"passed": "yes"}

    app.add_api_route("/docs/gate", pass_through, methods=["GET"])
    return made


async def ask(client: httpx.AsyncClient, gate: Gate) -> "asyncio.Task[httpx.Response]":
    asked = asyncio.create_task(client.get("/docs/gate"))
    await gate.entered.wait()
    return asked


async def test_a_request_that_runs_is_answered_and_its_connection_closed(
    app: FastAPI, ada: httpx.AsyncClient, gate: Gate
) -> None:
    asked = await ask(ada, gate)
    app.state.drain.begin()
    gate.opened.set()
    answer = await asked
    assert (answer.status_code, answer.json()) == (200, {"passed": "yes"})
    assert answer.headers["connection"] == "close"


async def test_a_request_that_comes_late_is_answered_too(app: FastAPI, ada: httpx.AsyncClient) -> None:
    assert "connection" not in (await ada.get("/v1/things/t1")).headers
    app.state.drain.begin()
    answer = await ada.get("/v1/things/t1")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")


async def test_a_request_that_takes_too_long_is_told_to_ask_again(
    app: FastAPI, ada: httpx.AsyncClient, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "REQUEST_SECONDS_MAX", 0.01)
    asked = await ask(ada, gate)
    app.state.drain.begin()
    answer = await asked
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/stopping")
    assert not app.state.drain.running


async def test_a_request_that_its_caller_cancels_is_just_cancelled(ada: httpx.AsyncClient, gate: Gate) -> None:
    asked = await ask(ada, gate)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


class Server:
    """Listens to signals as a server does."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.stopped = asyncio.Event()

    def handle_exit(self, number: int, _frame: object) -> None:
        self.told.append(number)
        self.stopped.set()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    before = {number: signal.signal(number, made.handle_exit) for number in draining.SIGNALS}
    yield made
    for number, handler in before.items():
        signal.signal(number, handler)


async def test_a_signal_lets_every_app_drain_before_it_reaches_the_server(server: Server) -> None:
    ends, one, other = Exit(), Drain(), Drain()
    with ends.announced_to(one, 0.05), ends.announced_to(other, 0.01):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(0)
        assert (one.is_on, other.is_on, server.told) == (True, True, [])
        await server.stopped.wait()
    assert server.told == [signal.SIGTERM]


@pytest.mark.parametrize("signals", [(signal.SIGINT,), (signal.SIGTERM, signal.SIGTERM)], ids=["ctrl-c", "said twice"])
async def test_who_does_not_want_to_wait_does_not_have_to(server: Server, signals: tuple[signal.Signals, ...]) -> None:
    ends, drain = Exit(), Drain()
    with ends.announced_to(drain, 60):
        for number in signals:
            signal.raise_signal(number)
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await server.stopped.wait()
    assert drain.is_on


async def test_at_the_end_signals_are_the_servers_again(server: Server) -> None:
    ends = Exit()
    for _ in range(2):
        with ends.announced_to(Drain(), 60), ends.announced_to(Drain(), 60):
            assert signal.getsignal(signal.SIGTERM) != server.handle_exit
        assert signal.getsignal(signal.SIGTERM) == server.handle_exit
    signal.raise_signal(signal.SIGTERM)
    await server.stopped.wait()


async def test_where_no_server_listens_a_signal_is_left_alone() -> None:
    with Exit().announced_to(Drain(), 60):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
