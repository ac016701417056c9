"""A service's database came back from a back-up that is behind its topic: the topic brings back what the log lost.

Before the service serves again its topic is read from the beginning. Positions go on above the highest one that was
told. Published events that the log lacks are appended under their own ids and versions; a stream that cannot be
completed is frozen. What the service heard of others it hears again, since its marks are as old as the rest.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from sqlalchemy import text

from events import frozen, generations, own_topic
from events.domain import Refused, Value
from events.frozen import Frozen
from events.generations import topic_of
from events.journal import Journal
from events.recovering import Recovery, take_back
from events.store import log, readers
from events.store.session import NameIsHeld, Writing
from events.wire.promises import Message, Place, Wire

BATCH_SIZE_MAX = 1_000
WAIT_SECONDS = 1.0
SILENCES_MAX = 60
"""How many times nothing may come of a topic that ends further on."""

_MOVE_IN_POSTGRES = text(
    "SELECT setval(pg_get_serial_sequence('events', 'position'), :highest) WHERE :highest > "
    "(SELECT coalesce(max(last_value), 0) FROM pg_sequences "
    "WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence('events', 'position'))"
)
_MOVE_IN_SQLITE = text("UPDATE sqlite_sequence SET seq = max(seq, :highest) WHERE name = 'events'")
_BEGIN_IN_SQLITE = text(
    "INSERT INTO sqlite_sequence (name, seq) SELECT 'events', :highest "
    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'events')"
)

Progress = Callable[[int, int], None]
"""Is told how many messages were read, and how many there are to read."""


class RelayIsRunning(Refused):
    """The service's relay is running. Stop the service first: it must not serve before it is restored."""


class TopicDoesNotAnswer(OSError):
    """A topic does not give the messages that it says it has."""


class Restoration(Value, tag=False):
    """What a restored log got back: from how many messages, how many events, and which streams it cannot complete."""

    service: str
    topic: str
    messages: int
    highest_position: int
    events_taken_back: int
    frozen: tuple[Frozen, ...]


def unseen(_read: int, _whole: int) -> None:
    """Show nobody how far it is."""


async def restore(journal: Journal, wire: Wire, recovery: Recovery, progress: Progress = unseen) -> Restoration:
    """Bring back what a log lost. A second time it finds nothing to do; interrupted, it goes on.

    Refuses with `RelayIsRunning`. Raises `TopicIsLost` where the topic has lost even more than the log.
    """
    try:
        async with journal.database.exclusive("relay", wait=False):
            return await restore_alone(journal, wire, recovery, progress)
    except NameIsHeld as held:
        raise RelayIsRunning from held


async def restore_alone(journal: Journal, wire: Wire, recovery: Recovery, progress: Progress) -> Restoration:
    """Do so while nobody relays: read the topic for its highest position, then again for what is lost."""
    service = recovery.service
    generation = await generations.newest(wire, service, await journal.database.read(generations.written))
    topic = topic_of(service, generation)
    sent = await journal.database.read(lambda reading: readers.mark_of(reading, own_topic.sent_of(generation)))
    whole = await own_topic.message_count(wire, topic, sent)
    highest, read, taken = 0, 0, 0
    async for batch in read_whole(wire, service, topic):
        letters = own_topic.letters_in(service, batch)
        highest = max([highest, *(letter.position for letter in letters)])
        read += len(batch)
        progress(read, 2 * whole)
    await journal.database.write(lambda writing: move_positions(writing, highest))
    async for batch in read_whole(wire, service, topic):
        letters = own_topic.letters_in(service, batch)
        taken += await journal.database.write(
            lambda writing, letters=letters: take_back(writing, journal, recovery, letters)
        )
        read += len(batch)
        progress(read, 2 * whole)
    held = await journal.database.write(lambda writing: finish(writing, generation, whole))
    return Restoration(
        service=service,
        topic=topic,
        messages=whole,
        highest_position=highest,
        events_taken_back=taken,
        frozen=tuple(each for each in held.values() if each.released_at is None),
    )


async def read_whole(wire: Wire, service: str, topic: str) -> AsyncGenerator[list[Message]]:
    """Read a topic from its beginning to where it ends now."""
    if topic not in await wire.topics():
        return
    ends = {place: end for place, end in (await wire.ends(topic)).items() if end}

    async def from_the_beginning(_places: Sequence[Place]) -> Mapping[Place, int]:
        return {}

    silences = 0
    async with wire.reader(f"{service}.restored", [topic], from_the_beginning) as reader:
        while ends:
            batch = await reader.read(BATCH_SIZE_MAX, WAIT_SECONDS)
            for each in batch:
                if each.offset + 1 >= ends.get(each.place, each.offset + 2):
                    del ends[each.place]
            yield [each.message for each in batch]
            silences = 0 if batch else silences + 1
            if silences > SILENCES_MAX:
                message = f"{topic} does not give its messages: {len(ends)} of its partitions end further on"
                raise TopicDoesNotAnswer(message)


def move_positions(writing: Writing, highest: int) -> None:
    """Let no new event have a position that was told already."""
    highest = max(highest, log.last_position(writing))
    writing.execute(_MOVE_IN_POSTGRES if writing.is_postgres else _MOVE_IN_SQLITE, {"highest": highest})
    if not writing.is_postgres:
        writing.execute(_BEGIN_IN_SQLITE, {"highest": highest})


def finish(writing: Writing, generation: int, count: int) -> Mapping[str, Frozen]:
    """Remember what the topic holds, and in which generation; return what is frozen."""
    if generations.written(writing) != generation:
        readers.put(writing, generations.GENERATION, generation)
    readers.put(writing, own_topic.sent_of(generation), count)
    return frozen.every(writing)
