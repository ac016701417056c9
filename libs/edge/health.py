"""Whether a process lives, whether it is ready to serve, and its numbers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, PlainTextResponse, Response

from edge.problems import problem

Check: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when something works and raises when it does not."""

CHECK_SECONDS_MAX = 2.0
EXPOSITION = 'attain_append_events_total{attain_origin="own",service_name="goals"} 12.0'

_log = structlog.get_logger("health")

router = APIRouter(tags=["health"])


@router.get("/livez", summary="The process lives")
async def livez() -> dict[str, str]:
    """Answer while the process lives; looks at nothing else."""
    return {"status": "alive"}


@router.get("/readyz", summary="The service is ready to serve", response_model=None)
async def readyz(request: Request, verbose: str | None = None) -> Response:
    """Answer 200 when every check passes, 503 when one fails or the service is draining; `?verbose` names them."""
    checks: Mapping[str, Check] = getattr(request.app.state, "checks", {})
    failed = await failures(checks)
    if request.app.state.drain.is_on:
        failed.append("draining")
    shown: dict[str, Any] = {"checks": {name: name not in failed for name in checks}} if verbose is not None else {}
    if failed:
        return problem(request.scope, 503, kind="not-ready", members={"failed": failed} | shown)
    return JSONResponse({"status": "ready"} | shown)


@router.get(
    "/metrics",
    summary="The service's numbers",
    response_class=PlainTextResponse,
    responses={200: {"description": "As Prometheus reads them.", "content": {"text/plain": {"example": EXPOSITION}}}},
)
async def metrics(request: Request) -> Response:
    """Answer with all numbers since the process started, and with how far the service is behind."""
    return Response(await request.app.state.instruments.exposition(), media_type=CONTENT_TYPE_LATEST)


async def failures(checks: Mapping[str, Check]) -> list[str]:
    """Return the names of the checks that fail or take too long, run side by side."""
    passed = await asyncio.gather(*(passes(name, check) for name, check in checks.items()))
    return [name for name, good in zip(checks, passed, strict=True) if not good]


async def passes(name: str, check: Check) -> bool:
    """Say whether a check passes in time; the log has the reason when it does not."""
    try:
        async with asyncio.timeout(CHECK_SECONDS_MAX):
            await check()
    except Exception as error:
        _log.warning("check failed", check=name, exc_info=error)
        return False
    return True
