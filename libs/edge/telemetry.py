"""What is seen of a request: a line in the log, a span, its duration. Never a body, a token, an address as written.

Logs are JSON, one line a request: who, what, how it went, how long.
"""

import logging
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from typing import Any

import msgspec
import structlog
from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette._utils import get_route_path
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.auth import caller_in
from edge.conversation import CORRELATION_HEADER, TRACE_HEADER, correlation_of, remember_trace, trace_of
from edge.draining import RequestIsCutOff
from edge.instruments import Instruments
from edge.problems import failure, problem
from events.telemetry.conventions import ERROR_TYPE
from events.telemetry.links import traceparent_of

QUIET_PATHS = frozenset({"/livez", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_PROPAGATOR = TraceContextTextMapPropagator()
_UNTRACED = nullcontext(INVALID_SPAN)


def set_up_logs(level: str = "INFO") -> None:
    """Write logs to standard error: for people where that is a terminal, else one JSON object a line.

    Traces never show local variables: those hold tokens and what people wrote.
    """
    pretty = sys.stderr.isatty()
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        with_trace,
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


def with_trace(_logger: Any, _method: str, line: Any) -> Any:
    """Add the trace that a line was written in, if it was written in one."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        line |= {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
    return line


def as_json(line: Any, **_options: Any) -> str:
    """Write a log line; what JSON does not know is written as its text."""
    return msgspec.json.encode(line, enc_hook=str).decode()


def standard_error(*_names: Any) -> structlog.PrintLogger:
    """Return a logger that writes to what is standard error now."""
    return structlog.PrintLogger(sys.stderr)


class Telemetry:
    """Gives a request its correlation id and its span, logs and times it, answers what nobody foresaw with 500."""

    def __init__(self, app: ASGIApp, service: str, seconds: Callable[[], float] = perf_counter) -> None:
        self.app = app
        self._service = service
        self._seconds = seconds
        self._log: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and say how it went, whatever happens."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = self._seconds(), 0
        correlation_id = str(correlation_of(scope))

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[CORRELATION_HEADER] = correlation_id
                if scope["app"].state.drain.is_on:
                    headers["Connection"] = "close"
            await send(message)

        with spanned(scope) as span:
            try:
                await self.app(scope, receive, watched)
            except Exception as error:
                span.record_exception(error)
                answer = too_late(scope) if isinstance(error, RequestIsCutOff) else failure(scope, error)
                if status:  # half an answer is out: the connection has to break, or the caller takes it for a whole one
                    raise
                await answer(scope, receive, watched)
            finally:
                self._line(scope, status, self._seconds() - began)
                measure(scope, span, status, self._seconds() - began)

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
            **trace_in(scope),
        )


def too_late(scope: Scope) -> Response:
    """Return the answer to a request that the end of the process did not wait for."""
    return problem(scope, 503, kind="stopping", members={"title": "The service is stopping. Ask again."})


def spanned(scope: Scope) -> AbstractContextManager[Span]:
    """Begin the request's span, in the trace that the caller named; none for who asks whether we live."""
    instruments: Instruments = scope["app"].state.instruments
    if not instruments.log.is_tracing or get_route_path(scope) in QUIET_PATHS:
        return _UNTRACED
    headers = Headers(scope=scope)
    carrier = {name: headers[name] for name in (TRACE_HEADER, "tracestate") if name in headers}
    return current(scope, instruments, _PROPAGATOR.extract(carrier, Context()))


@contextmanager
def current(scope: Scope, instruments: Instruments, context: Context) -> Generator[Span]:
    """Let all that happens to a request happen in its span."""
    method = method_of(scope)
    with instruments.tracer.start_as_current_span(
        method,
        context,
        SpanKind.SERVER,
        {"http.request.method": method, "url.scheme": scope["scheme"]},
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        remember_trace(scope, traceparent_of(span))
        yield span


def measure(scope: Scope, span: Span, status: int, seconds: float) -> None:
    """Record how long a request took, and finish its span. The address is the route's, not what the caller wrote."""
    route = route_of(scope)
    if route in QUIET_PATHS:
        return
    attributes: dict[str, str | int] = {"http.request.method": method_of(scope), "http.route": route}
    if status:
        attributes["http.response.status_code"] = status
    if not 0 < status < 500:
        attributes[ERROR_TYPE] = str(status or "no_answer")
    instruments: Instruments = scope["app"].state.instruments
    instruments.requests.record(seconds, attributes)
    if span.is_recording():
        span.update_name(f"{attributes['http.request.method']} {route}")
        span.set_attributes(attributes)
        if ERROR_TYPE in attributes:
            span.set_status(StatusCode.ERROR)


def method_of(scope: Scope) -> str:
    """Return the request's method, and the same for all that nobody knows."""
    return scope["method"] if scope["method"] in METHODS else "_OTHER"


def trace_in(scope: Scope) -> dict[str, str]:
    """Return what a log line says of the request's trace: nothing if it has none."""
    traceparent = trace_of(scope)
    return {} if traceparent is None else {"trace_id": traceparent.split("-")[1]}


def route_of(scope: Scope) -> str:
    """Return the address's template, `/v1/plans/{plan_id}`; nothing of what the caller wrote if there is none."""
    context = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(context, "path_format", None) or getattr(context, "path", None) or "(none)"
