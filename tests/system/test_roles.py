"""A service as processes: what each role answers, and two workers of everything that share the work."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from attain.client import connect
from attain.cluster import binaries
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES, app_of
from attain.fleet import Fleet, apart
from attain.loading import load
from attain.quiet import watching
from attain.real.surroundings import databases, topics
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import API, WORKER, from_environment
from tests import brokers, clusters
from tests.system.reckoning import pay, reckoned

SMALL = draw_company(7, Scale(reps=6, teams=2, deals=300, notes=4))
SECONDS_MAX = 120.0
HEALTH = {"/livez", "/readyz", "/metrics"}


@asynccontextmanager
async def alone(service: str, role: str, folder: Path) -> AsyncGenerator[tuple[httpx.AsyncClient, set[str]]]:
    """Run one service in one role on SQLite; lend a client, and the names of the loops that it started."""
    where = from_environment(service, utc_now, {"ATTAIN_FOLDER": str(folder), "ATTAIN_ROLES": role})
    app = app_of(service, where)
    before = asyncio.all_tasks()
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://a") as client:
        loops = {task.get_name() for task in asyncio.all_tasks() - before}
        yield client, {name for name in loops if name.startswith(f"{service} ")}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_worker_answers_for_its_health_and_for_nothing_else(service: str, tmp_path: Path) -> None:
    token = DevelopmentIssuer(tmp_path).token("p-01", ["auditor"])
    async with alone(service, WORKER, tmp_path) as (client, loops):
        client.headers["Authorization"] = f"Bearer {token}"
        for path in HEALTH:
            assert (await client.get(path)).status_code == 200, path
        for path in ("/openapi.json", "/asyncapi.json", "/docs", "/v1/people", "/v1/deals", "/v1/plans", "/v1/notes"):
            assert (await client.get(path)).status_code == 404, path
        assert f"{service} relay" in loops


@pytest.mark.parametrize("service", SERVICES)
async def test_an_api_answers_everything_and_runs_no_loops(service: str, tmp_path: Path) -> None:
    async with alone(service, API, tmp_path) as (client, loops):
        assert loops == set()
        for path in (*HEALTH, "/openapi.json", "/asyncapi.json"):
            assert (await client.get(path)).status_code == 200, path


def test_a_role_that_there_is_not_is_one_clear_line(tmp_path: Path) -> None:
    said = {"ATTAIN_FOLDER": str(tmp_path), "ATTAIN_ROLES": "api,wrker"}
    command = [sys.executable, "-m", "attain.cli", "serve", "goals", "--port", "0"]
    done = subprocess.run(command, check=False, env=said, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip() == "ATTAIN_ROLES is api, worker or both with a comma, not wrker"


def on_files(stack: ExitStack, folder: Path) -> dict[str, str]:
    return stack.enter_context(databases("sqlite", folder))


def as_in_production(stack: ExitStack, folder: Path) -> dict[str, str]:
    brokers.require()
    if not binaries():
        pytest.skip(clusters.MISSING)
    return stack.enter_context(databases("postgres", folder)) | stack.enter_context(topics("kafka"))


@pytest.mark.system
@pytest.mark.parametrize(
    "surroundings",
    [on_files, pytest.param(as_in_production, marks=(pytest.mark.kafka, pytest.mark.postgres))],
)
def test_two_workers_of_every_service_share_the_work_and_all_end_in_order(
    surroundings: Callable[[ExitStack, Path], dict[str, str]], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        settings = surroundings(stack, tmp_path)
        fleet = stack.enter_context(apart(settings, tmp_path, workers=2))
        asyncio.run(paid_as_reckoned(fleet, settings, tmp_path))
        fleet.stop()
        assert [member.process.returncode for member in fleet.members] == [0] * 12


async def paid_as_reckoned(fleet: Fleet, settings: dict[str, str], folder: Path) -> None:
    """Load a company, wait until all is computed, and compare everybody's pay with a calculation of another hand."""
    where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
    async with (
        connect(fleet.addresses, DevelopmentIssuer(folder), secret_in(folder)) as client,
        watching(where) as watch,
    ):
        await client.wait_until_ready(fleet.check)
        await load(client, SMALL, lambda _name, _count: None)
        assert await watch.wait(SECONDS_MAX, lambda _backlog: fleet.check())
        assert await pay(client) == reckoned(SMALL)
