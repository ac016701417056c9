"""The loop that hears: reads the wire, records in the own log, and moves its mark in the same transaction.

A message takes effect exactly once, however often it comes and whoever else reads it: the mark moves by
compare-and-set, and who finds it moved rolls back.
"""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from events import hearing
from events.bookmarks import Bookmarks, bookmarked, check_ends, id_of, reader_of
from events.faults import is_its_own_fault, problem_of
from events.generations import generation_of, generations_of, newest, service_of, topic_of
from events.journal import Journal
from events.stops import Stops, TopicIsLost
from events.store import readers
from events.store.database import lost_a_race
from events.store.readers import MarkWasMoved
from events.store.session import Reading, Writing
from events.undivided import undivided
from events.wire.promises import Delivered, Place, Reader, Wire

BATCH_SIZE_MAX = 1_000
WAIT_SECONDS = 1.0
RETRY_SECONDS = 1.0
ATTEMPTS_MAX = 3

_log = logging.getLogger("attain.consumer")


async def run(journal: Journal, wire: Wire, name: str, services: Sequence[str], stops: Stops | None = None) -> None:
    """Hear some services for ever under a name: each goes on when another one's topic is stopped."""
    async with asyncio.TaskGroup() as loops:
        for service in services:
            hearing_one = hear_service(journal, wire, name, service, stops or Stops())
            loops.create_task(hearing_one, name=f"hear {service}")


def group_of(name: str, service: str, generation: int = 1) -> str:
    """Return the group in which a service hears another: of each a group, so that one's news does not wait for both.

    Each generation has one too: Kafka gives a member under a lasting name the places back that it had in its group.
    """
    return f"{name}.{service}" if generation == 1 else f"{name}.{service}.g{generation}"


async def hear_service(journal: Journal, wire: Wire, name: str, service: str, stops: Stops) -> None:
    """Hear one service for ever, the newest generation of its topic."""
    while True:
        try:
            topic = await topic_to_hear(journal, wire, service)
            await hear_topic(journal, wire, group_of(name, service, generation_of(topic)), topic, stops)
        except TopicIsLost as lost:
            stops.stop(lost)
            await asyncio.sleep(stops.look_seconds)
        except OSError as error:
            _log.warning("%s is not heard (%s); trying again from the marks", service, error)
            await asyncio.sleep(RETRY_SECONDS)


async def topic_to_hear(journal: Journal, wire: Wire, service: str) -> str:
    """Return the topic of a service's newest generation, never one before a generation that was heard."""
    known = await journal.database.read(lambda reading: heard_generation(reading, service))
    return topic_of(service, await newest(wire, service, known))


def heard_generation(reading: Reading, service: str) -> int:
    """Return the newest generation of a service's topic that has marks, the first if none has."""
    marked = {reader.partition("/")[0] for reader in readers.all_readers(reading)}
    return next(iter(generations_of(service, marked)), 1)


async def hear_topic(journal: Journal, wire: Wire, group: str, topic: str, stops: Stops) -> None:
    """Hear a topic until there is a newer generation of it. Raises `TopicIsLost`."""
    bookmarks, service, clock = Bookmarks(journal.database), service_of(topic), asyncio.get_running_loop().time
    await check_ends(journal.database, wire, topic)
    async with bookmarked(wire, group, topic, bookmarks) as reader:
        look_at = clock() + stops.look_seconds
        while True:
            batch = await reader.read(BATCH_SIZE_MAX, min(WAIT_SECONDS, stops.look_seconds))
            if batch:
                with journal.telemetry.processing(topic, group, batch):
                    await undivided(take_effects(journal, reader, batch))
            if clock() >= look_at:
                await check_ends(journal.database, wire, topic)
                if topic_of(service, await newest(wire, service, generation_of(topic))) != topic:
                    return
                if bookmarks.are_proven:
                    stops.go_on(service)
                look_at = clock() + stops.look_seconds


