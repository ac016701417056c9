"""Kafka that goes away and comes back, topics that are lost, and topics that are written anew."""

import asyncio

from attain.faults.ground import delete
from attain.faults.trial import Fault, NotAsExpected, Stage, seen
from events.generations import begin_next, topic_of
from events.store.database import open_database
from events.wire.kafka.settings import settings_of
from events.wire.kafka.topics import create_topics
from events.wire.opening import open_wire

DOWN_SECONDS = 2.0
INSTRUCTION = "attain republish performance"


async def stopped(stage: Stage) -> None:
    """Stop the broker in order, and start it again after a while."""
    broker = stage.rig.ground.broker
    async with stage.load.under_way():
        await stage.sent(0.3)
        await asyncio.to_thread(broker.stop)
        await stage.sent(0.5)
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(broker.start)


async def killed(stage: Stage) -> None:
    """Kill the broker twice, and start it again at once."""
    broker = stage.rig.ground.broker
    async with stage.load.under_way():
        for share in (0.3, 0.6):
            await stage.sent(share)
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)


async def republished(stage: Stage) -> None:
    """Write a topic anew while everybody works, twice in a row."""
    async with stage.load.under_way():
        for share in (0.3, 0.5):
            await stage.sent(share)
            await republish(stage)


async def made_anew(stage: Stage) -> None:
    """Delete a topic and make it anew; who tells and who hears must say so, and go on when it is republished."""
    topic = topic_of("performance")
    async with stage.load.under_way():
        await stage.sent(0.4)
        await delete(stage.rig.wire_url, [topic])
        await create_topics(settings_of(stage.rig.wire_url), [topic])
        for name in ("performance-worker-1", "compensation-api-worker-1"):
            await seen(f"{name} says what to do", lambda name=name: says_instruction(stage, name))
        await republish(stage)


async def says_instruction(stage: Stage, name: str) -> bool:
    """Say whether a process that is not ready names the command that helps."""
    actor = stage.rig.actors[name]
    return not await actor.is_ready() and INSTRUCTION in actor.said


async def republish(stage: Stage) -> None:
    """Do what `attain republish performance` does."""
    database, wire = open_database(stage.rig.database_url("performance")), await open_wire(stage.rig.wire_url)
    try:
        generation = await begin_next(database, wire, "performance")
    finally:
        await database.close()
        await wire.aclose()
    if generation < 2:
        raise NotAsExpected(f"republished in generation {generation}")


FAULTS = (
    Fault(name="kafka-stopped", done="Kafka stopped in order and started again", play=stopped),
    Fault(name="kafka-killed", done="kill -9 of Kafka, twice", play=killed),
    Fault(name="topic-made-anew", done="a topic deleted and made anew, then republished", play=made_anew),
    Fault(name="republished", done="a topic republished while serving, twice", play=republished),
)
