"""Pay measured: one deal more in a year of few deals and of a million, and a what-if over a year of many deals.

CPU time of this process, on SQLite: others on the machine take nothing from it. The year has been derived before: its
credits and their sums are written as the worker writes them, and the deals that are measured go all the way, from what
is heard to credits, attainment, stored sums, tier and pay.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import msgspec
import uvloop

from attain.bench.report import Bar, Measured, Pair
from attain.bench.sample import asking
from attain.quiet import blueprint
from compensation.deriving.credits import CREDITS, derive
from compensation.domain.assignment import ASSIGNMENT, AssignPerson, assignment_id
from compensation.domain.crediting import CreditFacts, DealFacts
from compensation.domain.deal import Deal, Share
from compensation.domain.document.condition import Condition
from compensation.domain.document.shape import (
    Component,
    CreditRule,
    Measure,
    PlanDocument,
    RateTable,
    Rounding,
    Tier,
)
from compensation.domain.engine.facts import person_year
from compensation.domain.plan import PLAN, DraftPlan, PublishPlan
from compensation.domain.what_if import Change, outcome
from compensation.projections.credits import CreditRow, credits_of_years
from compensation.projections.what_ifs import changed_years
from edge.clock import utc_now
from events import deriver, projector, read_models
from events.contracts.goals import CalendarSetV1, QuotaSetV1
from events.contracts.performance import DealTermsV1, DealWonV1, KnownOwner
from events.domain import Value
from events.execute import execute
from events.hearing import hear
from events.opening import Store, open_store
from events.store.ids import new_id
from events.store.session import Writing
from events.wire.cloudevents import Letter, source_of, type_of
from fiscal.calendar import FiscalCalendar, parse_period
from money.money import Money

SIZES = (100, 10_000, 1_000_000)
THOUGHT_OF = 100_000
ADDED = 20
ROWS_AT_ONCE = 10_000
DAYS = 90
MILLISECONDS = 1_000
PERSON, PLAN_ID, YEAR, QUARTER = "ada", "accelerated", "2017", "2017-Q1"
CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)
NEW_YEAR = date(2017, 1, 1)
AT = datetime(2017, 1, 2, 12, tzinfo=UTC)
STORE = "SQLite, CPU time"
KEY = person_year(PERSON, YEAR)


def plan(condition: Condition | None = None, above: str = "8") -> PlanDocument:
    """Return a plan of two steps over a quarter's attainment; with a condition it is paid deal by deal."""
    table = RateTable(
        kind="step",
        over="attainment",
        pays="percent",
        tiers=(Tier(up_to=Decimal(100), rate=Decimal(5)), Tier(up_to=None, rate=Decimal(above))),
    )
    return PlanDocument(
        name="Accelerated",
        currency="USD",
        pays="quarter",
        credit_rules=(CreditRule(id="own", when=condition),),
        measures=(Measure(id="bookings", counts="amount", rules=("own",), interval="quarter", quota="bookings"),),
        components=(Component(id="commission", measure="bookings", table=table),),
        rounding=Rounding(rule="half_up", at="end"),
    )


@dataclass
class Year:
    """One person's year in a database of its own."""

    store: Store
    sequences: dict[str, int] = field(default_factory=dict[str, int])

    async def tell(self, service: str, subject: str, contract: Value) -> None:
        """Let the service hear something."""
        self.sequences[subject] = self.sequences.get(subject, 0) + 1
        journal = self.store.journal
        letter = Letter(
            id=new_id(),
            source=source_of(service),
            type=type_of(service, type(contract).__name__),
            subject=subject,
            time=AT,
            sequence=self.sequences[subject],
            position=1,
            correlation_id=new_id(),
            data=journal.codec.text(contract),
        )
        await self.store.database.write(lambda writing: hear(writing, journal, [letter]))

    async def begin(self, quota: int) -> None:
        """Set the calendar, publish the plan, assign the person, set a quota."""
        period = parse_period(CALENDAR, QUARTER)
        calendar = CalendarSetV1(time_zone=CALENDAR.time_zone, first_month=1, year_named_by="end")
        await self.tell("goals", "calendar-main", calendar)
        quota_id = f"{PERSON}~bookings~{QUARTER}"
        told = QuotaSetV1(
            quota_id=quota_id,
            person_id=PERSON,
            measure="bookings",
            period=QUARTER,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            amount=Money(amount=Decimal(quota), currency="USD"),
        )
        await self.tell("goals", f"quota-{quota_id}", told)
        await execute(self.store, PLAN, PLAN_ID, DraftPlan(document=plan()), asking())
        await execute(self.store, PLAN, PLAN_ID, PublishPlan(effective_on=NEW_YEAR), asking())
        command = AssignPerson(
            person_id=PERSON, plan_id=PLAN_ID, starts_on=NEW_YEAR, person_is_known=True, plan_is_published=True
        )
        await execute(self.store, ASSIGNMENT, assignment_id(PERSON, PLAN_ID), command, asking())

    async def win(self, number: int) -> None:
        """Hear of a deal that was won, and derive all that follows."""
        terms = DealTermsV1(
            owner=KnownOwner(person_id=PERSON),
            amount=Money(amount=Decimal("1234.56"), currency="USD"),
            booked_on=NEW_YEAR + timedelta(days=number % DAYS),
        )
        deal_id = f"new-{number}"
        await self.tell("performance", f"deal-{deal_id}", DealWonV1(deal_id=deal_id, source_at=AT, terms=terms))
        await deriver.derive_all(self.store.journal)

    async def fill(self, count: int) -> None:
        """Write the credits of deals and their sums, as the worker writes them."""
        for start in range(0, count, ROWS_AT_ONCE):
            rows = [row for number in range(start, min(count, start + ROWS_AT_ONCE)) for row in credits_of(number)]
            await self.store.database.write(lambda writing, rows=rows: self.write(writing, rows))

    def write(self, writing: Writing, rows: Sequence[CreditRow]) -> None:
        """Insert credits, and add them to the sums."""
        generation = read_models.generations(writing, self.store.journal.kept)[CREDITS.name]
        writing.insert(projector.physical(CREDITS.table, generation), [msgspec.structs.asdict(row) for row in rows])
        changes = [projector.Change(old=None, new=row, position=1) for row in rows]
        for total in CREDITS.totals:
            projector.add_up(writing, total, generation, changes)


