"""A firm to pay: ten thousand people in teams, and a million deals of a quarter, written as read models keep them.

Nine of ten sell, on a plan of steps over the quarter's quota; every fifth deal is shared with a colleague. The others
lead them, and are paid for what their line is credited with: each deal once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from attain.bench.sample import asking
from attain.quiet import blueprint
from compensation.domain.deal import Deal, Share
from compensation.domain.document.shape import (
    Component,
    CreditRule,
    Measure,
    PlanDocument,
    RateTable,
    Rounding,
    Tier,
)
from compensation.domain.plan import PLAN, DraftPlan, PublishPlan
from compensation.projections.assignments import AssignmentRow, json_of
from compensation.projections.people import ReportRow
from compensation.projections.quotas import QuotaRow
from edge.clock import utc_now
from events import projector, read_models
from events.contracts.goals import CalendarSetV1
from events.domain import Value
from events.execute import execute
from events.hearing import hear
from events.opening import Store, open_store
from events.projector import Projection
from events.store.ids import new_id
from events.store.session import Writing
from events.wire.cloudevents import Letter, source_of, type_of
from fiscal.calendar import FiscalCalendar, parse_period

TEAM = 10
"""People in a team, beside the one who leads it."""
SPLIT_EVERY = 5
SPLIT = (Decimal(60), Decimal(40))
DAYS = 90
ROWS_AT_ONCE = 20_000
QUARTER, YEAR = "2017-Q1", "2017"
CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)
NEW_YEAR = date(2017, 1, 1)
AT = datetime(2017, 1, 2, 12, tzinfo=UTC)
SELLS, LEADS, HEAD = "sells", "leads", "head"


def plan(name: str, *tiers: tuple[int | None, str], source: str = "own") -> PlanDocument:
    """Return a plan of steps over the attainment of a quarter."""
    table = RateTable(
        kind="step",
        over="attainment",
        pays="percent",
        tiers=tuple(Tier(up_to=None if up_to is None else Decimal(up_to), rate=Decimal(rate)) for up_to, rate in tiers),
    )
    return PlanDocument(
        name=name,
        currency="USD",
        pays="quarter",
        credit_rules=(CreditRule(id="theirs", source="own" if source == "own" else "roll_up"),),
        measures=(Measure(id="bookings", counts="amount", rules=("theirs",), interval="quarter", quota="bookings"),),
        components=(Component(id="commission", measure="bookings", table=table),),
        rounding=Rounding(rule="half_up", at="end"),
    )


PLANS: Mapping[str, PlanDocument] = {
    SELLS: plan("Sells", (80, "4"), (100, "6.5"), (None, "9.25")),
    LEADS: plan("Leads", (100, "0.8"), (None, "1.15"), source="roll_up"),
}
"""What each kind of person is paid by."""


@dataclass(frozen=True, kw_only=True)
class Firm:
    """How large a firm is, and who is who in it."""

    deals: int
    people: int

    def is_leader(self, number: int) -> bool:
        """Say whether a person leads a team."""
        return number % (TEAM + 1) == 0

    def sellers(self) -> list[int]:
        """Return the numbers of those who sell."""
        return [number for number in range(self.people) if not self.is_leader(number)]

    def quota(self, number: int) -> Decimal:
        """Return what is expected of a person in the quarter: about what the deals bring."""
        each = Decimal(self.deals * 600 // max(self.people, 1)) + number % 97
        return each * TEAM if self.is_leader(number) else each


def person(number: int) -> str:
    """Return a person's id."""
    return f"p-{number:05}"