async def take_effects(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Record a batch. A full one has more behind it: its places are shared among transactions that run side by side."""
    shares = shared(batch, journal.database.lanes) if len(batch) >= BATCH_SIZE_MAX else [batch]
    effects = (take_effect(journal, reader, share) for share in shares)
    for outcome in await asyncio.gather(*effects, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def shared(batch: Sequence[Delivered], count: int) -> list[list[Delivered]]:
    """Return a batch in so many parts at most, each with whole places, which come in turn."""
    partitions = dict.fromkeys(each.partition for each in batch)
    part_of = {partition: number % count for number, partition in enumerate(partitions)}
    parts: list[list[Delivered]] = [[] for _ in range(min(count, len(partitions)))]
    for each in batch:
        parts[part_of[each.partition]].append(each)
    return parts


async def take_effect(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Record a batch and move the marks; where somebody else was faster, go on at their mark."""
    try:
        await journal.database.write(lambda writing: record_batch(writing, journal, batch))
    except MarkWasMoved:
        await resume(journal, reader, batch)
    except Exception as error:
        if not may_be_its_own_fault(error):
            raise
        _log.warning("a batch cannot be recorded together (%s); its messages are tried alone", problem_of(error))
        await one_by_one(journal, reader, batch)
    journal.appended.ring()


def record_batch(writing: Writing, journal: Journal, batch: Sequence[Delivered]) -> None:
    """Move the mark of each place that a batch touches, then record its messages."""
    move_marks(writing, batch)
    hearing.hear_messages(writing, journal, [each.message for each in batch])


def move_marks(writing: Writing, batch: Sequence[Delivered]) -> None:
    """Move the marks over a batch, or raise `MarkWasMoved` where one is beyond its beginning."""
    first: dict[Place, int] = {}
    last: dict[Place, Delivered] = {}
    for each in batch:
        place = each.place
        first.setdefault(place, each.offset)
        last[place] = each
    marked = readers.marks_of(writing, [reader_of(place) for place in last])
    for place in sorted(last, key=reader_of):
        old = marked.get(reader_of(place), 0)
        if old > first[place]:
            raise MarkWasMoved(reader_of(place))
        readers.advance(writing, reader_of(place), old, last[place].offset + 1, id_of(last[place].message))


async def one_by_one(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Record each message alone; one that cannot be recorded is parked, and so is what follows in its stream."""
    try:
        for each in batch:
            await alone(journal, each)
    except MarkWasMoved:
        await resume(journal, reader, batch)


async def alone(journal: Journal, each: Delivered) -> None:
    """Record a message, or park it; a lost race is run again a few times before the message is to blame."""
    for attempts_left in reversed(range(ATTEMPTS_MAX)):
        try:
            await journal.database.write(lambda writing: record_batch(writing, journal, [each]))
        except MarkWasMoved:
            raise
        except Exception as error:
            if not may_be_its_own_fault(error):
                raise
            if attempts_left and not is_its_own_fault(error):
                continue
            _log.exception("a message cannot be recorded; it is parked")
            problem = problem_of(error)
            await journal.database.write(lambda writing, problem=problem: park(writing, journal, each, problem))
        return


def may_be_its_own_fault(error: Exception) -> bool:
    """Say whether it may be recorded, or parked, when the messages are tried alone."""
    return is_its_own_fault(error) or (isinstance(error, DBAPIError) and lost_a_race(error))


def park(writing: Writing, journal: Journal, each: Delivered, problem: str) -> None:
    """Move the mark over a message and park it."""
    move_marks(writing, [each])
    hearing.park_message(writing, journal, each.message, problem)


async def resume(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Go on where the marks in the database are."""
    places = {each.place for each in batch}
    found = await journal.database.read(
        lambda reading: readers.marks_of(reading, [reader_of(place) for place in places])
    )
    for place in places:
        reader.seek(place, found.get(reader_of(place), 0))
