"""The way out of a process: told to stop, it is not ready any more, finishes what it was asked for, and ends.

Before it refuses connections it goes on answering for a moment, since whoever sends requests has to learn of its end
first; every answer of that time closes its connection, so that the next request goes elsewhere.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.problems import problem

SIGNALS = (signal.SIGTERM, signal.SIGINT)
REQUEST_SECONDS_MAX = 4.0
"""How long a request may still take when the process was told to stop."""

Handler = Callable[[int, FrameType | None], Any]


class Drain:
    """Whether an app is on its way out, and the requests that it still answers."""

    def __init__(self) -> None:
        self._until: float | None = None
        self._running: set[asyncio.Timeout] = set()

    @property
    def is_on(self) -> bool:
        """Say whether the app is on its way out."""
        return self._until is not None

    def begin(self) -> None:
        """Give the requests that run, and those that still come, a last moment. Called in the app's loop."""
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + REQUEST_SECONDS_MAX
            for request in self._running:
                request.reschedule(self._until)

    @asynccontextmanager
    async def in_time(self) -> AsyncGenerator[None]:
        """Answer a request, and raise `TimeoutError` when the last moment is over before it is done."""
        async with asyncio.timeout_at(self._until) as limit:
            self._running.add(limit)
            try:
                yield
            finally:
                self._running.discard(limit)


class Finishing:
    """Lets every request finish in time when the app drains, and closes connections then."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that takes too long at the end is answered with 503, or broken off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        drain: Drain = scope["app"].state.drain
        has_begun = False

        async def closing(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                if drain.is_on:
                    message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        try:
            async with drain.in_time():
                await self.app(scope, receive, closing)
        except TimeoutError:
            if has_begun or not drain.is_on:
                raise
            await problem(scope, 503, members={"detail": "The service is stopping."})(scope, receive, closing)


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
