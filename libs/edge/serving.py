"""A service over HTTP: its blueprint, its routes, and the surroundings that it starts in."""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from edge.app import Limits, make_app
from edge.asyncapi import asyncapi_router
from edge.auth import Verifier, verifier_of_provider
from edge.clock import utc_now
from edge.draining import PROCESS, Drain
from edge.instruments import instruments_of
from edge.issuer import ISSUER, DevelopmentIssuer, refuse_in_production
from edge.parked import router as parked_router
from edge.readiness import checks, looking
from events.collector import calm_collector
from events.domain import Refused
from events.running import API, Blueprint, Surroundings, from_environment, require, running
from events.standing import show

VERSION = "0.1.0"


def serve(  # noqa: PLR0913 what a service shows over HTTP, each once and by name
    blueprint: Blueprint,
    surroundings: Surroundings | None = None,
    *,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    problem_statuses: Mapping[type[Refused], int] | None = None,
    limits: Limits | None = None,
    state: Mapping[str, Any] | None = None,
) -> FastAPI:
    """Return a service's app. Nothing is opened before its lifespan starts.

    A process that is only a worker has no routes but those of its health. `app.state` has `store`, `keys`, `wire`,
    `surroundings`, the `types` of events that it knows, and what `state` names.
    """
    where = surroundings or from_environment(blueprint.name, utc_now)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        instruments = instruments_of(blueprint.name, VERSION, where.wire_system)
        try:
            async with running(blueprint, where, instruments.log) as service:
                app.state.instruments, app.state.drain = instruments, Drain()
                app.state.store, app.state.keys, app.state.wire = service.store, service.keys, service.wire
                app.state.checks = checks(blueprint.name, service, where.lag_max)
                show(instruments.meter, looking(service), lambda: instruments.log.hole_seconds)
                calm_collector()
                with PROCESS.announced_to(app.state.drain, where.drain_seconds):
                    yield
        finally:
            await instruments.close()

    app = make_app(
        name=blueprint.name,
        title=title,
        description=description,
        version=VERSION,
        routers=(*routers, *shared_routers(blueprint)) if API in where.roles else (),
        lifespan=lifespan,
        auth=verifier(where),
        problem_statuses=problem_statuses,
        clock=where.clock,
        limits=limits,
    )
    app.state.surroundings, app.state.types = where, blueprint.types
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    return app


def shared_routers(blueprint: Blueprint) -> tuple[APIRouter, ...]:
    """Return the routes that every service has: for operators, and for those who subscribe."""
    return (parked_router, asyncapi_router({blueprint.name: blueprint.types}, VERSION))


def verifier(surroundings: Surroundings, environment: Mapping[str, str] | None = None) -> Verifier:
    """Return who verifies tokens: the company's OpenID provider if one is set, else the development issuer."""
    said = os.environ if environment is None else environment
    jwks_url = said.get("ATTAIN_JWKS_URL")
    if jwks_url is not None:
        require(said, ("ATTAIN_ISSUER",))
        return verifier_of_provider(jwks_url, issuer=said["ATTAIN_ISSUER"])
    refuse_in_production(said)
    issued: dict[str, Verifier] = {}

    async def key_of(token: str) -> Any:
        if not issued:
            issuer = await asyncio.to_thread(DevelopmentIssuer, surroundings.folder)
            issued[ISSUER] = issuer.verifier()
        return await issued[ISSUER].key_of(token)

    return Verifier(key_of=key_of, issuer=ISSUER)
