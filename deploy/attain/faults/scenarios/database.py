"""PostgreSQL that is restarted, transactions that take long, and read models that are built anew meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Literal

from attain.faults.actor import ordered
from attain.faults.trial import Fault, Scenario, Stage
from attain.quiet import blueprint
from edge.clock import utc_now
from events.opening import Store, open_store
from events.rebuild import rebuild


def restarted(how: Literal["fast", "immediate"]) -> Scenario:
    """Restart the server twice."""

    async def play(stage: Stage) -> None:
        async with stage.load.under_way():
            for share in (0.3, 0.6):
                await stage.sent(share)
                await asyncio.to_thread(stage.rig.ground.server.restart, how)

    return play


async def slow_commits(stage: Stage) -> None:
    """Let the load go through while positions are taken long before they can be seen."""
    async with stage.load.under_way():
        pass


async def rebuilt(stage: Stage) -> None:
    """Build all read models anew, again and again, as long as the load goes on."""
    async with stage.load.under_way():
        for share in (0.2, 0.4, 0.6, 0.8):
            await stage.sent(share)
            for name in ("performance", "compensation"):
                await ordered(rebuild_all, name, stage.rig.database_url(name), taken_out=stage.rig.taken_out)


def rebuild_all(name: str, url: str) -> None:
    """Do what `attain rebuild` does."""

    async def rebuilding() -> None:
        async with opened(name, url) as store:
            await rebuild(store.journal)

    asyncio.run(rebuilding())


@asynccontextmanager
async def opened(name: str, url: str) -> AsyncGenerator[Store]:
    """Open a service's database beside the service, as a command of the operator does."""
    made = blueprint(name)
    store = await open_store(
        url,
        codec=made.codec(),
        clock=utc_now,
        projections=made.projections,
        derivations=made.derivations,
    )
    try:
        yield store
    finally:
        await store.close()


FAULTS = (
    Fault(name="postgres-fast", done="PostgreSQL restarted in order, twice", play=restarted("fast")),
    Fault(name="postgres-crash", done="PostgreSQL restarted as after a crash, twice", play=restarted("immediate")),
    Fault(
        name="slow-commits",
        done="one transaction in five stays open for 150 ms",
        play=slow_commits,
        slow=("slow-commits",),
    ),
    Fault(
        name="rebuilt",
        done="all read models built anew while appends go on, four times; one in five takes 150 ms to commit",
        play=rebuilt,
        slow=("slow-commits",),
    ),
)
