"""The way out of a process: told to stop, it is not ready any more, finishes what it was asked for, and ends.

Before it refuses connections it goes on answering for a moment, since whoever sends requests has to learn of its end
first; every answer of that time closes its connection, so that the next request goes elsewhere.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

SIGNALS = (signal.SIGTERM, signal.SIGINT)
REQUEST_SECONDS_MAX = 4.0
"""How long a request may still take when the process was told to stop."""

Handler = Callable[[int, FrameType | None], Any]


class RequestIsCutOff(Exception):
    """The process is stopping and could not wait any longer for the answer to a request."""


class Drain:
    """Whether an app is on its way out, and the requests that it still answers."""

    def __init__(self) -> None:
        self.is_on = False
        self.running: set[asyncio.Task[Any]] = set()
        self.cut_off: set[asyncio.Task[Any]] = set()

    def begin(self) -> None:
        """Give the requests that run, and those that still come, a last moment. Called in the app's loop."""
        if not self.is_on:
            self.is_on = True
            asyncio.get_running_loop().call_later(REQUEST_SECONDS_MAX, self._cut_off)

    def _cut_off(self) -> None:
        self.cut_off |= self.running
        for request in self.running:
            request.cancel()


class Finishing:
    """Lets requests finish when the app drains, but not for ever: raises `RequestIsCutOff` when one takes too long."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self.app(scope, receive, send)
            return
        drain: Drain = scope["app"].state.drain
        drain.running.add(task)
        try:
            await self.app(scope, receive, send)
        except asyncio.CancelledError as cancelled:
            if task not in drain.cut_off:
                raise
            task.uncancel()
            raise RequestIsCutOff from cancelled
        finally:
            drain.running.discard(task)
            drain.cut_off.discard(task)


class Exit:
    """The end of this process: its signals first let every app in it drain, then reach the server.

    There is one, since signals are the process's. Where no server listens to a signal it is left alone.
    """

    def __init__(self) -> None:
        self._apps: dict[Drain, float] = {}
        self._servers: dict[int, Handler] = {}
        self._told = False

    @contextmanager
    def announced_to(self, drain: Drain, seconds: float) -> Generator[None]:
        """Let an app drain for some seconds before the server is stopped."""
        if not self._apps:
            self._listen()
        self._apps[drain] = seconds
        try:
            yield
        finally:
            del self._apps[drain]
            if not self._apps:
                self._listen_no_more()

    def _listen(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            server: Any = signal.getsignal(number)
            if callable(server) and server is not signal.default_int_handler:
                self._servers[number] = server
                signal.signal(number, lambda told, frame: loop.call_soon_threadsafe(self._tell, told, frame))

    def _listen_no_more(self) -> None:
        for number, server in self._servers.items():
            signal.signal(number, server)
        self._servers.clear()
        self._told = False

    def _tell(self, number: int, frame: FrameType | None) -> None:
        # A person who presses Ctrl-C, or anybody who says it twice, does not want to wait.
        seconds = 0.0 if self._told or number == signal.SIGINT else max(self._apps.values(), default=0.0)
        self._told = True
        for drain in self._apps:
            drain.begin()
        server = self._servers.get(number)
        if server is not None:
            asyncio.get_running_loop().call_later(seconds, server, number, frame)


PROCESS = Exit()
