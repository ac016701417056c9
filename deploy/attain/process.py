"""A process that serves: one service, or all four behind one port, from a bound socket to a clean end."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from edge.telemetry import set_up_logs

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHUTDOWN_SECONDS_MAX = 5
BACKLOG = 2_048
POLL_SECONDS = 0.01


class PortIsTaken(Exception):
    """Another process listens at the port."""


class DidNotStart(Exception):
    """The services did not start; the log says why."""


class Server(uvicorn.Server):
    """A server that Ctrl-C stops in order, without raising the signal again when it has."""

    interrupted = False

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Let signals stop the server; a second one changes nothing."""
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in order, and remember that a person wanted it so."""
        self.interrupted = self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start. Raises `DidNotStart` rather than end the process."""
        try:
            await super().startup(sockets)
        except SystemExit as error:
            message = "the services did not start"
            raise DidNotStart(message) from error


def bind(host: str, port: int) -> socket.socket:
    """Take a port, 0 for any free one. Raises `PortIsTaken`."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(BACKLOG)
    except OSError as error:
        taken.close()
        message = f"port {port} cannot be used ({error.strerror}): choose another one, as in `make run PORT=8001`"
        raise PortIsTaken(message) from error
    return taken


async def nothing() -> None:
    """Do nothing beside serving."""


async def serve(
    app: ASGIApp, bound: socket.socket, beside: Callable[[], Awaitable[None]] = nothing, log_level: str = "WARNING"
) -> None:
    """Serve until Ctrl-C; do something `beside` once the app answers, and stop if it fails.

    Raises `DidNotStart`, and what `beside` raises, unless that was only cut off by Ctrl-C.
    """
    set_up_logs(log_level)
    config = uvicorn.Config(
        app, lifespan="on", log_config=None, access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS_MAX
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    work = asyncio.create_task(when_started(server, beside))
    await asyncio.wait((serving, work), return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = server.should_exit or has_failed(work)
    try:
        await serving
    finally:
        work.cancel()
    (outcome,) = await asyncio.gather(work, return_exceptions=True)
    if isinstance(outcome, Exception) and not server.interrupted:
        raise outcome


def has_failed(work: asyncio.Task[None]) -> bool:
    """Say whether a task has ended with an error."""
    return work.done() and not work.cancelled() and work.exception() is not None


async def when_started(server: Server, beside: Callable[[], Awaitable[None]]) -> None:
    """Do something once the server answers."""
    while not server.started:  # noqa: ASYNC110 uvicorn has no event for it
        await asyncio.sleep(POLL_SECONDS)
    await beside()


def run_to_end(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on uvloop where there is one."""
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main)


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes uvloop's event loops; nothing where uvloop is not installed."""
    try:
        import uvloop  # noqa: PLC0415 Windows has none
    except ImportError:
        return None
    return uvloop.new_event_loop
