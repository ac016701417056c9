"""Telling what was derived: an event for each subject, appended only if it differs from what was last told of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from events import frozen
from events import journal as journals
from events.deriving import Tell
from events.domain import Value
from events.journal import Entry, Journal
from events.store import log
from events.store.session import Writing
from events.store.tables import told

ACTOR = "attain"


def tell(
    writing: Writing,
    journal: Journal,
    derivation: str,
    tells: Mapping[str, Sequence[Tell]],
    traceparent: str | None = None,
) -> None:
    """Append what keys tell, where it differs from what they last told of the subject, in the trace that derived it."""
    if not any(tells.values()):
        return
    texts = {(key, each.stream): journal.codec.encode(each.event)[2] for key in tells for each in tells[key]}
    before = select(told.c.key, told.c.subject, told.c.data).where(
        told.c.derivation == derivation, writing.among(told.c.key, sorted(tells))
    )
    last = {(key, subject): data for key, subject, data in writing.tuples(before)}
    fresh = [
        (key, each)
        for key in sorted(tells)
        for each in tells[key]
        if last.get((key, each.stream)) != texts[key, each.stream] and not frozen.is_frozen(journal.frozen, each.stream)
    ]
    versions = log.last_versions(writing, [each.stream for _, each in fresh])
    entries: list[Entry] = []
    for _, each in fresh:
        versions[each.stream] = next_version(journal, versions, each.stream)
        entries.append(entry(journal, each.stream, versions[each.stream], each.event, traceparent))
    journals.record(writing, journal, entries)
    rows = [
        {"derivation": derivation, "key": key, "subject": each.stream, "data": texts[key, each.stream]}
        for key, each in sorted(fresh, key=lambda pair: (pair[0], pair[1].stream))
    ]
    writing.upsert(told, rows)


def next_version(journal: Journal, versions: Mapping[str, int], stream: str) -> int:
    """Return the version that comes next in a stream."""
    return frozen.goes_on_above(journal.frozen, stream, versions.get(stream, 0)) + 1


def entry(journal: Journal, stream: str, version: int, event: Value, traceparent: str | None) -> Entry:
    """Put what is told into its envelope."""
    return Entry(
        stream=stream,
        version=version,
        id=journal.ids(),
        event=event,
        occurred_at=journal.clock(),
        actor=ACTOR,
        correlation_id=journal.ids(),
        traceparent=traceparent,
    )
