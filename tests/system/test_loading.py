"""Loading a company through the public HTTP API of a real process: once, again, and after it broke off."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest

from attain.client import Client, connect
from attain.company import Company
from attain.demo.drawing import Scale, draw_company
from attain.everything import SERVICES
from attain.fleet import together
from attain.loading import is_loaded, load, send_stage
from attain.quiet import Census, Watch, watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment
from tests.system.reckoning import pay, reckoned

pytestmark = pytest.mark.system

SMALL = draw_company(7, Scale(reps=6, teams=2, deals=400, notes=4))
SECONDS_MAX = 60.0

Scene = Callable[[Client, Watch], Coroutine[Any, Any, None]]


def silent(_name: str, _count: int) -> None:
    """Report nothing."""


def play(folder: Path, scene: Scene) -> None:
    """Run a scene against a fresh process with all four services."""
    settings = {"ATTAIN_FOLDER": str(folder)}

    async def played(addresses: Mapping[str, str]) -> None:
        where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
        async with connect(addresses, DevelopmentIssuer(folder), secret_in(folder)) as client, watching(where) as watch:
            await client.wait_until_ready()
            await scene(client, watch)

    with together(settings, folder) as fleet:
        asyncio.run(played(fleet.addresses))


async def settled(watch: Watch) -> dict[str, Census]:
    """Return what every service has when nothing is left to do."""
    assert await watch.wait(SECONDS_MAX)
    return await watch.census()


def test_a_company_that_is_sent_twice_is_there_once(tmp_path: Path) -> None:
    async def scene(client: Client, watch: Watch) -> None:
        assert not await is_loaded(client, SMALL)
        await load(client, SMALL, silent)
        assert await is_loaded(client, SMALL)
        once = await settled(watch)
        assert once["performance"].deals == 400

        await load(client, SMALL, silent)

        assert await settled(watch) == once

    play(tmp_path, scene)


def test_a_load_that_broke_off_is_completed_by_the_next_and_pays_what_the_deals_say(tmp_path: Path) -> None:
    async def scene(client: Client, watch: Watch) -> None:
        for stage in SMALL.before[:4]:
            await send_stage(client, SMALL, stage, silent)
        await settled(watch)
        assert not await is_loaded(client, SMALL)

        await load(client, SMALL, silent)

        await settled(watch)
        assert await pay(client) == reckoned(SMALL)

    play(tmp_path, scene)


def test_who_is_claimed_late_is_paid_for_what_they_won_before(tmp_path: Path) -> None:
    async def scene(client: Client, watch: Watch) -> None:
        early = Company(**{name: getattr(SMALL, name) for name in SMALL.__struct_fields__ if name != "after"}, after=())
        await load(client, early, silent)
        await settled(watch)
        unclaimed = await unmatched(client)
        assert unclaimed

        await load(client, SMALL, silent)

        await settled(watch)
        assert await unmatched(client) == []

    play(tmp_path, scene)


async def unmatched(client: Client) -> list[Any]:
    """Return what nobody of ours booked."""
    board = await client.ask("/performance/v1/leaderboard", period="2025", currency="USD")
    return board["unmatched"]