@dataclass
class Office:
    """A firm's compensation in a database of its own."""

    store: Store
    firm: Firm
    generations: Mapping[str, int] = field(default_factory=dict[str, int])

    async def fill(self) -> None:
        """Write all facts."""
        await self.hear(
            "calendar-main", CalendarSetV1(time_zone="America/Los_Angeles", first_month=1, year_named_by="end")
        )
        for plan_id, document in PLANS.items():
            await execute(self.store, PLAN, plan_id, DraftPlan(document=document), asking())
            await execute(self.store, PLAN, plan_id, PublishPlan(effective_on=NEW_YEAR), asking())
        kept = {each.name: each for each in self.store.journal.projections}
        await self.write(kept["reports"], reports_of(self.firm))
        await self.write(kept["assignments"], assignments_of(self.firm))
        await self.write(kept["quotas"], quotas_of(self.firm))
        await self.write(kept["deals"], deals_of(self.firm))
        await self.write(kept["shares"], shares_of(self.firm))

    async def hear(self, subject: str, contract: Value) -> None:
        """Let the service hear something of goals."""
        journal = self.store.journal
        letter = Letter(
            id=new_id(),
            source=source_of("goals"),
            type=type_of("goals", type(contract).__name__),
            subject=subject,
            time=AT,
            sequence=1,
            position=1,
            correlation_id=new_id(),
            data=journal.codec.text(contract),
        )
        await self.store.database.write(lambda writing: hear(writing, journal, [letter]))

    async def write(self, projection: Projection[Any], rows: Iterator[Value]) -> None:
        """Insert the rows of a read model, many at once."""
        while several := [row for _, row in zip(range(ROWS_AT_ONCE), rows, strict=False)]:
            await self.store.database.write(lambda writing, several=several: self.insert(writing, projection, several))

    def insert(self, writing: Writing, projection: Projection[Any], rows: Sequence[Value]) -> None:
        """Insert some rows of a read model."""
        generation = read_models.generations(writing, self.store.journal.kept)[projection.name]
        writing.insert(projector.physical(projection.table, generation), [msgspec.structs.asdict(row) for row in rows])


async def open_office(url: str, firm: Firm) -> Office:
    """Open an empty database for a firm."""
    made = blueprint("compensation")
    store = await open_store(
        url, codec=made.codec(), clock=utc_now, projections=made.projections, derivations=made.derivations
    )
    return Office(store, firm)


def reports_of(firm: Firm) -> Iterator[ReportRow]:
    """Say to whom everybody reports: to the first of the team, and those to one head."""
    for number in range(firm.people):
        manager = HEAD if firm.is_leader(number) else person(number - number % (TEAM + 1))
        yield ReportRow(person_id=person(number), starts_on=NEW_YEAR, manager_id=manager, team_id=None)


def assignments_of(firm: Firm) -> Iterator[AssignmentRow]:
    """Say by which plan everybody is paid."""
    for number in range(firm.people):
        plan_id = LEADS if firm.is_leader(number) else SELLS
        yield AssignmentRow(
            assignment_id=f"{person(number)}~{plan_id}",
            starts_on=NEW_YEAR,
            ends_on=None,
            person_id=person(number),
            plan_id=plan_id,
            target_pay=None,
            target_currency=None,
            base_pay=None,
            base_currency=None,
            pay_currency=None,
            leaves=json_of(()),
            version=1,
        )


def quotas_of(firm: Firm) -> Iterator[QuotaRow]:
    """Say what is expected of everybody."""
    period = parse_period(CALENDAR, QUARTER)
    for number in range(firm.people):
        yield QuotaRow(
            quota_id=f"{person(number)}~bookings~{QUARTER}",
            person_year=f"{person(number)}~{YEAR}",
            person_id=person(number),
            measure="bookings",
            period=QUARTER,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            amount=firm.quota(number),
            currency="USD",
        )


def deal_id(number: int) -> str:
    """Return a deal's id."""
    return f"crm.d{number:07}"


def deals_of(firm: Firm) -> Iterator[Deal]:
    """Return the deals: what they are worth differs, to the cent."""
    for number in range(firm.deals):
        yield Deal(
            deal_id=deal_id(number),
            status="won",
            amount=Decimal(10_000 + number * 7_919 % 99_991).scaleb(-2),
            currency="USD",
            account=f"a-{number % 5_003}",
            product="GTX Pro" if number % 2 else "MG Basic",
            fields=None,
            booked_on=NEW_YEAR + timedelta(days=number % DAYS),
            cancelled_on=None,
            source_at=AT + timedelta(days=number % DAYS, seconds=number % 3_600),
            event_id=f"0190{number:08x}",
            event_type="DealWonV1",
            event_version=1,
            event_source="/services/performance",
            event_at=AT,
            event_position=number + 1,
        )


def shares_of(firm: Firm) -> Iterator[Share]:
    """Return the shares: all of a deal, or what two have of it."""
    sellers = firm.sellers()
    for number in range(firm.deals):
        first = number * 31 % len(sellers)
        parts = SPLIT if number % SPLIT_EVERY == 0 else (Decimal(100),)
        for place, percent in enumerate(parts):
            seller = sellers[(first + place) % len(sellers)]
            yield Share(
                deal_id=deal_id(number),
                number=place + 1,
                person_id=person(seller),
                owner_hash=None,
                percent=percent,
            )
