"""How long a deal is on its way: from the moment when its CRM has it until its owner's open statement counts it.

An open loop: deals are won on a schedule and delivered then, singly, signed, over HTTP, whatever became of those
before; time is counted from the schedule. A deal has arrived when the sums of its owner's statement, which compensation
keeps in `earnings`, count it: a look every 10 ms finds out, and what it finds late counts as late.
"""

import asyncio
import math
import tempfile
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import uvloop
from sqlalchemy import func, select

from attain.bench.intake import QUIET, SOURCE, Door, exchange
from attain.bench.report import Bar, Measured, Pair
from attain.client import connect
from attain.company import (
    CURRENCY,
    Company,
    Stage,
    assign,
    draft_plan,
    hire,
    make_team,
    publish_plan,
    set_calendar,
    set_quota,
)
from attain.everything import SERVICES
from attain.fleet import Fleet
from attain.loading import send_stage
from attain.quiet import watching
from attain.real.surroundings import StoreName, WireName, databases, services, topics
from attain.webhooks import secret_in
from compensation.projections.earnings import PAID, earnings
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import Surroundings, from_environment
from events.store.database import Database, open_database
from events.store.session import Reading

PEOPLE = 500
RATE = 500
WARM_UP_SECONDS, SECONDS = 5, 20
LOOK_SECONDS = 0.01
CONNECTIONS_MAX = 128
IDLE_SECONDS_MAX = 2.0
LATE_SECONDS_MAX = 60.0
"""For so long what is still on its way at the end is waited for; what has not come by then counts as so late."""
QUIET_SECONDS_MAX = 120.0

YEAR, PERIOD, WON_ON = 2017, "2017-Q1", "2017-02-01"
PLAN_ID = "two-steps"
TIERS: tuple[tuple[str | None, str], ...] = (("100", "5"), (None, "8"))
PERCENTS = (50, 99)
BAR = {99: Bar(most=250)}

PLACES: tuple[tuple[str, StoreName, WireName], ...] = (
    ("SQLite, one process", "sqlite", "embedded"),
    ("PostgreSQL, Kafka, 8 processes", "postgres", "kafka"),
)


@dataclass(kw_only=True)
class Deals:
    """When each deal was due, answered and counted, in seconds; those that are on their way, by person."""

    due: dict[int, float] = field(default_factory=dict[int, float])
    answered: dict[int, float] = field(default_factory=dict[int, float])
    counted: dict[int, float] = field(default_factory=dict[int, float])
    waiting: dict[str, deque[int]] = field(default_factory=dict[str, deque[int]])
    seen: Counter[str] = field(default_factory=Counter[str])

    def win(self, number: int, at: float) -> None:
        """Let a deal be on its way."""
        self.due[number] = at
        self.waiting.setdefault(person(number), deque()).append(number)

    def see(self, counts: Sequence[tuple[str, int]], at: float) -> None:
        """Take note of how many deals the statements of people count. A person's deals are counted in their order."""
        for person_id, count in counts:
            on_their_way = self.waiting[person_id]
            while on_their_way and self.seen[person_id] < count:
                self.seen[person_id] += 1
                self.counted[on_their_way.popleft()] = at
            if not on_their_way:
                del self.waiting[person_id]

    def milliseconds(self, until: dict[int, float], percent: int) -> float:
        """Return in how many milliseconds so many percent of the deals after the warm-up got somewhere."""
        measured = range(WARM_UP_SECONDS * RATE, (WARM_UP_SECONDS + SECONDS) * RATE)
        took = sorted(until.get(each, math.inf) - self.due[each] for each in measured)
        return min(took[math.ceil(len(took) * percent / 100) - 1], LATE_SECONDS_MAX) * 1000


def measure_arrivals() -> list[Pair]:
    """Measure both pairs of database and wire."""
    return [pair for place in PLACES for pair in measure_place(*place)]


