"""The topic that a relay writes: whether it holds what was sent, and the log what it holds.

A mark counts the messages that were sent. A topic that holds fewer was emptied or made anew. Where it holds more, a
relay ended between sending and counting, or the database was put back to an older day: the last messages tell which.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from events import generations
from events.bookmarks import instruction
from events.generations import topic_of
from events.stops import LogIsBehind, TopicIsLost
from events.store import readers
from events.store.database import Database
from events.store.session import Reading
from events.store.tables import events, frozen
from events.wire.cloudevents import Letter, LetterIsMalformed, from_message, source_of
from events.wire.promises import Message, Place, Wire

READS_MAX = 30
WAIT_SECONDS = 1.0


def sent_of(generation: int) -> str:
    """Return the name of the mark that counts what was sent in a generation."""
    return f"{generations.mark_of(generation)}.sent"


async def check(database: Database, wire: Wire, service: str, generation: int) -> None:
    """Look at a topic before it is written on. Raises `TopicIsLost` or `LogIsBehind`."""
    newest = await generations.newest(wire, service, generation)
    if newest != generation:
        raise behind(service, topic_of(service, generation), topic_of(service, newest))
    topic = topic_of(service, generation)
    sent = await database.read(lambda reading: readers.mark_of(reading, sent_of(generation)))
    count = await message_count(wire, topic, sent)
    if count > sent:
        letters = letters_in(service, await last_messages(wire, f"{service}.last", topic))
        if await database.read(lambda reading: lost(reading, letters)):
            raise behind(service, topic, topic)
        await database.write(lambda writing: readers.put(writing, sent_of(generation), count))


async def look(database: Database, wire: Wire, service: str, generation: int) -> None:
    """Look at a topic while it is written. Raises `TopicIsLost` or `GenerationHasChanged`."""
    await database.read(lambda reading: generations.confirm(reading, generation))
    sent = await database.read(lambda reading: readers.mark_of(reading, sent_of(generation)))
    await message_count(wire, topic_of(service, generation), sent)


async def message_count(wire: Wire, topic: str, sent: int) -> int:
    """Return how many messages a topic has had. Raises `TopicIsLost` if fewer than were sent."""
    there = topic in await wire.topics()
    count = sum((await wire.ends(topic)).values()) if there else 0
    if count < sent:
        found = f"holds {count} of the {sent} messages that were sent" if there else "is gone"
        raise TopicIsLost(topic, f"{topic} {found}: it was emptied or made anew. {instruction(topic)}")
    return count


async def last_messages(wire: Wire, group: str, topic: str) -> list[Message]:
    """Return the last message of each place that has one."""
    ends = {place: end for place, end in (await wire.ends(topic)).items() if end}

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        return {place: max(ends.get(place, 0) - 1, 0) for place in places}

    found: dict[Place, Message] = {}
    async with wire.reader(group, [topic], offsets) as reader:
        for _ in range(READS_MAX):
            if len(found) == len(ends):
                break
            found.update((each.place, each.message) for each in await reader.read(len(ends), WAIT_SECONDS))
    return list(found.values())


def letters_in(service: str, messages: Sequence[Message]) -> list[Letter]:
    """Return the letters of a service; others put messages into its topic at their own risk."""
    letters: list[Letter] = []
    for message in messages:
        try:
            letter = from_message(message)
        except LetterIsMalformed:
            continue
        if letter.source == source_of(service):
            letters.append(letter)
    return letters


def unknown(reading: Reading, letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters whose events the log has not, each once."""
    found = reading.keyed(events, ("id",), "id", [letter.id.hex for letter in letters])
    ids = {row[0] for row in found}
    return list({letter.id: letter for letter in letters if letter.id not in ids}.values())


def lost(reading: Reading, letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters that the log should have; of frozen streams it is known that they are missing."""
    held = {stream for (stream,) in reading.tuples(select(frozen.c.stream))}
    return [letter for letter in unknown(reading, letters) if letter.subject not in held]


def behind(service: str, stopped: str, ahead: str) -> LogIsBehind:
    """Say that the database is older than what a topic holds, and what to do."""
    return LogIsBehind(
        stopped,
        f"{ahead} holds events that the log of {service} lacks: its database is older than its topic. Stop the "
        f"service and run `attain restored {service}` before it serves again.",
    )
