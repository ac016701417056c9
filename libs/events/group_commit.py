"""Group commit: the commands that wait at the same moment share one transaction, and each fails alone.

A rule that refuses drops its command only. When the database refuses, everything is rolled back: a lost race is tried
again, anything else runs each command alone; but where the database is lost while it commits, nothing is run again,
since it may have happened.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError

from events.asking import Done, RequestIsStillRunning, TooManyWriters, Unit
from events.deciding import commit
from events.faults import problem_of
from events.journal import Journal
from events.requests import RequestKey, request_key
from events.store.database import CommitIsUnanswered, is_away, lost_a_race
from events.store.session import Writing

BATCH_SIZE_MAX = 256
SHARE_MIN = 64
ATTEMPTS_MAX = 6
TOGETHER_MAX = 3


@dataclass(slots=True, eq=False)
class Waiting:
    """A unit with the future of its answer, and when it was submitted, in seconds of the telemetry's clock."""

    unit: Unit
    answer: asyncio.Future[Done]
    streams: frozenset[str]
    since: float


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
            self._journal.telemetry.refused(RequestIsStillRunning)
            raise RequestIsStillRunning
        if key is not None:
            self._running_requests.add(key)
        streams = frozenset(step.stream for step in unit.steps)
        since = self._journal.telemetry.seconds()
        waiting = Waiting(unit, asyncio.get_running_loop().create_future(), streams, since)
        if key is not None:
            waiting.answer.add_done_callback(lambda _: self._running_requests.discard(key))
        self._queue.append(waiting)
        self._start()
        return await waiting.answer

    async def aclose(self) -> None:
        """Wait until what was submitted has been committed or refused."""
        while self._lanes:
            await asyncio.wait(self._lanes)

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
                traceparents = (waiting.unit.asking.traceparent for waiting in batch)
                with self._journal.telemetry.appending(traceparents, len(batch), batch[0].since):
                    await self._commit(batch)
            except BaseException as error:
                self._settle(batch, {n: error for n in range(len(batch)) if not batch[n].answer.done()})
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
                answers = await self._transact(units, first_try=attempt == 0)
            except CommitIsUnanswered:
                raise
            except Exception as error:
                if isinstance(error, DBAPIError) and lost_a_race(error):
                    continue
                break
            self._settle(batch, answers)
            self._journal.appended.ring()
            return
        for waiting in batch:
            self._settle([waiting], {0: await self._alone(waiting.unit)})

    async def _transact(self, units: Sequence[Unit], *, first_try: bool) -> dict[int, Any]:
        """Commit units. Raises `CommitIsUnanswered` where running them again could do them twice."""
        ended = False

        def body(writing: Writing) -> dict[int, Any]:
            nonlocal ended
            answers = commit(writing, self._journal, units, first_try=first_try)
            ended = True
            return answers

        try:
            return await self._journal.database.write(body)
        except Exception as error:
            if ended and is_away(error):
                raise CommitIsUnanswered(problem_of(error)) from error
            raise

    async def _alone(self, unit: Unit) -> Done | Exception:
        for attempt in range(ATTEMPTS_MAX):
            try:
                answers = await self._transact([unit], first_try=False)
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

    def _settle(self, batch: Sequence[Waiting], answers: dict[int, Any]) -> None:
        """Give each command its answer; who no longer waits is passed over."""
        for number, answer in answers.items():
            future = batch[number].answer
            if isinstance(answer, BaseException):
                self._journal.telemetry.refused(type(answer))
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
