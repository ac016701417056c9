"""A database that is put back to an older day than its topic."""

import asyncio

from attain.faults.rig import Actor
from attain.faults.scenarios.database import opened
from attain.faults.scenarios.messages import wired
from attain.faults.trial import Fault, NotAsExpected, Stage
from attain.quiet import blueprint
from events.restoring import restore

SERVICE = "performance"


async def put_back(stage: Stage) -> None:
    """Copy performance's database in the middle of the load, put the copy in its place at the end, and complete it."""
    actors = [actor for actor in stage.rig.actors.values() if actor.service == SERVICE]
    async with stage.load.under_way():
        await stage.sent(0.4)
        await end(*actors)
        backup = stage.rig.ground.server.create_database("backup", like=stage.rig.database_url(SERVICE))
        await start(*actors)
    await stage.quiet()
    await end(*actors)
    stage.rig.move(SERVICE, backup)
    async with opened(SERVICE, stage.rig.database_url(SERVICE)) as store, wired(stage) as wire:
        done = await restore(store.journal, wire, blueprint(SERVICE).recovery())
    if not done.events_taken_back or done.frozen:
        raise NotAsExpected(f"restored: {done}")
    await start(*actors)
    stage.forget_requests()


async def end(*actors: Actor) -> None:
    """End processes in order."""
    for actor in actors:
        await asyncio.to_thread(actor.terminate)


async def start(*actors: Actor) -> None:
    """Start processes again."""
    for actor in actors:
        actor.start()
    await asyncio.gather(*(actor.get_ready() for actor in actors))


FAULTS = (
    Fault(name="put-back", done="a database put back to a back-up behind its topic, then restored", play=put_back),
)