def measure_place(name: str, store: StoreName, wire: WireName) -> list[Pair]:
    """Measure one pair."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attain-bench-")))
        settings = stack.enter_context(databases(store, folder)) | stack.enter_context(topics(wire, quick=False))
        fleet = stack.enter_context(services(wire, settings | QUIET, folder))
        where = {each: from_environment(each, utc_now, settings) for each in SERVICES}
        deals = uvloop.run(arrivals(fleet, folder, where))
    return [pair_of(name, deals, percent) for percent in PERCENTS]


async def arrivals(fleet: Fleet, folder: Path, where: Mapping[str, Surroundings]) -> Deals:
    """Set a company up, then let deals arrive."""
    await prepare(fleet, folder)
    async with watching(where) as watch:
        await watch.wait(QUIET_SECONDS_MAX)
    database = open_database(where["compensation"].database_url)
    deals = await win(Door(url=fleet.addresses["performance"], secret=secret_in(folder)), database)
    await database.close()
    return deals


def pair_of(store: str, deals: Deals, percent: int) -> Pair:
    """Return a percentile of how long deals took, beside that of their answers."""
    counted, answered = (deals.milliseconds(until, percent) for until in (deals.counted, deals.answered))
    what = f"won → on the statement at {RATE} deals/s, p{percent}"
    return Pair(
        store=store,
        measured=Measured(name=what, value=counted, unit="ms", bar=BAR.get(percent, Bar())),
        floor=Measured(name=f"won → answered, p{percent}", value=answered, unit="ms"),
    )


async def prepare(fleet: Fleet, folder: Path) -> None:
    """Set the company up."""
    company = company_of([person(number) for number in range(PEOPLE)])
    async with connect(fleet.addresses, DevelopmentIssuer(folder), secret_in(folder)) as client:
        await client.wait_until_ready(fleet.check)
        for stage in company.before:
            await send_stage(client, company, stage, lambda _name, _count: None)


def company_of(people: Sequence[str]) -> Company:
    """Return a company with people on one plan, whose deals count against a quota."""
    hired_on, starts_on = date(YEAR - 1, 1, 1), date(YEAR, 1, 1)
    hired = (
        hire(person_id=each, name=each.title(), hired_on=hired_on, owners=(each,), team_id="sales", source=SOURCE)
        for each in people
    )
    return Company(
        name="bench",
        before=(
            Stage(name="calendar", requests=(set_calendar("UTC"),)),
            Stage(name="teams", requests=(make_team("sales", "Sales"),)),
            Stage(name="people", requests=tuple(hired)),
            Stage(name="plan", requests=(draft_plan(PLAN_ID, "5% to quota, 8% above", TIERS),)),
            Stage(name="plan", requests=(publish_plan(PLAN_ID, starts_on),)),
            Stage(name="quotas", requests=tuple(set_quota(each, PERIOD, 20_000) for each in people)),
            Stage(name="assignments", requests=tuple(assign(each, PLAN_ID, starts_on) for each in people)),
        ),
        source=SOURCE,
        deliveries=(),
        after=(),
        last="/compensation/v1/assignments",
    )


def person(number: int) -> str:
    """Return the id of the person who wins a deal."""
    return f"person-{number % PEOPLE}"


class Lines:
    """Connections to a server, as many as are busy at once. One that was idle for a while is about to be closed.

    When all are busy a request waits here rather than in the server's queue: its time goes on all the same.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._free = asyncio.Semaphore(CONNECTIONS_MAX)
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def exchange(self, request: bytes) -> float:
        """Send a request on a connection that is free, and return when it was answered."""
        async with self._free:
            return await self._exchange(request)

    async def _exchange(self, request: bytes) -> float:
        clock = asyncio.get_running_loop().time
        while self._idle and clock() - self._idle[-1][0] > IDLE_SECONDS_MAX:
            self._idle.pop()[2].close()
        if self._idle:
            _, reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection(*self._door.address)
        await exchange(reader, writer, request)
        answered_at = clock()
        self._idle.append((answered_at, reader, writer))
        return answered_at

    def close(self) -> None:
        """Close all connections."""
        for _, _, writer in self._idle:
            writer.close()


async def win(door: Door, database: Database) -> Deals:
    """Win deals on schedule, and watch them arrive."""
    deals, lines, clock = Deals(), Lines(door), asyncio.get_running_loop().time
    requests = [delivery(door, number) for number in range((WARM_UP_SECONDS + SECONDS) * RATE)]

    async def deliver(number: int) -> None:
        deals.answered[number] = await lines.exchange(requests[number])

    watching_them = asyncio.create_task(watch(database, deals))
    began = clock()
    async with asyncio.TaskGroup() as group:
        for number in range(len(requests)):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - clock()))
            deals.win(number, due)
            group.create_task(deliver(number))
    until = clock() + LATE_SECONDS_MAX
    while deals.waiting and clock() < until:  # noqa: ASYNC110 they are seen elsewhere
        await asyncio.sleep(LOOK_SECONDS)
    watching_them.cancel()
    lines.close()
    return deals


def delivery(door: Door, number: int) -> bytes:
    """Return the delivery of a deal that is won."""
    deal = {
        "deal_id": f"D-{number}",
        "owner": person(number),
        "amount": f"{100 + number % 900}.50",
        "currency": CURRENCY,
        "stage": "Won",
        "closed_on": WON_ON,
    }
    return door.request(f"msg_{number}", "deal.won", deal)


async def watch(database: Database, deals: Deals) -> None:
    """Look for ever how many deals the statements of those people count who wait for one."""
    clock = asyncio.get_running_loop().time
    while True:
        people = list(deals.waiting)
        if people:
            counts = await database.read(lambda reading, people=people: counted(reading, people))
            deals.see(counts, clock())
        await asyncio.sleep(LOOK_SECONDS)


def counted(reading: Reading, people: Sequence[str]) -> Sequence[tuple[str, int]]:
    """Return how many deals each person is paid for in the period."""
    statement = (
        select(earnings.c.person_id, func.sum(earnings.c.credit_count))
        .where(reading.among(earnings.c.person_id, people), earnings.c.period == PERIOD, earnings.c.problem == PAID)
        .group_by(earnings.c.person_id)
    )
    return [(row[0], row[1]) for row in reading.tuples(statement)]
