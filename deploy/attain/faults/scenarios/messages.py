"""Messages that come twice, late or slowly, that cannot be read, or that only a later release knows."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from attain.faults.history import everything_on
from attain.faults.scenarios.database import opened
from attain.faults.trial import Fault, NotAsExpected, Stage, seen
from attain.quiet import blueprint
from edge.clock import utc_now
from events import hearing, parked
from events.domain import Recorded, Value
from events.generations import topic_of
from events.hearing import StillUnreadable
from events.opening import Store, open_store
from events.projector import Projection, Rows
from events.store.session import Reading
from events.wire.cloudevents import Letter, to_message
from events.wire.opening import open_wire
from events.wire.promises import Message, Wire

TOPIC = topic_of("performance")
STRANGER = "/services/stranger"
BLESSED = tuple(f"deal-blessed-{number}" for number in range(20))
GOOD = b'{"type":"PersonLeftV1","person_id":"abroad","left_on":"2025-05-05"}'
BROKEN = b'{"type":"PersonLeftV1"}'
NAMED = "attain.stranger.PersonLeft.v1"


async def twice(stage: Stage) -> None:
    """Send everything that was told so far once more, and once more out of order."""
    random = Random(7)
    async with stage.load.under_way():
        for share in (0.3, 0.7):
            await stage.sent(share)
            async with wired(stage) as wire:
                for name in ("goals", "performance"):
                    await again(wire, topic_of(name), random)


async def again(wire: Wire, topic: str, random: Random) -> None:
    """Send a topic's messages again, as they were and then shuffled."""
    messages = [each.message for each in await everything_on(wire, topic, await wire.ends(topic))]
    await wire.send(topic, messages)
    random.shuffle(messages)
    await wire.send(topic, messages)


async def slowly(stage: Stage) -> None:
    """Let the load go through while every batch takes half a second to be heard."""
    async with stage.load.under_way():
        pass


async def poison(stage: Stage) -> None:
    """Send what cannot be read: it is parked with what follows in its stream, and the rest go on."""
    async with stage.load.under_way():
        await stage.sent(0.3)
        async with wired(stage) as wire:
            await wire.send(TOPIC, [strange("person-abroad", 1, NAMED, BROKEN)])
            await wire.send(TOPIC, [strange("person-abroad", 2, NAMED, GOOD), strange("person-inland", 1, NAMED, GOOD)])
            await wire.send(TOPIC, [Message(key="no letter", headers={}, value=b"\xff\x00 no letter")])
        async with opened("compensation", stage.rig.database_url("compensation")) as store:
            await seen("three are parked", lambda: three_are_parked(store))
    async with opened("compensation", stage.rig.database_url("compensation")) as store:
        await repair(store)


async def three_are_parked(store: Store) -> bool:
    """Say whether the poison, what follows it, and what is no letter are parked."""
    return len(await shelf(store)) == 3


async def shelf(store: Store) -> Sequence[parked.Parked]:
    """Return what is parked."""
    return await store.read(lambda reading: reading.rows(parked.listed(parked.HEARD), parked.Parked))


async def repair(store: Store) -> None:
    """Retry, which is refused; drop what cannot be read; retry what followed it, which is recorded then."""
    there = await shelf(store)
    (later,) = [each for each in there if each.sequence == 2]
    unreadable = [each.id for each in there if each.id != later.id]
    try:
        await store.database.write(lambda writing: hearing.retry(writing, store.journal, later))
    except StillUnreadable:
        await store.database.write(lambda writing: parked.drop(writing, unreadable))
        await store.database.write(lambda writing: hearing.retry(writing, store.journal, later))
    else:
        raise NotAsExpected("what cannot be read was recorded")


async def newer(stage: Stage) -> None:
    """Send events of a type that nobody knows yet; after an upgrade they are in the read model that is made of them."""
    kind = "attain.stranger.DealBlessed.v1"
    async with stage.load.under_way():
        await stage.sent(0.3)
        async with wired(stage) as wire:
            sent = [strange(each, 1, kind, b'{"type":"DealBlessedV1","by":"nobody"}') for each in BLESSED]
            await wire.send(TOPIC, sent)
    await stage.quiet()
    await upgraded(stage)


class DealBlessedV1(Value):
    """What a later release knows."""

    by: str


class BlessingRow(Value, tag=False):
    """A deal that was blessed."""

    deal_id: str
    count: int


BLESSINGS_TABLE = Table(
    "blessings", MetaData(), Column("deal_id", Text, primary_key=True), Column("count", Integer, nullable=False)
)


def bless(rows: Rows[BlessingRow], recorded: Recorded[DealBlessedV1]) -> Rows[BlessingRow]:
    """Count the blessings of a deal."""
    before = rows.get(recorded.key)
    return rows.put(BlessingRow(deal_id=recorded.key, count=1 + (before.count if before else 0)))


BLESSINGS = Projection(table=BLESSINGS_TABLE, row=BlessingRow, kind="heard-stranger-deal", project=bless)


async def upgraded(stage: Stage) -> None:
    """Start a release that knows the new type, and look whether it has made use of every one."""
    made = blueprint("compensation")
    codec = type(made.codec())((*made.types, DealBlessedV1))
    projections = (*made.projections, BLESSINGS)
    store = await open_store(
        stage.rig.database_url("compensation"),
        codec=codec,
        clock=utc_now,
        projections=projections,
        derivations=made.derivations,
    )
    try:
        counted = await store.read(blessed)
    finally:
        await store.close()
    if counted != {name.removeprefix("deal-"): 1 for name in BLESSED}:
        raise NotAsExpected(f"the new release knows of {counted}")


def blessed(reading: Reading) -> dict[str, int]:
    """Return how often each deal was blessed."""
    return {row[0]: row[1] for row in reading.tuples(select(BLESSINGS_TABLE))}


def strange(subject: str, sequence: int, kind: str, text: bytes) -> Message:
    """Return a letter that a stranger put into performance's topic."""
    return to_message(
        Letter(
            id=UUID(int=hash((subject, sequence)) % 2**128),
            source=STRANGER,
            type=kind,
            subject=subject,
            time=datetime(2025, 1, 1, tzinfo=UTC),
            sequence=sequence,
            position=sequence,
            correlation_id=UUID(int=1),
            data=text,
        )
    )


@asynccontextmanager
async def wired(stage: Stage) -> AsyncGenerator[Wire]:
    """Lend a wire of one's own."""
    wire = await open_wire(stage.rig.wire_url)
    try:
        yield wire
    finally:
        await wire.aclose()


FAULTS = (
    Fault(name="twice", done="all messages sent again, in order and shuffled, twice", play=twice),
    Fault(name="slow-hearing", done="every batch takes half a second to be heard", play=slowly, slow=("slow-hearing",)),
    Fault(name="poison", done="unreadable messages: parked with their stream, refused, dropped, retried", play=poison),
    Fault(name="newer", done="20 events of an unknown type, used after an upgrade", play=newer),
)
