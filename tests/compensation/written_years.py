"""Years that are written down by hand: a plan of one component, and whatever a case says otherwise."""

from datetime import date
from decimal import Decimal

import msgspec

from compensation.domain.assignment import Spell
from compensation.domain.document.shape import (
    Cap,
    Component,
    CreditRule,
    Measure,
    Pays,
    PlanDocument,
    RateTable,
    Rounding,
    TableKind,
    Tier,
)
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion, Quota
from fiscal.calendar import parse_period
from money.money import Money
from tests.compensation.histories_drawn import CALENDAR, NEW_YEAR, NOON, ORIGIN

HUNDRED = Decimal(100)
OWN = CreditRule(id="own")
BOOKINGS = Measure(id="bookings", counts="amount", rules=("own",), interval="year", quota="bookings")
UNITS = Measure(id="units", counts="deals", rules=("own",), interval="year")


def a_deal(deal_id: str, amount: str, on: date = NEW_YEAR, product: str | None = None) -> Credit:
    return Credit(
        deal_id=deal_id,
        number=1,
        source="own",
        person_id="ada",
        booked_on=on,
        source_at=NOON,
        amount=Decimal(amount),
        currency="USD",
        percent=HUNDRED,
        deal_amount=Decimal(amount),
        account=None,
        product=product,
        origin=ORIGIN,
    )


def a_quota(amount: str, period: str = "2017", name: str = "bookings") -> Quota:
    named = parse_period(CALENDAR, period)
    return Quota(
        measure=name,
        period=period,
        starts_on=named.starts_on,
        ends_on=named.ends_on,
        amount=Decimal(amount),
        currency="USD",
    )


def a_table(
    *tiers: tuple[str | None, str], kind: TableKind = "step", pays: Pays = "percent", over: str = "attainment"
) -> RateTable:
    return RateTable(
        kind=kind,
        over="measure" if over == "measure" else "attainment",
        pays=pays,
        tiers=tuple(Tier(up_to=None if end is None else Decimal(end), rate=Decimal(rate)) for end, rate in tiers),
    )


def a_component(table: RateTable, **said: object) -> Component:
    return msgspec.structs.replace(Component(id="c", measure="bookings", table=table), **said)


def caps(**said: str) -> tuple[Cap, ...]:
    """Return caps in the order in which they are said: `caps(month="10")`."""
    found = [msgspec.convert({"over": over, "amount": amount}, Cap) for over, amount in said.items()]
    return tuple(found)


def a_plan(*components: Component, measures: tuple[Measure, ...] = (BOOKINGS,), **said: object) -> PlanDocument:
    plan = PlanDocument(
        name="Written",
        currency="USD",
        pays="year",
        credit_rules=(OWN,),
        measures=measures,
        components=components,
        rounding=Rounding(rule="half_up", at="end"),
    )
    return msgspec.structs.replace(plan, **said)


def versions_of(*plans: tuple[date, PlanDocument]) -> tuple[PlanVersion, ...]:
    return tuple(
        PlanVersion(plan_id="p1", version=number, effective_on=day, document=plan)
        for number, (day, plan) in enumerate(plans, 1)
    )


def a_written_year(
    *deals: Credit,
    plan: PlanDocument | None = None,
    versions: tuple[PlanVersion, ...] = (),
    quotas: tuple[Quota, ...] = (),
    target: str = "1200",
) -> PersonYear:
    return PersonYear(
        person_id="ada",
        year="2017",
        calendar=CALENDAR,
        credits=deals,
        quotas=quotas,
        spells=(Spell(plan_id="p1", starts_on=NEW_YEAR, target_pay=Money(amount=Decimal(target), currency="USD")),),
        versions=versions or versions_of(*([(NEW_YEAR, plan)] if plan else [])),
    )
