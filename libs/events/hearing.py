"""Recording what others tell: a letter becomes an event of the own log, once, whatever the wire repeats.

The stream is `heard-<source>-<subject>`, the version the source's sequence; known versions are skipped, unknown types
kept. An event that cannot be read is parked, and every later one of its stream with it; the rest go on.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from events import journal as journals
from events import parked
from events.domain import Recorded, Refused, Value
from events.journal import Entry, Journal
from events.parked import HEARD, Parked
from events.store.codec import EventIsUnreadable, Unknown
from events.store.session import Reading, Writing
from events.store.tables import events
from events.wire.cloudevents import (
    Letter,
    LetterIsMalformed,
    contract_of,
    from_message,
    from_structured,
    to_structured,
)
from events.wire.promises import Message


class StillUnreadable(Refused):
    """It cannot be understood yet. It stays parked, with today's problem."""


def stream_of(letter: Letter) -> str:
    """Return the stream of the own log that keeps a letter: goals' person-p1 → heard-goals-person-p1."""
    return f"{Recorded.HEARD}-{letter.source.rsplit('/', 1)[-1]}-{letter.subject}"


def hear(writing: Writing, journal: Journal, letters: Sequence[Letter]) -> list[Recorded[Value]]:
    """Record letters that the log does not know yet, in the caller's transaction; park what cannot be read."""
    known = known_versions(writing, letters)
    waiting = parked.waiting_streams(writing, HEARD, "", [stream_of(letter) for letter in letters])
    entries: list[Entry] = []
    for letter in letters:
        place = (stream_of(letter), letter.sequence)
        if place in known:
            continue
        known.add(place)
        problem = "an earlier event of its stream is parked" if place[0] in waiting else None
        try:
            entry = entry_of(journal, letter)
        except EventIsUnreadable as error:
            problem = problem or str(error)
        else:
            if problem is None:
                entries.append(entry)
        if problem is not None:
            waiting.add(place[0])
            park(writing, journal, letter, problem)
    return journals.record(writing, journal, entries)


def hear_messages(writing: Writing, journal: Journal, messages: Iterable[Message]) -> None:
    """Record messages; one that is no letter at all is parked by its key."""
    letters: list[Letter] = []
    for message in messages:
        try:
            letters.append(from_message(message))
        except LetterIsMalformed as error:
            park_malformed(writing, journal, message, str(error))
    hear(writing, journal, letters)


def known_versions(reading: Reading, letters: Sequence[Letter]) -> set[tuple[str, int]]:
    """Return which of these letters the log has, or has parked, as stream and version."""
    if not letters:
        return set()
    streams = {stream_of(letter) for letter in letters}
    lowest = min(letter.sequence for letter in letters)
    recorded = select(events.c.stream, events.c.version).where(
        reading.among(events.c.stream, streams), events.c.version >= lowest
    )
    shelved = select(parked.parked.c.stream, parked.parked.c.sequence).where(
        parked.parked.c.kind == HEARD, reading.among(parked.parked.c.stream, streams)
    )
    return {(row[0], row[1]) for row in (*reading.tuples(recorded), *reading.tuples(shelved))}


def entry_of(journal: Journal, letter: Letter) -> Entry:
    """Return the entry that records a letter, its text as it came. Raises `EventIsUnreadable`."""
    text = letter.data.decode()
    name = contract_of(letter.type)
    event = Unknown(name=letter.type, data=text) if name is None else journal.codec.decode(name, 1, text)
    return Entry(
        stream=stream_of(letter),
        version=letter.sequence,
        id=letter.id,
        event=event,
        occurred_at=letter.time,
        actor=letter.source,
        correlation_id=letter.correlation_id,
        causation_id=letter.causation_id,
        traceparent=letter.traceparent,
        text=text,
    )


def park(writing: Writing, journal: Journal, letter: Letter, problem: str) -> None:
    """Keep a letter whole until a person retries or drops it."""
    entry = Parked(
        id=journal.ids(),
        kind=HEARD,
        source="",
        stream=stream_of(letter),
        sequence=letter.sequence,
        problem=problem,
        box=to_structured(letter),
        received_at=journal.clock(),
    )
    writing.insert(parked.parked, [parked.row_of(entry)])


def park_malformed(writing: Writing, journal: Journal, message: Message, problem: str) -> None:
    """Keep a message that is no letter."""
    entry = Parked(
        id=journal.ids(),
        kind=HEARD,
        source="malformed",
        stream=message.key,
        sequence=0,
        problem=problem,
        box=message.value,
        received_at=journal.clock(),
    )
    writing.insert(parked.parked, [parked.row_of(entry)])


def retry(writing: Writing, journal: Journal, entry: Parked) -> None:
    """Record a parked event and the later ones of its stream, in their order. Raises `StillUnreadable`."""
    shelf = parked.listed(HEARD).where(parked.parked.c.stream == entry.stream, parked.parked.c.source == entry.source)
    waiting = sorted(writing.rows(shelf, Parked), key=lambda each: each.sequence)
    try:
        entries = [entry_of(journal, from_structured(each.box)) for each in waiting]
    except (EventIsUnreadable, LetterIsMalformed) as error:
        raise StillUnreadable(problem=str(error)) from error
    parked.drop(writing, [each.id for each in waiting])
    journals.record(writing, journal, entries)
