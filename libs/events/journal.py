"""What every append does, whoever appends: events, read models, and marks of what must be derived anew."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from events import read_models
from events.deriving import Derivation, marks_of
from events.domain import Recorded, Value
from events.frozen import Frozen
from events.projector import Change, Projection
from events.read_models import ReadModel
from events.signals import Signal
from events.store import log
from events.store.codec import Codec
from events.store.database import Database
from events.store.ids import Ids
from events.store.session import Writing
from events.store.tables import dirty, events
from events.telemetry import SILENT, Telemetry

Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """One service's log: its database, the events that it knows, its read models and what it derives from them.

    `clock`, `ids` and `telemetry` are injected. `appended` wakes those who follow the log in the same process.
    """

    database: Database
    codec: Codec
    clock: Clock
    ids: Ids
    projections: tuple[Projection[Any], ...] = ()
    derivations: tuple[Derivation[Any, Any], ...] = ()
    appended: Signal = field(default_factory=Signal)
    telemetry: Telemetry = SILENT
    frozen: Mapping[str, Frozen] = field(default_factory=dict[str, Frozen])
    """Streams that are, or were, frozen when the store was opened."""

    @property
    def kept(self) -> tuple[ReadModel, ...]:
        """All read models that this release keeps up."""
        return (*self.projections, *self.derivations)


class Entry(Value, tag=False):
    """An event that is about to be appended."""

    stream: str
    version: int
    id: UUID
    event: Value
    occurred_at: datetime
    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    text: str | None = None
    """The event's JSON as it came from elsewhere, kept as it is; encoded by the codec if none."""


def record(writing: Writing, journal: Journal, entries: Sequence[Entry]) -> list[Recorded[Value]]:
    """Append events and bring the read models up to them, in the caller's transaction.

    A plain insert, sorted by stream and version; a version that exists already raises `IntegrityError`.
    """
    if not entries:
        return []
    ordered = sorted(entries, key=lambda entry: (entry.stream, entry.version))
    at = journal.clock()
    rows = [_row(journal.codec, entry, at) for entry in ordered]
    positions = writing.returning(events, rows, ("position",))
    appended = [log.recorded_as(entry, position, at) for entry, (position,) in zip(ordered, positions, strict=True)]
    origin = "heard" if appended[0].kind.startswith(Recorded.HEARD) else "own"
    with journal.telemetry.projecting(origin, len(appended)):
        changed = _project(writing, journal, appended)
    writing.after_commit(lambda: journal.telemetry.appended(origin, len(appended), changed))
    return appended


def mark(writing: Writing, journal: Journal, source: str, changes: Iterable[Change]) -> None:
    """Mark the keys of every derivation that reads a table, for the rows that changed in it."""
    rows = [
        {"derivation": derivation.name, "key": key, "position": position}
        for derivation in journal.derivations
        for key, position in sorted(marks_of(derivation, source, changes).items())
    ]
    writing.insert(dirty, rows)


def _row(codec: Codec, entry: Entry, at: datetime) -> dict[str, Any]:
    name, schema, data = codec.encode(entry.event) if entry.text is None else (*codec.name(entry.event), entry.text)
    return {
        "stream": entry.stream,
        "version": entry.version,
        "id": entry.id,
        "type": name,
        "schema": schema,
        "data": data,
        "occurred_at": entry.occurred_at,
        "recorded_at": at,
        "actor": entry.actor,
        "correlation_id": entry.correlation_id,
        "causation_id": entry.causation_id,
        "traceparent": entry.traceparent,
    }


def _project(writing: Writing, journal: Journal, appended: Sequence[Recorded[Value]]) -> Counter[str]:
    """Bring the read models up to events. Returns how many rows of each changed."""
    changed = Counter[str]()
    batches: dict[str, dict[str, list[Recorded[Value]]]] = defaultdict(lambda: defaultdict(list))
    for event in appended:
        batches[event.kind][event.key].append(event)
    # Read after the insert: a rebuild that switches waits for us, or we see what it switched to.
    generations = read_models.generations(writing, journal.kept)
    affected = [projection for projection in journal.projections if projection.kind in batches]
    if not affected:
        return changed
    first = min(event.position for event in appended)
    late = {
        kind: read_models.late_streams(writing, journal.codec, batches[kind], first)
        for kind in batches
        if kind.startswith(Recorded.HEARD)
    }
    for projection in affected:
        changes = read_models.apply_batch(
            writing, projection, generations[projection.name], batches[projection.kind], late.get(projection.kind, {})
        )
        changed[projection.name] = len(changes)
        mark(writing, journal, projection.name, changes)
    return changed