def credits_of(number: int) -> Sequence[CreditRow]:
    """Return the credits of a deal."""
    deal_id = f"d{number:07}"
    deal = Deal(
        deal_id=deal_id,
        status="won",
        amount=Decimal(100 + number % 997),
        currency="USD",
        account="Acme",
        product="GTX Pro" if number % 2 else "MG Basic",
        fields=None,
        booked_on=NEW_YEAR + timedelta(days=number % DAYS),
        cancelled_on=None,
        source_at=AT,
        event_id="e",
        event_type="DealWonV1",
        event_version=1,
        event_source="/services/performance",
        event_at=AT,
        event_position=1,
    )
    share = Share(deal_id=deal_id, number=1, person_id=PERSON, owner_hash=None, percent=Decimal(100))
    return derive(CreditFacts(deal=DealFacts(deal=deal, shares=(share,), claims={}, calendar=CALENDAR))).rows


def measure_pay() -> list[Pair]:
    """Measure one deal more at each size, and a what-if."""
    return uvloop.run(measure())


async def measure() -> list[Pair]:
    """Measure in databases of their own."""
    sizes = SIZES if not (most := os.environ.get("SIZE")) else tuple(min(int(most), each) for each in SIZES)
    found: list[Measured] = []
    pairs: list[Pair] = []
    with tempfile.TemporaryDirectory(prefix="attain-bench-") as folder:
        for place, size in enumerate(sizes):
            year = await opened(f"sqlite:///{Path(folder) / f'{place}.db'}", size)
            found.append(await one_more(year, size))
            await year.store.close()
        pairs += [Pair(store=STORE, measured=each, floor=found[0]) for each in found[1:]]
        thought_of = min(THOUGHT_OF, max(sizes))
        year = await opened(f"sqlite:///{Path(folder) / 'thought.db'}", thought_of)
        pairs += await what_ifs(year, thought_of)
        await year.store.close()
    return pairs


async def opened(url: str, size: int) -> Year:
    """Open a year of so many deals, of which the last one has been derived."""
    made = blueprint("compensation")
    store = await open_store(
        url, codec=made.codec(), clock=utc_now, projections=made.projections, derivations=made.derivations
    )
    year = Year(store)
    await year.begin(quota=size * 500)
    await year.fill(size)
    await year.win(size)
    return year


async def one_more(year: Year, size: int) -> Measured:
    """Measure one deal more, several times: the median counts."""
    taken = [await timed_win(year, number) for number in range(size + 1, size + 1 + ADDED)]
    return Measured(
        name=f"one deal more in a year of {size:,}",
        value=median(taken),
        unit="ms",
        bar=Bar(most=100, times_at_most=1.5),
        rounds=tuple(taken),
    )


async def timed_win(year: Year, number: int) -> float:
    """Return the milliseconds of CPU that a deal takes."""
    start = time.process_time()
    await year.win(number)
    return (time.process_time() - start) * MILLISECONDS


async def what_ifs(year: Year, size: int) -> list[Pair]:
    """Measure a what-if by sums and one deal by deal, beside reading the credits alone."""
    changes = {
        "by sums": Change(plan_id=PLAN_ID, document=plan(above="9")),
        "deal by deal": Change(
            plan_id=PLAN_ID, document=plan(Condition(field="product", is_in=("GTX Pro", "MG Basic")))
        ),
    }
    start = time.process_time()
    await year.store.read(lambda reading: credits_of_years(reading, [KEY]))
    floor = Measured(name="its credits read", value=(time.process_time() - start) * MILLISECONDS, unit="ms")
    return [Pair(store=STORE, measured=await thought(year, size, *change), floor=floor) for change in changes.items()]


async def thought(year: Year, size: int, name: str, change: Change) -> Measured:
    """Measure one what-if."""
    start = time.process_time()
    found = await year.store.read(lambda reading: changed_years(reading, [KEY], change))
    assert outcome(found[KEY]).sums  # noqa: S101 a what-if that pays nothing would be measured for nothing
    taken = (time.process_time() - start) * MILLISECONDS
    return Measured(name=f"what-if over {size:,} deals, {name}", value=taken, unit="ms", bar=Bar(most=5_000))
