"""The plans of the story: one with every part that a plan may have, and one with the least."""

from datetime import date
from decimal import Decimal

from compensation.domain.document.condition import Condition
from compensation.domain.document.shape import (
    Cap,
    Component,
    CreditRule,
    Gate,
    Measure,
    Modifier,
    PlanDocument,
    RateTable,
    Rounding,
    Tier,
)

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 31)

LINE = CreditRule(
    id="line",
    source="roll_up",
    when=Condition(
        all_of=(
            Condition(field="product", is_in=("GTX Pro",)),
            Condition(none_of=Condition(field="account", exists=False)),
        )
    ),
    attainment_percent=Decimal(50),
    pay_percent=Decimal("12.5"),
)
SPIFF = Component(
    id="spring_spiff",
    measure="bookings",
    table=RateTable(
        kind="whole",
        over="measure",
        pays="each",
        tiers=(Tier(up_to=Decimal(3), rate=Decimal(100)), Tier(up_to=None, rate=Decimal(250))),
        edge="upper",
        to_date=False,
    ),
    weight=Decimal(25),
    when=Condition(
        any_of=(
            Condition(field="amount", at_least=Decimal(1000), below=Decimal(50000)),
            Condition(field="booked_on", since=JANUARY, until=MARCH),
        )
    ),
    since=JANUARY,
    until=MARCH,
    modifiers=(
        Modifier(when=Condition(field="product", equals="GTX Pro"), percent=Decimal(115)),
        Modifier(when=None, percent=Decimal(90)),
    ),
    gates=(Gate(measure="bookings", at_least=Decimal(80), onset="crossing"),),
    caps=(Cap(amount=Decimal(500), over="deal"),),
)


def plan(*edges: str, whole: bool = False) -> PlanDocument:
    """Return a plan that pays better above each edge; with every part that a plan may have, or with the least."""
    tiers = [Tier(up_to=Decimal(edge), rate=Decimal(number + 4)) for number, edge in enumerate(edges)]
    own = CreditRule(id="own")
    steps = (*tiers, Tier(up_to=None, rate=Decimal("8.25")))
    table = RateTable(kind="step", over="attainment", pays="percent", tiers=steps)
    return PlanDocument(
        name="Accelerated 2026",
        currency="USD",
        pays="quarter",
        credit_rules=(own, *(LINE,) * whole),
        measures=(Measure(id="bookings", counts="amount", rules=("own",), interval="quarter", quota="bookings"),),
        components=(Component(id="commission", measure="bookings", table=table), *(SPIFF,) * whole),
        rounding=Rounding(rule="half_even", at="each_line"),
        caps=(Cap(amount=Decimal(250000), over="year"),) * whole,
    )
