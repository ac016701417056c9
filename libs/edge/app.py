"""An HTTP app, put together: the same layers around every service's routes."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from edge import docs, health
from edge.answering import answer_with_problems
from edge.auth import OPEN_PREFIXES, BearerTokens, Verifier
from edge.clock import Clock, utc_now
from edge.draining import Drain, Finishing
from edge.heads import Heads
from edge.instruments import Instruments
from edge.limits import BodyLimit, Rate, RateLimit, SecurityHeaders
from edge.openapi import examples, finish
from edge.refusals import STATUSES
from edge.telemetry import Telemetry, set_up_logs
from events.domain import Refused

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own spans hold addresses and queries as they were written, and its logs what was wrong in bodies."""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an app takes: larger bodies under some addresses, and how often one caller may ask (if that is limited)."""

    body_bytes_max: Mapping[str, int] = field(default_factory=dict[str, int])
    rate: Rate | None = None


def make_app(  # noqa: PLR0913 what one app is made of, each once and by name
    *,
    name: str,
    title: str,
    description: str,
    version: str,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    auth: Verifier,
    problem_statuses: Mapping[type[Refused], int] | None = None,
    clock: Clock = utc_now,
    limits: Limits | None = None,
    open_prefixes: Sequence[str] = OPEN_PREFIXES,
) -> FastAPI:
    """Return a service's app. Its lifespan sets `app.state.store`, and may set `app.state.checks` and `instruments`.

    Without `routers` it has no pages of commands and queries either, only those of its health.
    `problem_statuses` maps refusals to a status other than 409. Addresses under `open_prefixes` need no token.
    """
    if not structlog.is_configured():
        set_up_logs(os.environ.get("ATTAIN_LOG_LEVEL", "INFO"))
    app = FastAPI(
        title=title,
        description=description,
        version=version,
        lifespan=lifespan,
        openapi_url="/openapi.json" if routers else None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
        middleware=layers(name, auth, limits or Limits(), open_prefixes),
    )
    app.state.name = name
    app.state.clock = clock
    app.state.checks = {}
    app.state.drain = Drain()
    app.state.instruments = Instruments()
    answer_with_problems(app, {**STATUSES, **(problem_statuses or {})})
    for router in (*routers, health.router, docs.router) if routers else (health.router,):
        app.include_router(router)
    describe(app, open_prefixes)
    return app


def layers(name: str, auth: Verifier, limits: Limits, open_prefixes: Sequence[str]) -> list[Middleware]:
    """Return the layers around the routes, outermost first."""
    rate = [] if limits.rate is None else [Middleware(RateLimit, rate=limits.rate)]
    return [
        Middleware(SecurityHeaders),
        Middleware(Telemetry, service=name),
        Middleware(Finishing),
        Middleware(BearerTokens, verifier=auth, open_prefixes=open_prefixes),
        *rate,
        Middleware(BodyLimit, bytes_max=limits.body_bytes_max),
        Middleware(Heads),
    ]


def describe(app: FastAPI, open_prefixes: Sequence[str]) -> None:
    """Let the app answer with an OpenAPI document that names every error."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = finish(document, open_prefixes, examples(app))
        return app.openapi_schema

    app.openapi = openapi
