"""Telling what was derived: an event for each subject, appended only if it differs from what was last told of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from events import frozen
from events import journal as journals
from events.deriving import Derivation, Tell
from events.domain import Value
from events.journal import Entry, Journal
from events.store import log
from events.store.session import Writing
from events.store.tables import told

ACTOR = "attain"


def tell(
    writing: Writing,
    journal: Journal,
    derivation: Derivation[Any, Any],
    tells: Sequence[tuple[str, Tell]],
    traceparent: str | None = None,
) -> None:
    """Append the events that differ from what was last told of their subjects, in the trace that derived them."""
    if not tells:
        return
    texts = {each.stream: journal.codec.encode(each.event)[2] for _, each in tells}
    keys = sorted({key for key, _ in tells})
    before = select(told.c.subject, told.c.data).where(
        told.c.derivation == derivation.name, writing.among(told.c.key, keys)
    )
    last = {row[0]: row[1] for row in writing.tuples(before)}
    fresh = [(key, each) for key, each in tells if last.get(each.stream) != texts[each.stream]]
    fresh = [(key, each) for key, each in fresh if not frozen.is_frozen(journal.frozen, each.stream)]
    versions = log.last_versions(writing, [each.stream for _, each in fresh])
    entries = [
        entry(journal, each.stream, next_version(journal, versions, each.stream), each.event, traceparent)
        for _, each in fresh
    ]
    journals.record(writing, journal, entries)
    rows = [
        {"derivation": derivation.name, "key": key, "subject": each.stream, "data": texts[each.stream]}
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
