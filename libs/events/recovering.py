"""Events that come back from what others heard of them: in a stream's order, whole, or not at all.

A stream whose next event is missing, or holds more than others heard of it, is frozen; its letters wait on a shelf of
their own. A person who lets it go on gets back what can be had, and the stream goes on above what others know.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import select, update

from events import frozen, parked
from events import journal as journals
from events.domain import Envelope, Recorded, Refused, Value, split_stream
from events.frozen import Frozen
from events.journal import Entry, Journal
from events.own_topic import unknown
from events.parked import Parked
from events.store import log
from events.store.codec import Codec, EventIsUnreadable, Unknown
from events.store.session import Reading, Writing
from events.store.tables import told
from events.wire.cloudevents import Letter, contract_of, from_structured, to_structured

LOST = "lost"
"""The shelf of letters whose event the log lost and cannot take back."""

Recover: TypeAlias = Callable[[Recorded[Any]], Value | None]
"""Returns the event that a contract was made of, or none where the contract holds less."""


class StreamIsNotFrozen(Refused):
    """Nothing is frozen under this name; it may have been released."""


class CannotComeBack(Exception):
    """A stream cannot be completed. The message says why."""


def nothing(_recorded: Recorded[Any]) -> Value | None:
    """Bring nothing back."""
    return None


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """How a service's events come back: the contracts that it tells, and what undoes `publish`."""

    service: str
    contracts: Codec
    recover: Recover = nothing

    def event_of(self, letter: Letter) -> Value:
        """Return the event of a letter. Raises `CannotComeBack`."""
        name, place = contract_of(letter.type), f"version {letter.sequence}, {letter.type},"
        try:
            contract = self.contracts.decode(name or "", 1, letter.data.decode())
        except (EventIsUnreadable, UnicodeDecodeError) as error:
            message = f"{place} cannot be read: {error}"
            raise CannotComeBack(message) from error
        event = None if isinstance(contract, Unknown) else self.recover(recorded(letter, contract))
        if event is None:
            message = f"{place} was more than others heard of it"
            raise CannotComeBack(message)
        return event


def recorded(letter: Letter, contract: Value) -> Recorded[Value]:
    """Return a contract as it would stand in the log."""
    kind, key = split_stream(letter.subject)
    envelope = Envelope(
        id=letter.id,
        stream=letter.subject,
        version=letter.sequence,
        position=letter.position,
        occurred_at=letter.time,
        recorded_at=letter.time,
        actor=letter.source,
        correlation_id=letter.correlation_id,
        causation_id=letter.causation_id,
        traceparent=letter.traceparent,
    )
    return Recorded(event=contract, envelope=envelope, kind=kind, key=key)


def entry_of(letter: Letter, event: Value) -> Entry:
    """Return what appends an event that came back. Its actor was not told; the letter's source stands for it."""
    return Entry(
        stream=letter.subject,
        version=letter.sequence,
        id=letter.id,
        event=event,
        occurred_at=letter.time,
        actor=letter.source,
        correlation_id=letter.correlation_id,
        causation_id=letter.causation_id,
        traceparent=letter.traceparent,
    )


@dataclass
class Homecoming:
    """Letters that come back in one transaction: how far each stream is, and what becomes of it."""

    recovery: Recovery
    last: dict[str, int]
    held: dict[str, Frozen]
    entries: list[Entry] = field(default_factory=list[Entry])
    shelved: list[tuple[Letter, str]] = field(default_factory=list[tuple[Letter, str]])

    def take(self, letter: Letter, journal: Journal) -> None:
        """Let a letter's event come back, or freeze its stream."""
        held = self.held.get(letter.subject)
        if held is None or (held.released_at is not None and letter.sequence > held.version):
            try:
                self.entries.append(self.next_of(letter))
            except CannotComeBack as why:
                frozen_now = Frozen(
                    stream=letter.subject, version=letter.sequence, reason=str(why), since=journal.clock()
                )
                self.shelve(letter, frozen_now)
        elif held.released_at is None:
            self.shelve(letter, held)

    def next_of(self, letter: Letter) -> Entry:
        """Return the next entry of a stream. Raises `CannotComeBack`."""
        last = frozen.goes_on_above(self.held, letter.subject, self.last.get(letter.subject, 0))
        if letter.sequence <= last:
            message = f"version {letter.sequence} is another event here: the log was served before it was restored"
            raise CannotComeBack(message)
        if letter.sequence > last + 1:
            message = f"version {last + 1} is missing before version {letter.sequence}: nobody else heard of it"
            raise CannotComeBack(message)
        entry = entry_of(letter, self.recovery.event_of(letter))
        self.last[letter.subject] = letter.sequence
        return entry

    def shelve(self, letter: Letter, held: Frozen) -> None:
        """Put a letter on the shelf of its frozen stream."""
        version = max(held.version, letter.sequence)
        self.held[letter.subject] = msgspec.structs.replace(held, version=version)
        self.shelved.append((letter, held.reason))


