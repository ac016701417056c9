"""What happens in the transaction of a group commit: load, decide, append, for many commands at once.

One statement loads all their streams, all versions are checked, then come a plain insert sorted by stream and version
and the read models in a fixed order with keys sorted.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Table

from events import frozen
from events.asking import Asking, Beside, Done, Step, StreamIsAtAnotherVersion, Unit
from events.domain import Recorded, Value
from events.journal import Entry, Journal, record
from events.requests import answered, remember
from events.store import log
from events.store.session import Writing

Histories = Mapping[str, tuple[int, Sequence[Value]]]


@dataclass(slots=True)
class Batch:
    """What a transaction knows while it decides: streams as they are, entries to append, answers to give."""

    states: dict[str, tuple[Any, int]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    answers: dict[int, Done | Exception] = field(default_factory=dict)
    made: dict[int, list[Entry]] = field(default_factory=dict)
    remember: list[tuple[int, Asking]] = field(default_factory=list)
    beside: list[Unit] = field(default_factory=list)


def commit(
    writing: Writing, journal: Journal, units: Sequence[Unit], *, first_try: bool = False
) -> dict[int, Done | Exception]:
    """Decide and append many units in one transaction. Returns each unit's answer or what it was refused with.

    On the first try streams that are said to be new are taken for new; if one is not, the insert says so.
    """
    loaded = {step.stream for unit in units for step in unit.steps if not (first_try and step.is_new)}
    histories = log.histories(writing, journal.codec, loaded) if loaded else {}
    # After the streams: whoever sees what a request did to them sees its answer too.
    batch = Batch(answers=dict(answered(writing, units)))
    undecided = [number for number in range(len(units)) if number not in batch.answers]
    for number in undecided:
        decide(journal, batch, histories, number, units[number])
    if first_try and not proven(batch, loaded, [units[number] for number in undecided]):
        return commit(writing, journal, units)
    appended = record(writing, journal, batch.entries)
    insert_beside(writing, [beside for unit in batch.beside for beside in unit.beside])
    finish(batch, appended)
    remember(writing, journal.clock(), [(asking, batch.answers[number]) for number, asking in batch.remember])
    return batch.answers


def proven(batch: Batch, loaded: Set[str], units: Sequence[Unit]) -> bool:
    """Say whether all streams were loaded, or get events, whose insert proves that they are new."""
    known = loaded | {entry.stream for entry in batch.entries}
    return all(step.stream in known for unit in units for step in unit.steps)


def insert_beside(writing: Writing, beside: Sequence[Beside]) -> None:
    """Insert the rows that go with units, those of one table in one statement, sorted by their keys."""
    shelves: dict[tuple[str, tuple[str, ...]], tuple[Table, list[Mapping[str, Any]]]] = {}
    for each in beside:
        for row in each.rows:
            shelves.setdefault((each.table.name, tuple(row)), (each.table, []))[1].append(row)
    for name in sorted(shelves):
        table, rows = shelves[name]
        keys = [column.name for column in table.primary_key.columns]
        writing.insert(table, sorted(rows, key=lambda row: tuple(row[key] for key in keys)))


def decide(journal: Journal, batch: Batch, histories: Histories, number: int, unit: Unit) -> None:
    """Let a unit's commands decide, one after the other; nothing of it stays if one of them refuses."""
    states: dict[str, tuple[Any, int]] = {}
    entries: list[Entry] = []
    try:
        for step in unit.steps:
            frozen.check(journal.frozen, step.stream)
            state, version = states.get(step.stream) or current(batch, histories, step)
            check_version(unit.asking, version)
            made = step.decider.decide(step.command, state)
            if made:
                version = frozen.goes_on_above(journal.frozen, step.stream, version)
            for event in made:
                version += 1
                state = step.decider.evolve(state, event)
                entries.append(entry(journal, unit.asking, step, version, event))
            states[step.stream] = (state, version)
    except Exception as error:
        batch.answers[number] = error
        return
    batch.states |= states
    batch.entries += entries
    batch.made[number] = entries
    if unit.beside:
        batch.beside.append(unit)
    if unit.asking.request is not None:
        batch.remember.append((number, unit.asking))
    batch.answers[number] = answer(unit, states, len(entries))


def current(batch: Batch, histories: Histories, step: Step) -> tuple[Any, int]:
    """Return a stream's state and version, as commands before in this batch left them."""
    known = batch.states.get(step.stream)
    if known is None:
        version, history = histories.get(step.stream, (0, ()))
        known = batch.states[step.stream] = (step.decider.fold(history), version)
    return known


def check_version(asking: Asking, version: int) -> None:
    """Refuse when the asker saw another version than there is."""
    if asking.expected_version is not None and asking.expected_version != version:
        raise StreamIsAtAnotherVersion(expected=asking.expected_version, version=version)


def entry(journal: Journal, asking: Asking, step: Step, version: int, event: Value) -> Entry:
    """Put an event into its envelope."""
    return Entry(
        stream=step.stream,
        version=version,
        id=journal.ids(),
        event=event,
        occurred_at=step.occurred_at or asking.at,
        actor=asking.actor,
        correlation_id=asking.correlation_id,
        causation_id=asking.causation_id,
        traceparent=asking.traceparent,
    )


def answer(unit: Unit, states: dict[str, tuple[Any, int]], count: int) -> Done:
    """Answer for a unit: the key and version of its last stream. The position comes with the insert."""
    if not unit.steps:
        return Done(id="", version=0, position=0, events=0)
    last = unit.steps[-1]
    return Done(id=last.key, version=states[last.stream][1], position=0, events=count)


def finish(batch: Batch, appended: Sequence[Recorded[Value]]) -> None:
    """Put the positions into the answers: each that of its own last event."""
    positions = {(event.envelope.stream, event.version): event.position for event in appended}
    for number, made in batch.made.items():
        given = batch.answers[number]
        if made and isinstance(given, Done):
            reached = max(positions[each.stream, each.version] for each in made)
            batch.answers[number] = msgspec.structs.replace(given, position=reached)
