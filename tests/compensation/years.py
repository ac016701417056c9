"""Facts to test the pay engine with: Ada's year 2017, and strategies that draw histories."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from hypothesis import strategies as st

from compensation.domain.assignment import Spell
from compensation.domain.document.earlier import BOOKINGS, COMMISSION
from compensation.domain.document.shape import (
    Component,
    CreditRule,
    Edge,
    Measure,
    PlanDocument,
    RateTable,
    Rounding,
    Tier,
)
from compensation.domain.engine.credit import Credit, Origin
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from fiscal.calendar import FiscalCalendar, PeriodKind, parse_period

CALENDAR = FiscalCalendar(time_zone="America/Los_Angeles", first_month=1)
NEW_YEAR = date(2017, 1, 1)
NOON = datetime(2017, 1, 1, 12, tzinfo=UTC)
HUNDRED = Decimal(100)


def tiers(*pairs: tuple[str | None, str]) -> tuple[Tier, ...]:
    return tuple(Tier(up_to=None if edge is None else Decimal(edge), rate=Decimal(rate)) for edge, rate in pairs)


ACCELERATED = tiers(("100", "5"), (None, "8"))


def document(
    steps: tuple[Tier, ...] = ACCELERATED,
    *,
    interval: PeriodKind = "quarter",
    edge: Edge = "lower",
    rule: Literal["half_up", "half_even"] = "half_up",
    at: Literal["end", "each_line"] = "end",
    currency: str = "USD",
    name: str = "Accelerated",
) -> PlanDocument:
    table = RateTable(kind="step", over="attainment", pays="percent", tiers=steps, edge=edge)
    return PlanDocument(
        name=name,
        currency=currency,
        pays=interval,
        credit_rules=(CreditRule(id="own"),),
        measures=(Measure(id=BOOKINGS, counts="amount", rules=("own",), interval=interval, quota=BOOKINGS),),
        components=(Component(id=COMMISSION, measure=BOOKINGS, table=table),),
        rounding=Rounding(rule=rule, at=at),
    )


def booked(
    deal_id: str, amount: str | Decimal, on: date = NEW_YEAR, *, currency: str = "USD", number: int = 1, hour: int = 0
) -> Credit:
    return Credit(
        deal_id=deal_id,
        number=number,
        source="own",
        person_id="ada",
        booked_on=on,
        source_at=NOON + timedelta(hours=hour),
        amount=Decimal(amount),
        currency=currency,
        percent=HUNDRED,
        deal_amount=Decimal(amount),
        account=None,
        product=None,
        origin=Origin(
            event_id="e",
            event_type="DealWonV1",
            version=1,
            source="/services/performance",
            occurred_at=NOON,
            position=1,
        ),
    )


def quota(period: str, amount: str, currency: str = "USD") -> Quota:
    named = parse_period(CALENDAR, period)
    return Quota(
        measure=BOOKINGS,
        period=period,
        starts_on=named.starts_on,
        ends_on=named.ends_on,
        amount=Decimal(amount),
        currency=currency,
    )


def published(
    plan: PlanDocument, *, plan_id: str = "p1", version: int = 1, effective_on: date = NEW_YEAR
) -> PlanVersion:
    return PlanVersion(plan_id=plan_id, version=version, effective_on=effective_on, document=plan)


def on_plan(plan_id: str = "p1", starts_on: date = NEW_YEAR, ends_on: date | None = None) -> Spell:
    return Spell(plan_id=plan_id, starts_on=starts_on, ends_on=ends_on)


def year(
    *deals: Credit,
    plan: PlanDocument | None = None,
    quotas: tuple[Quota, ...] = (),
    spells: tuple[Spell, ...] | None = None,
    versions: tuple[PlanVersion, ...] | None = None,
) -> PersonYear:
    return PersonYear(
        person_id="ada",
        year="2017",
        calendar=CALENDAR,
        credits=deals,
        quotas=quotas or (quota("2017-Q1", "1000"),),
        spells=(on_plan(),) if spells is None else spells,
        versions=(published(plan or document()),) if versions is None else versions,
    )


amounts = st.decimals("0", "100000", places=2)
days = st.dates(date(2017, 1, 1), date(2017, 12, 31))
rates = st.decimals("0", "30", places=3)


@st.composite
def documents(draw: st.DrawFn) -> PlanDocument:
    edges = sorted(draw(st.sets(st.decimals("1", "300", places=1), max_size=4)))
    steps = tuple(Tier(up_to=edge, rate=draw(rates)) for edge in [*edges, None])
    return document(
        steps,
        interval=draw(st.sampled_from(("month", "quarter", "year"))),
        edge=draw(st.sampled_from(("lower", "upper"))),
        rule=draw(st.sampled_from(("half_up", "half_even"))),
        at=draw(st.sampled_from(("end", "each_line"))),
    )


ALL_PERIODS = (
    "2017",
    *(f"2017-Q{number}" for number in range(1, 5)),
    *(f"2017-M{number:02}" for number in range(1, 13)),
)


@st.composite
def years(draw: st.DrawFn) -> PersonYear:
    drawn = draw(st.lists(st.tuples(amounts, days, st.integers(0, 3)), max_size=12))
    deals = [booked(f"d{place}", amount, on, hour=hour) for place, (amount, on, hour) in enumerate(drawn)]
    quotas = tuple(
        quota(period, str(draw(st.integers(1, 200_000)))) for period in ALL_PERIODS if draw(st.integers(0, 9))
    )
    second = published(draw(documents()), version=2, effective_on=draw(days))
    return year(*deals, quotas=quotas, versions=(published(draw(documents())), second))