def take_back(writing: Writing, journal: Journal, recovery: Recovery, letters: Sequence[Letter]) -> int:
    """Append what the log lacks of some letters, in their order, in one transaction. Returns how many came back."""
    lacking = unknown(writing, letters)
    if not lacking:
        return 0
    streams = {letter.subject for letter in lacking}
    held = {stream: each for stream, each in frozen.every(writing).items() if stream in streams}
    coming = Homecoming(recovery=recovery, last=log.last_versions(writing, streams), held=held)
    for letter in lacking:
        coming.take(letter, journal)
    journals.record(writing, journal, coming.entries)
    remember_told(writing, journal, coming.entries)
    shelve(writing, journal, coming.shelved)
    frozen.put(writing, {letter.subject: coming.held[letter.subject] for letter, _ in coming.shelved}.values())
    return len(coming.entries)


def remember_told(writing: Writing, journal: Journal, entries: Iterable[Entry]) -> None:
    """Let derivations know what they have told already, so that they do not tell it again."""
    last = {entry.stream: entry for entry in entries}
    subjects = select(told.c.subject).where(writing.among(told.c.subject, last))
    for (stream,) in writing.tuples(subjects.distinct()):
        text = journal.codec.encode(last[stream].event)[2]
        writing.execute(update(told).where(told.c.subject == stream).values(data=text))


def shelve(writing: Writing, journal: Journal, letters: Sequence[tuple[Letter, str]]) -> None:
    """Keep letters that cannot come back, each once."""
    there = {letter.id for _, letter in shelf(writing, {letter.subject for letter, _ in letters})}
    rows = [
        Parked(
            id=journal.ids(),
            kind=LOST,
            source=letter.source,
            stream=letter.subject,
            sequence=letter.sequence,
            problem=reason,
            box=to_structured(letter),
            received_at=journal.clock(),
        )
        for letter, reason in letters
        if letter.id not in there
    ]
    writing.insert(parked.parked, [parked.row_of(row) for row in rows])


def shelf(reading: Reading, streams: Iterable[str]) -> list[tuple[Parked, Letter]]:
    """Return what waits of frozen streams, in each stream's order."""
    statement = parked.listed(LOST).where(reading.among(parked.parked.c.stream, streams))
    waiting = [(row, from_structured(row.box)) for row in reading.rows(statement, Parked)]
    return sorted(waiting, key=lambda each: (each[0].stream, each[0].sequence))


def release(writing: Writing, journal: Journal, recovery: Recovery, stream: str | None = None) -> list[Frozen]:
    """Let a frozen stream go on, or all of them, with what can come back of it; the rest stays on the shelf.

    Takes effect when the service starts again. Refuses with `StreamIsNotFrozen`.
    """
    held = {name: each for name, each in frozen.every(writing).items() if each.released_at is None}
    chosen = held if stream is None else {name: each for name, each in held.items() if name == stream}
    if stream is not None and not chosen:
        raise StreamIsNotFrozen(stream=stream)
    last, entries, back = log.last_versions(writing, chosen), list[Entry](), list[Parked]()
    for row, letter in shelf(writing, chosen):
        try:
            entry = entry_of(letter, recovery.event_of(letter))
        except CannotComeBack:
            continue
        if letter.sequence > last.get(row.stream, 0):
            last[row.stream] = letter.sequence
            entries.append(entry)
            back.append(row)
    journals.record(writing, journal, entries)
    remember_told(writing, journal, entries)
    parked.drop(writing, [row.id for row in back])
    released = [msgspec.structs.replace(each, released_at=journal.clock()) for each in chosen.values()]
    frozen.put(writing, released)
    return released
