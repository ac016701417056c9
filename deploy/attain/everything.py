"""All four services in one process and on one port: each starts as it would alone, under its own address."""

import importlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from edge.answering import stopped
from edge.asyncapi import asyncapi_answer
from edge.clock import utc_now
from edge.conversation import CORRELATION_HEADER, correlation_of
from edge.health import failures
from edge.serving import VERSION
from events.generations import topic_of
from events.running import Surroundings, from_environment
from events.wire.opening import open_wire

SERVICES = ("goals", "performance", "compensation", "feedback")

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Attain</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b2733}}
h1{{font-size:1.6rem}} li{{margin:.6rem 0}} a{{color:#0b5cad}} p{{color:#4a5866}}</style></head>
<body><h1>Attain</h1><p>Sales performance management on one history: every cent is explained by the events it
came from.</p><ul>{services}</ul><p><a href="/asyncapi.json">What the services tell each other</a> (AsyncAPI):
topics, messages and their schemas, for whoever subscribes.</p>
<p><a href="/readyz?verbose">Is everything ready?</a></p></body></html>"""


def surroundings_of(name: str) -> Surroundings:
    """Return where a service runs here: as the environment says."""
    return from_environment(name, utc_now)


def make(surroundings: Mapping[str, Surroundings] | None = None) -> Starlette:
    """Return one app that holds the four services; its lifespan enters theirs."""
    where = dict(surroundings or {name: surroundings_of(name) for name in SERVICES})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            wire = await open_wire(where["goals"].wire_url, [topic_of(name) for name in SERVICES])
            stack.push_async_callback(wire.aclose)
            for name in SERVICES:
                service = app_of(name, replace(where[name], wire=wire))
                await stack.enter_async_context(service.router.lifespan_context(service))
                mounts[name].app = service
            app.state.services = {name: mounts[name].app for name in SERVICES}
            yield

    mounts = {name: Mount(f"/{name}", app=Response("starting", status_code=503)) for name in SERVICES}
    routes = [
        Route("/", front_page),
        Route("/docs", docs),
        Route("/asyncapi.json", asyncapi),
        Route("/livez", livez),
        Route("/readyz", readyz),
        *(Route(f"/{name}", page_of) for name in SERVICES),
        *mounts.values(),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: nothing_here})


def addresses_at(url: str) -> dict[str, str]:
    """Return where each service answers when all are in one process at a URL."""
    return {name: f"{url}/{name}" for name in SERVICES}


def app_of(name: str, surroundings: Surroundings) -> FastAPI:
    """Return a service's app, made for these surroundings."""
    return importlib.import_module(f"{name}.main").make(surroundings)


async def nothing_here(request: Request, error: Exception) -> Response:
    """Answer with a problem, as the services do, where there is no service or none of its addresses."""
    answer = await stopped(request, error)
    answer.headers[CORRELATION_HEADER] = str(correlation_of(request.scope))
    return answer


async def docs(_request: Request) -> Response:
    """Lead to the front page, which leads to each service's docs."""
    return RedirectResponse("/")


async def asyncapi(request: Request) -> Response:
    """Answer with what all services tell and hear."""
    services: dict[str, FastAPI] = request.app.state.services
    return asyncapi_answer({name: service.state.types for name, service in services.items()}, VERSION)


async def page_of(request: Request) -> Response:
    """Lead from a service's name to its page. The framework would lead to whatever host the caller named."""
    return RedirectResponse(f"{request.url.path}/docs")


async def livez(_request: Request) -> Response:
    """Answer while the process lives."""
    return JSONResponse({"status": "alive"})


async def front_page(request: Request) -> Response:
    """Show the four services, each with its page of commands and queries."""
    services: dict[str, FastAPI] = request.app.state.services
    items = "".join(
        f'<li><a href="/{name}/docs"><b>{service.title}</b></a> '
        f'(<a href="/{name}/openapi.json">OpenAPI</a>, <a href="/{name}/asyncapi.json">AsyncAPI</a>)<br>'
        f"{service.description.splitlines()[0]}</li>"
        for name, service in services.items()
    )
    return HTMLResponse(PAGE.format(services=items))


async def readyz(request: Request) -> Response:
    """Answer 200 when every check of every service passes."""
    services: dict[str, FastAPI] = request.app.state.services
    failed: dict[str, Any] = {}
    for name, service in services.items():
        wrong = await failures(service.state.checks) + ["draining"] * service.state.drain.is_on
        if wrong:
            failed[name] = wrong
    return JSONResponse({"status": "not ready" if failed else "ready", "failed": failed}, 503 if failed else 200)
