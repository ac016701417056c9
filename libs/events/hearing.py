"""Recording what others tell: a letter becomes an event of the own log, once, whatever the wire repeats.

The stream is `heard-<source>-<subject>`, the version the source's sequence; known versions are skipped, unknown types
kept. An event that cannot be read is parked, and every later one of its stream with it; the rest go on.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select

from events import journal as journals
from events import parked
from events.domain import Recorded, Refused, Value
from events.faults import is_its_own_fault, problem_of, storable
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

MALFORMED = "malformed"
"""The source of what is parked and is no letter."""


class StillUnreadable(Refused):
    """It cannot be understood yet. It stays parked, with today's problem."""


def stream_of(letter: Letter) -> str:
    """Return the stream of the own log that keeps a letter: goals' person-p1 → heard-goals-person-p1."""
    return f"{Recorded.HEARD}-{letter.source.rsplit('/', 1)[-1]}-{letter.subject}"


def hear(writing: Writing, journal: Journal, letters: Sequence[Letter]) -> list[Recorded[Value]]:
    """Record letters that the log does not know yet, in the caller's transaction; park what cannot be read.

    Where `react` comes to give orders, it is for what this records, but not for older history: a letter of a
    republished topic whose stream, or whose place in it, was heard beyond already.
    """
    streams = [stream_of(letter) for letter in letters]
    waiting = parked.waiting_streams(writing, HEARD, "", streams)
    known = known_versions(writing, letters)
    entries: list[Entry] = []
    for stream, letter in zip(streams, letters, strict=True):
        place = (stream, letter.sequence)
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
    # Each by its own version, so that a whole history that is heard again costs no more than a new one.
    places = ("stream", "version")
    keys = [(stream_of(letter), letter.sequence) for letter in letters]
    recorded = reading.matching(events, places, places, keys)
    shelved = select(parked.parked.c.stream, parked.parked.c.sequence).where(
        parked.parked.c.kind == HEARD, reading.among(parked.parked.c.stream, {stream for stream, _ in keys})
    )
    return {(row[0], row[1]) for row in (*recorded, *reading.tuples(shelved))}


def entry_of(journal: Journal, letter: Letter) -> Entry:
    """Return the entry that records a letter, its text as it came. Raises `EventIsUnreadable`."""
    name = contract_of(letter.type)
    try:
        text = letter.data.decode()
        event = Unknown(name=letter.type, data=text) if name is None else journal.codec.decode(name, 1, text)
        if isinstance(event, Unknown):
            msgspec.json.decode(text)
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        message = f"{letter.type}: its data are not JSON: {error}"
        raise EventIsUnreadable(message) from error
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
        problem=storable(problem),
        box=to_structured(letter),
        received_at=journal.clock(),
    )
    writing.insert(parked.parked, [parked.row_of(entry)])


def park_message(writing: Writing, journal: Journal, message: Message, problem: str) -> None:
    """Keep a message that cannot be recorded, as the letter that it is, if it is one."""
    try:
        letter = from_message(message)
    except LetterIsMalformed as error:
        park_malformed(writing, journal, message, str(error))
    else:
        park(writing, journal, letter, problem)


def park_malformed(writing: Writing, journal: Journal, message: Message, problem: str) -> None:
    """Keep a message that is no letter, whole: its headers too, as JSON, what it carries in base64."""
    entry = Parked(
        id=journal.ids(),
        kind=HEARD,
        source=MALFORMED,
        stream=storable(message.key),
        sequence=0,
        problem=storable(problem),
        box=msgspec.json.encode(message),
        received_at=journal.clock(),
    )
    same = (parked.parked.c.source == MALFORMED, parked.parked.c.stream == entry.stream)
    if (entry.box,) not in writing.tuples(select(parked.parked.c.box).where(*same)):
        writing.insert(parked.parked, [parked.row_of(entry)])


def retry(writing: Writing, journal: Journal, entry: Parked) -> None:
    """Record a parked event and the later ones of its stream, in their order.

    Refuses with `StillUnreadable` and today's problem if one of them cannot be recorded, `ParkedIsUnknown` if it is
    gone.
    """
    waiting = [each for each in parked.beside(writing, entry) if entry.source != MALFORMED or each.id == entry.id]
    try:
        letters = [letter_in(each) for each in waiting]
        for letter in letters:
            entry_of(journal, letter)
        parked.drop(writing, [each.id for each in waiting])
        hear(writing, journal, letters)
    except Exception as error:
        if not is_its_own_fault(error):
            raise
        raise StillUnreadable(problem=problem_of(error)) from error


def letter_in(entry: Parked) -> Letter:
    """Return the letter that is parked. Raises `LetterIsMalformed`."""
    if entry.source == MALFORMED:
        return from_message(msgspec.json.decode(entry.box, type=Message))
    return from_structured(entry.box)
