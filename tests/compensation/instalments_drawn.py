"""Instalments that are drawn by chance, and years with deals that are cancelled before all of them are due."""

from datetime import timedelta
from decimal import Decimal

import msgspec

from compensation.domain.document.instalment import SETTLED, Instalment
from compensation.domain.document.shape import Clawback, Component, PlanDocument
from compensation.domain.document.trigger_faults import rules_of
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.settling import SettledBy, Settlement
from tests.compensation.chance import Chance

GO_LIVE = "go_live"


def some_instalments(chance: Chance) -> tuple[Instalment, ...]:
    """Draw in which parts something is paid: equal ones, percents, or any; most often it is not in parts."""
    if not chance.is_one_in(3):
        return ()
    return tuple(an_instalment(chance) for _ in range(chance.up_to(4)))


def of_bookings(document: PlanDocument) -> PlanDocument:
    """Leave what bills and cash let out to components that pay for bookings and nothing else: no others can have it."""

    def is_of_bookings(component: Component) -> bool:
        return all(rule.trigger == "booking" for rule in rules_of(document, component))

    components = tuple(
        each if is_of_bookings(each) else msgspec.structs.replace(each, instalments=without_bills(each.instalments))
        for each in document.components
    )
    is_for_all = all(is_of_bookings(each) for each in components if not each.instalments)
    of_plan = document.instalments if is_for_all else without_bills(document.instalments)
    return msgspec.structs.replace(document, components=components, instalments=of_plan)


def without_bills(instalments: tuple[Instalment, ...]) -> tuple[Instalment, ...]:
    return tuple(each for each in instalments if each.due not in SETTLED)


def an_instalment(chance: Chance) -> Instalment:
    part, months = chance.choice(("1", "1", "2", "30", "33.333333")), chance.choice((1, 2, 3, 12))
    dues = (
        Instalment(part=Decimal(part), due="booking"),
        Instalment(part=Decimal(part), due="months", months=months),
        Instalment(part=Decimal(part), due="quarter_end"),
        Instalment(part=Decimal(part), due="year_end"),
        Instalment(part=Decimal(part), due="day", day=chance.day()),
        Instalment(part=Decimal(part), due="field", field=GO_LIVE),
        Instalment(part=Decimal(part), due="invoice"),
        Instalment(part=Decimal(part), due="payment"),
    )
    return chance.choice(dues)


def with_cancellations(facts: PersonYear, chance: Chance) -> PersonYear:
    """Let every plan take back, some customers cancel, and some deals say when they go live."""
    fates = {
        deal_id: fate_of(chance.of(deal_id), deal_id, facts) for deal_id in {each.deal_id for each in facts.credits}
    }
    return msgspec.structs.replace(
        facts,
        credits=tuple(with_fate(each, fates[each.deal_id]) for each in facts.credits),
        versions=tuple(taking_back(each, chance.of(f"{each.plan_id}{each.version}")) for each in facts.versions),
    )


def with_fate(credit: Credit, fate: dict[str, object]) -> Credit:
    """Let the customer of a credit's deal do so; what is given by hand after a cancellation is not cancelled by it."""
    found = msgspec.structs.replace(credit, **fate)
    is_later = found.cancelled_on is not None and found.cancelled_on < found.booked_on
    return msgspec.structs.replace(found, cancelled_on=None) if is_later else found


def fate_of(chance: Chance, deal_id: str, facts: PersonYear) -> dict[str, object]:
    booked = next(each for each in facts.credits if each.deal_id == deal_id)
    fields = ((GO_LIVE, chance.day()),) if chance.is_one_in(2) else ()
    settled = tuple(a_settlement(chance.of(f"settlement {each}"), each) for each in range(chance.up_to(4) - 1))
    ended = cancelled_on(chance, booked) if chance.is_one_in(2) else None
    return {"cancelled_on": ended, "fields": fields, "settled": settled}


def a_settlement(chance: Chance, number: int) -> Settlement:
    """Draw a bill or cash; now and then cash that goes back, or more than there is."""
    kind: SettledBy = chance.choice(("invoice", "payment", "payment"))
    amount = chance.number("10", "33.33", "100", "250", "-40", most=600)
    return Settlement(kind=kind, document_id=f"s{number}", on=chance.day(), amount=amount)


def cancelled_on(chance: Chance, booked: Credit) -> object:
    """Draw a day on or after the booking, now and then exactly some months later."""
    return booked.booked_on + timedelta(days=chance.choice((0, 1, 31, 59, 90, 365, chance.up_to(400))))


def taking_back(version: PlanVersion, chance: Chance) -> PlanVersion:
    months = chance.choice((None, None, 1, 12))
    clawback = Clawback(percent=chance.number("100", "50", "0", most=100), months=months)
    return msgspec.structs.replace(version, document=msgspec.structs.replace(version.document, clawback=clawback))
