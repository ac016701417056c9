"""Group commit: the commands that wait at the same moment share one transaction, and each fails alone.

One statement loads all their streams, all versions are checked, then come a plain insert sorted by stream and version
and the read models in a fixed order with keys sorted. A rule that refuses drops its command only. When the database
refuses, everything is rolled back: a lost race is tried again, anything else runs each command alone.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from events.asking import (
    Asking,
    Done,
    KeyWasUsedForAnotherBody,
    Request,
    RequestIsStillRunning,
    Step,
    StreamIsAtAnotherVersion,
    TooManyWriters,
    Unit,
)
from events.domain import Recorded, Refused, Value
from events.journal import Entry, Journal, record
from events.store import log
from events.store.database import lost_a_race
from events.store.session import Reading, Writing
from events.store.tables import requests

BATCH_SIZE_MAX = 256
SHARE_MIN = 32
ATTEMPTS_MAX = 6
TOGETHER_MAX = 3

RequestKey = tuple[str, str, str]
Histories = Mapping[str, tuple[int, Sequence[Value]]]


@dataclass(slots=True, eq=False)
class Waiting:
    """A unit with the future of its answer."""

    unit: Unit
    answer: asyncio.Future[Done]
    streams: frozenset[str]


@dataclass(slots=True)
class Batch:
    """What a transaction knows while it decides: streams as they are, entries to append, answers to give."""

    states: dict[str, tuple[Any, int]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    answers: dict[int, Done | Exception] = field(default_factory=dict)
    made: dict[int, list[Entry]] = field(default_factory=dict)
    remember: list[tuple[int, Asking]] = field(default_factory=list)
    beside: list[Unit] = field(default_factory=list)


class GroupCommit:
    """Commits the units of one process, as many together as wait."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._queue: deque[Waiting] = deque()
        self._busy_streams: set[str] = set()
        self._running_requests: set[RequestKey] = set()
        self._lanes: set[asyncio.Task[None]] = set()
        self._working = 0
        self._committing = 0

    async def submit(self, unit: Unit) -> Done:
        """Commit a unit; when this returns it is durable and its read models show it.

        Raises what `decide` refused, or `StreamIsAtAnotherVersion`, `KeyWasUsedForAnotherBody`,
        `RequestIsStillRunning`, `TooManyWriters`. A request that succeeded before gets the same answer again.
        """
        key = request_key(unit.asking)
        if key is not None and key in self._running_requests:
            raise RequestIsStillRunning
        if key is not None:
            self._running_requests.add(key)
        waiting = Waiting(unit, asyncio.get_running_loop().create_future(), frozenset(s.stream for s in unit.steps))
        if key is not None:
            waiting.answer.add_done_callback(lambda _: self._running_requests.discard(key))
        self._queue.append(waiting)
        self._start()
        return await waiting.answer

    def _start(self) -> None:
        if self._working < self._journal.database.lanes:
            # Counted here and in the lane's last step, with no await between its last look at the queue and that.
            self._working += 1
            lane = asyncio.create_task(self._lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def _lane(self) -> None:
        try:
            await self._work()
        finally:
            self._working -= 1

    async def _work(self) -> None:
        while batch := self._take():
            streams = {stream for waiting in batch for stream in waiting.streams}
            self._busy_streams |= streams
            self._committing += 1
            try:
                await self._commit(batch)
            except BaseException as error:
                settle(batch, {n: error for n in range(len(batch)) if not batch[n].answer.done()})
                if not isinstance(error, Exception):
                    raise
            finally:
                self._busy_streams -= streams
                self._committing -= 1

    def _take(self) -> list[Waiting]:
        batch: list[Waiting] = []
        later: list[Waiting] = []
        # Lanes share what waits, so that one decides while the database works for the other.
        free = self._journal.database.lanes - self._committing
        share = max(SHARE_MIN, -(-len(self._queue) // free))
        while self._queue and len(batch) < min(share, BATCH_SIZE_MAX):
            waiting = self._queue.popleft()
            (later if waiting.streams & self._busy_streams else batch).append(waiting)
        self._queue.extendleft(reversed(later))
        if batch and self._queue:
            self._start()
        return batch

    async def _commit(self, batch: Sequence[Waiting]) -> None:
        units = [waiting.unit for waiting in batch]
        for attempt in range(TOGETHER_MAX):
            try:
                answers = await self._journal.database.write(
                    lambda writing, first_try=attempt == 0: commit(writing, self._journal, units, first_try=first_try)
                )
            except DBAPIError as error:
                if lost_a_race(error):
                    continue
                break
            except Exception:
                break
            settle(batch, answers)
            self._journal.appended.ring()
            return
        for waiting in batch:
            settle([waiting], {0: await self._alone(waiting.unit)})

    async def _alone(self, unit: Unit) -> Done | Exception:
        for attempt in range(ATTEMPTS_MAX):
            try:
                answers = await self._journal.database.write(lambda writing: commit(writing, self._journal, [unit]))
            except DBAPIError as error:
                if not lost_a_race(error):
                    return error
                await asyncio.sleep(0.001 * attempt)
            except Exception as error:
                return error
            else:
                self._journal.appended.ring()
                return answers[0]
        return TooManyWriters()


def settle(batch: Sequence[Waiting], answers: dict[int, Any]) -> None:
    """Give each command its answer; who no longer waits is passed over."""
    for number, answer in answers.items():
        future = batch[number].answer
        if future.done():
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)


def commit(
    writing: Writing, journal: Journal, units: Sequence[Unit], *, first_try: bool = False
) -> dict[int, Done | Exception]:
    """Decide and append many units in one transaction. Returns each unit's answer or what it was refused with.

    On the first try streams that are said to be new are taken for new; if one is not, the insert says so.
    """
    batch = Batch(answers=dict(answered(writing, units)))
    steps = [step for unit in units for step in unit.steps if not (first_try and step.is_new)]
    histories = log.histories(writing, journal.codec, {step.stream for step in steps}) if steps else {}
    for number, unit in enumerate(units):
        if number not in batch.answers:
            decide(journal, batch, histories, number, unit)
    appended = record(writing, journal, batch.entries)
    for unit in batch.beside:
        for rows in unit.beside:
            writing.insert(rows.table, rows.rows)
    finish(batch, appended)
    remember(writing, journal, batch)
    return batch.answers


def decide(journal: Journal, batch: Batch, histories: Histories, number: int, unit: Unit) -> None:
    """Let a unit's commands decide, one after the other; nothing of it stays if one of them refuses."""
    states: dict[str, tuple[Any, int]] = {}
    entries: list[Entry] = []
    try:
        for step in unit.steps:
            state, version = states.get(step.stream) or current(batch, histories, step)
            check_version(unit.asking, version)
            made = step.decider.decide(step.command, state)
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


def request_key(asking: Asking) -> RequestKey | None:
    """Return what makes a request unique, if it wants to be."""
    return None if asking.request is None else (asking.actor, asking.request.route, asking.request.key)


def answered(reading: Reading, units: Sequence[Unit]) -> list[tuple[int, Done | Refused]]:
    """Return the answers to requests that succeeded before."""
    asked = {number: unit.asking for number, unit in enumerate(units) if unit.asking.request is not None}
    if not asked:
        return []
    keys = {asking.request.key for asking in asked.values() if asking.request is not None}
    found = {
        (row.actor, row.route, row.key): (row.body_hash, row.answer)
        for row in reading.tuples(select(requests).where(reading.among(requests.c.key, keys)))
    }
    answers: list[tuple[int, Done | Refused]] = []
    for number, asking in asked.items():
        before = found.get(request_key(asking) or ("", "", ""))
        if before is not None and asking.request is not None:
            answers.append((number, same_answer(asking.request, *before)))
    return answers


def same_answer(request: Request, body_hash: str, stored: str) -> Done | Refused:
    """Return the answer that was given before, unless the body is another."""
    if request.body_hash != body_hash:
        return KeyWasUsedForAnotherBody()
    return msgspec.json.decode(stored, type=Done)


def remember(writing: Writing, journal: Journal, batch: Batch) -> None:
    """Store the requests that succeeded, with their answers."""
    at = journal.clock()
    rows: list[dict[str, Any]] = []
    for number, asking in batch.remember:
        given = batch.answers[number]
        if asking.request is not None and isinstance(given, Done):
            rows.append(
                {
                    "actor": asking.actor,
                    "route": asking.request.route,
                    "key": asking.request.key,
                    "body_hash": asking.request.body_hash,
                    "answer": msgspec.json.encode(given).decode(),
                    "recorded_at": at,
                }
            )
    writing.insert(requests, sorted(rows, key=lambda row: (row["actor"], row["route"], row["key"])))
