"""The loop that hears: reads the wire, records in the own log, and moves its mark in the same transaction.

A message takes effect exactly once, however often it comes and whoever else reads it: the mark moves by
compare-and-set, and who finds it moved rolls back.
"""

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from events import hearing
from events.journal import Journal
from events.store import readers
from events.store.readers import MarkWasMoved
from events.store.session import Writing
from events.wire.promises import Delivered, Message, Place, Reader, Wire

BATCH_SIZE_MAX = 500
WAIT_SECONDS = 1.0

_log = logging.getLogger("attain.consumer")


def topic_of(service: str) -> str:
    """Return the topic of a service's contracts."""
    return f"attain.{service}.v1"


def reader_of(place: Place) -> str:
    """Return the name of the mark for one place."""
    return f"{place.topic}/{place.partition}"


async def run(journal: Journal, wire: Wire, group: str, services: Sequence[str]) -> None:
    """Hear some services for ever."""

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        names = {reader_of(place): place for place in places}
        found = await journal.database.read(lambda reading: readers.marks_of(reading, list(names)))
        return {place: found.get(name, 0) for name, place in names.items()}

    async with wire.reader(group, [topic_of(service) for service in services], offsets) as reader:
        while True:
            batch = await reader.read(BATCH_SIZE_MAX, WAIT_SECONDS)
            if batch:
                await take_effect(journal, reader, batch)


async def take_effect(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Record a batch and move the marks; where somebody else was faster, go on at their mark."""
    try:
        await journal.database.write(lambda writing: record_batch(writing, journal, batch))
    except MarkWasMoved:
        await resume(journal, reader, batch)
    except DBAPIError:
        raise
    except Exception:
        _log.exception("a batch cannot be recorded together; its messages are recorded one by one")
        await one_by_one(journal, reader, batch)
    journal.appended.ring()


def record_batch(writing: Writing, journal: Journal, batch: Sequence[Delivered]) -> None:
    """Move the mark of each place that a batch touches, then record its messages."""
    last = {each.place: each.offset for each in batch}
    first: dict[Place, int] = {}
    for each in batch:
        first.setdefault(each.place, each.offset)
    marked = readers.marks_of(writing, [reader_of(place) for place in last])
    for place in sorted(last, key=reader_of):
        old = marked.get(reader_of(place), 0)
        if old > first[place]:
            raise MarkWasMoved(reader_of(place))
        readers.advance(writing, reader_of(place), old, last[place] + 1)
    hearing.hear_messages(writing, journal, [each.message for each in batch])


async def one_by_one(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Record each message alone; one that cannot be recorded is parked, and so is what follows in its stream."""
    for each in batch:
        try:
            await journal.database.write(lambda writing, each=each: record_batch(writing, journal, [each]))
        except MarkWasMoved:
            await resume(journal, reader, batch)
            return
        except DBAPIError:
            raise
        except Exception as error:
            _log.exception("a message cannot be recorded; it is parked")
            problem = f"{type(error).__name__}: {error}"
            await journal.database.write(
                lambda writing, each=each, problem=problem: park_poison(writing, journal, each, problem)
            )


def park_poison(writing: Writing, journal: Journal, each: Delivered, problem: str) -> None:
    """Move the mark over a message and park it."""
    readers.advance(writing, reader_of(each.place), readers.mark_of(writing, reader_of(each.place)), each.offset + 1)
    park_message(writing, journal, each.message, problem)


def park_message(writing: Writing, journal: Journal, message: Message, problem: str) -> None:
    """Park a message as the letter that it is."""
    hearing.park(writing, journal, hearing.from_message(message), problem)


async def resume(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
    """Go on where the marks in the database are."""
    places = {each.place for each in batch}
    found = await journal.database.read(
        lambda reading: readers.marks_of(reading, [reader_of(place) for place in places])
    )
    for place in places:
        reader.seek(place, found.get(reader_of(place), 0))
