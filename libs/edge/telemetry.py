"""Logs as JSON, one line a request: who, what, how it went, how long. Never a body, never a token."""

import logging
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import msgspec
import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.auth import caller_in
from edge.conversation import CORRELATION_HEADER, correlation_of
from edge.problems import unexpected

QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})


def set_up_logs(level: str = "INFO") -> None:
    """Write logs to standard error: for people where that is a terminal, else one JSON object a line.

    Traces never show local variables: those hold tokens and what people wrote.
    """
    pretty = sys.stderr.isatty()
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if not pretty:
        processors += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=as_json)]
    else:
        processors.append(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=standard_error,
        cache_logger_on_first_use=False,
    )


def as_json(line: Any, **_options: Any) -> str:
    """Write a log line; what JSON does not know is written as its text."""
    return msgspec.json.encode(line, enc_hook=str).decode()


def standard_error(*_names: Any) -> structlog.PrintLogger:
    """Return a logger that writes to what is standard error now."""
    return structlog.PrintLogger(sys.stderr)


class Telemetry:
    """The outermost layer: gives the request its correlation id, logs it, and answers what nobody foresaw with 500."""

    def __init__(self, app: ASGIApp, service: str, seconds: Callable[[], float] = perf_counter) -> None:
        self.app = app
        self._service = service
        self._seconds = seconds
        self._log: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and log it, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = self._seconds(), 0
        correlation_id = str(correlation_of(scope))

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[CORRELATION_HEADER] = correlation_id
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            answer = unexpected(scope, error)
            if status:  # half an answer is out: the connection has to break, or the caller takes it for a whole one
                raise
            await answer(scope, receive, watched)
        finally:
            self._line(scope, status, self._seconds() - began)

    def _line(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        if route in QUIET_PATHS and status < 400:
            return
        caller = caller_in(scope)
        if self._log is None:  # bound once, at the first request: logs are set up by then
            self._log = structlog.get_logger("request").bind(service=self._service)
        self._log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1_000, 1),
            correlation_id=str(correlation_of(scope)),
            actor=caller.person_id if caller else None,
        )


def route_of(scope: Scope) -> str:
    """Return the address's template, `/v1/plans/{plan_id}`; nothing of what the caller wrote if there is none."""
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(context, "path_format", None) or getattr(context, "path", None) or "(none)"
