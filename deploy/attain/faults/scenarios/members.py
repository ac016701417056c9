"""More than one worker of a service: they join and leave, one stands still and wakes, two want to relay."""

import asyncio
import hashlib

from sqlalchemy import text

from attain.commands.serve import ServiceName
from attain.faults.ground import SESSION_SECONDS
from attain.faults.rig import Actor
from attain.faults.trial import Fault, NotAsExpected, Stage, seen
from events.running import WORKER
from events.store.database import open_database
from events.store.session import Reading

RELAY = hashlib.blake2b(b"relay", digest_size=8).digest()
HOLDERS = text(
    "SELECT granted, count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = :high AND objid = :low "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY granted"
).bindparams(high=int.from_bytes(RELAY[:4]), low=int.from_bytes(RELAY[4:]))
"""Who holds the relay's lock, and who waits for it."""


async def join_and_leave(stage: Stage) -> None:
    """Let workers join, end in order, and be killed."""
    async with stage.load.under_way():
        await stage.sent(0.1)
        first = await joined(stage, "compensation")
        second = await joined(stage, "performance")
        await stage.sent(0.4)
        await asyncio.to_thread(first.terminate)
        first.start()
        await stage.sent(0.6)
        second.kill()
        await first.get_ready()
        first.kill()
        await stage.sent(0.8)
    leave(stage, first, second)


async def zombie(stage: Stage) -> None:
    """Let a member stand still until its places have gone to another one, then wake in the middle of its batch."""
    async with stage.load.under_way():
        member = await joined(stage, "compensation")
        for _ in range(3):
            member.pause()
            await asyncio.sleep(2 * SESSION_SECONDS)
            member.resume()
            await asyncio.sleep(SESSION_SECONDS)


async def two_relays(stage: Stage) -> None:
    """Start a second relay: it waits, and takes over when the first is killed."""
    first = stage.rig.actors["performance-worker-1"]
    second = await joined(stage, "performance")
    async with stage.load.under_way():
        await seen("the second relay waits", lambda: one_works_one_waits(stage))
        await stage.sent(0.4)
        first.kill()
        await stage.sent(0.6)
        await seen("the other relay has taken over", lambda: one_works(stage))
        first.start()
        await first.get_ready()
        second.kill()
        await seen("the first relay works again", lambda: one_works(stage))
    leave(stage, second)


async def joined(stage: Stage, service: ServiceName) -> Actor:
    """Start one more worker of a service."""
    actor = stage.rig.add(service, WORKER)
    await actor.get_ready()
    return actor


def leave(stage: Stage, *actors: Actor) -> None:
    """Do without workers from now on."""
    for actor in actors:
        actor.kill()
        del stage.rig.actors[actor.name]


async def one_works_one_waits(stage: Stage) -> bool:
    """Say whether one relay has the lock, and another wants it. Raises `NotAsExpected` if two have it."""
    return await locks(stage) == (1, 1)


async def one_works(stage: Stage) -> bool:
    """Say whether one relay has the lock."""
    return (await locks(stage))[0] == 1


async def locks(stage: Stage) -> tuple[int, int]:
    """Return how many processes hold performance's relay lock, and how many wait for it."""

    def question(reading: Reading) -> dict[bool, int]:
        return {row[0]: row[1] for row in reading.tuples(HOLDERS)}

    database = open_database(stage.rig.database_url("performance"))
    try:
        found = await database.read(question)
    finally:
        await database.close()
    if found.get(True, 0) > 1:
        raise NotAsExpected("two relays of performance work at once")
    return found.get(True, 0), found.get(False, 0)


FAULTS = (
    Fault(name="members", done="workers of two services join, leave and are killed", play=join_and_leave),
    Fault(name="zombie", done="a member stands still past its session, wakes and goes on, three times", play=zombie),
    Fault(name="two-relays", done="two relays started; one waits, and takes over", play=two_relays),
)
