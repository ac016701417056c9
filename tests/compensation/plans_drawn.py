"""Plans that are drawn by chance, over every shape of a plan document; all of them can be published."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from compensation.domain.document.exchange import PLAN_RATE, Exchange, RateRule
from compensation.domain.document.matrix import Band, Matrix, Side
from compensation.domain.document.shape import (
    Cap,
    Component,
    Counts,
    Gate,
    Measure,
    Modifier,
    Pays,
    PlanDocument,
    RateTable,
    Rounding,
    TableKind,
    Tier,
)
from compensation.domain.document.target import TargetPay
from fiscal.calendar import PeriodKind
from tests.compensation.chance import Chance
from tests.compensation.gates_drawn import with_effects
from tests.compensation.instalments_drawn import of_bookings, some_instalments
from tests.compensation.payouts_drawn import a_payment, paid_out
from tests.compensation.rules_drawn import (
    PERCENTS,
    a_condition_on_activities,
    a_rule,
    a_rule_about_activities,
    a_rule_about_bills_or_cash,
    no_condition,
    perhaps_a_condition,
    rules_about_posted,
)

HUNDRED = Decimal(100)
KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year")
TABLES: tuple[TableKind, ...] = ("step", "whole", "proportional", "curve")
PAYS: tuple[Pays, ...] = ("percent", "each", "amount", "target")


def a_measure_of_posted(chance: Chance, number: int, what: Literal["results", "objectives"]) -> Measure:
    quota = chance.choice(("bookings", "company.revenue", None))
    return Measure(id=f"m{number}", counts=what, rules=(what,), interval=chance.choice(KINDS), quota=quota)


def a_measure(chance: Chance, number: int, rules: Sequence[str]) -> Measure:
    quota = chance.choice(("bookings", "bookings", "quota_of_deals", None))
    of_activities = chance.is_one_in(4)
    what = chance.choice((None, None, None, None, "results", "objectives")) if not of_activities else None
    counts: Counts = "activities" if of_activities else chance.choice(("amount", "amount", "deals"))
    named = tuple(sorted(chance.some(rules, chance.up_to(3))))
    if counts == "amount":
        named = chance.choice((named, named, ("billed",), (*named, "billed")))
    has_cap = quota is not None and chance.is_one_in(4)
    if what is not None:
        return a_measure_of_posted(chance, number, what)
    return Measure(
        id=f"m{number}",
        counts=counts,
        rules=("did",) if of_activities else named,
        interval=chance.choice(KINDS),
        quota=quota,
        quota_of="team" if quota is not None and chance.is_one_in(4) else "person",
        cap_percent=chance.number("100", "150", most=200) if has_cap else None,
    )


def a_matrix(chance: Chance, table: RateTable, other: Measure) -> RateTable:
    """Draw the rows and columns of a matrix, now and then with a band of one measure only."""
    over = chance.choice(("attainment", "measure")) if other.quota else "measure"
    rows, columns = (some_bands(chance, is_percent=each == "attainment") for each in (table.over, over))
    most = 100 if table.pays == "percent" else 150
    rates = tuple(tuple(chance.number("5", "8", "0", "100", most=most) for _ in columns) for _ in rows)
    matrix = Matrix(rows=rows, across=other.id, columns_over=over, columns=columns, rates=rates)
    return msgspec.structs.replace(table, kind="matrix", tiers=(), to_date=True, matrix=matrix)


def some_bands(chance: Chance, *, is_percent: bool) -> tuple[Band, ...]:
    often = ("50", "100", "150") if is_percent else ("1", "2", "500")
    edges = sorted({chance.number(*often, most=300) for _ in range(chance.up_to(3))} - {Decimal(0)})
    sides: tuple[tuple[Side, ...], ...] = (("lower",), ("upper",), ("upper", "lower"))
    bands = [Band(up_to=edge, edge=side) for edge in edges for side in chance.choice(sides)]
    return (*bands, Band(up_to=None))


def a_table(chance: Chance, measure: Measure, measures: Sequence[Measure]) -> RateTable:
    """Draw a table; a matrix where there is another measure of the same interval."""
    table = a_tiered_table(chance, measure)
    others = [each for each in measures if each.id != measure.id and each.interval == measure.interval]
    return a_matrix(chance, table, others[0]) if others and chance.is_one_in(2) else table


def a_tiered_table(chance: Chance, measure: Measure) -> RateTable:
    kind, pays = chance.choice(TABLES), chance.choice(PAYS)
    is_count = measure.counts in ("deals", "activities", "results", "objectives")
    if pays == "percent" and is_count:
        pays = "each"
    if pays == "target" and measure.quota is None and kind in ("step", "whole"):
        pays = "each"
    over = chance.choice(("attainment", "measure")) if measure.quota else "measure"
    often = ("50", "100", "150") if over == "attainment" else ("1", "2", "5") if is_count else ("500",)
    open_ended = kind in ("step", "whole")
    several = {chance.number(*often, most=200) for _ in range(chance.up_to(4) - open_ended)} - {Decimal(0)}
    edges = sorted(several) or ([] if open_ended else [HUNDRED])
    most = 100 if pays == "percent" else 150
    return RateTable(
        kind=kind,
        over=over,
        pays=pays,
        tiers=tuple(
            Tier(up_to=end, rate=chance.number("5", "8", "100", most=most))
            for end in (*edges, *([None] if open_ended else []))
        ),
        edge=chance.choice(("lower", "upper")),
        to_date=not chance.is_one_in(3),
    )


def some_caps(chance: Chance) -> tuple[Cap, ...]:
    """Draw caps, now and then in any order; that of a longer interval is not below that of a shorter one."""
    if not chance.is_one_in(3):
        return ()
    most = Decimal(0)
    caps: list[Cap] = []
    for over in ("document", "deal", *KINDS):
        if chance.is_one_in(2):
            most = max(most, round(chance.number("5", "10", "50", most=500), 2))
            caps.append(Cap(amount=most, over=over))
    return chance.some(caps, 4) if chance.is_one_in(4) else tuple(caps)


def a_gate(chance: Chance, measure: Measure, pays: PeriodKind) -> Gate:
    """Draw a gate; one that looks at all of an interval beyond a pay period says when it lets go."""
    onset = chance.choice(("crossing", "interval"))
    is_within = KINDS.index(measure.interval) <= KINDS.index(pays)
    at_least = chance.number("50", "100", most=120)
    release = None if is_within or onset == "crossing" else chance.of("gate").choice(("crossing", "interval_end"))
    return Gate(measure=measure.id, at_least=at_least, onset=onset, release=release)


def a_component(chance: Chance, number: int, measures: Sequence[Measure], pays: PeriodKind) -> Component:
    measure = chance.choice(measures)
    perhaps = {"activities": a_condition_on_activities, "results": no_condition, "objectives": no_condition}.get(
        measure.counts, perhaps_a_condition
    )
    gating = [each for each in measures if each.quota is not None]
    gates = [
        a_gate(chance, chance.choice(gating), pays) for _ in range(chance.choice((0, 0, 0, 1, 1, 2)) if gating else 0)
    ]
    modifiers = [
        Modifier(when=perhaps(chance), percent=chance.choice(PERCENTS)) for _ in range(chance.choice((0, 0, 1, 2)))
    ]
    first, last = sorted((chance.day(), chance.day()))
    found = Component(
        id=f"c{number}",
        measure=measure.id,
        table=a_table(chance, measure, measures),
        when=perhaps(chance),
        since=first if chance.is_one_in(8) else None,
        until=last if chance.is_one_in(8) else None,
        modifiers=tuple(modifiers),
        gates=tuple(gates),
        caps=some_caps(chance),
        instalments=some_instalments(chance.of("instalments")),
    )
    other = a_tiered_table(chance.of("other table"), measure)
    return with_effects(chance.of("effects"), with_a_budget(chance.of("budget"), found), other)


def with_a_budget(chance: Chance, component: Component) -> Component:
    """Give a component that pays on some days only a cap over all of them."""
    if component.since is None or component.until is None:
        return component
    budget = Cap(amount=round(chance.number("5", "20", most=100), 2), over="window")
    return msgspec.structs.replace(component, caps=(*component.caps, budget))


def weighted(components: Sequence[Component]) -> tuple[Component, ...]:
    """Give what pays target pay its part of it: the weights are 100 together."""
    several = [each.id for each in components if each.table.pays == "target"]
    weights = {each: Decimal(30) for each in several[1:]}
    weights |= {each: HUNDRED - 30 * (len(several) - 1) for each in several[:1]}
    return tuple(msgspec.structs.replace(each, weight=weights.get(each.id, HUNDRED)) for each in components)


def an_exchange(chance: Chance) -> Exchange:
    rules = (PLAN_RATE, RateRule(kind="daily", on="booking"), RateRule(kind="daily", on="year_start"))
    return Exchange(
        deal=chance.choice(rules),
        attainment=chance.choice((PLAN_RATE, *rules)),
        payment=None if chance.is_one_in(3) else a_payment(chance),
        pivot="EUR" if chance.is_one_in(3) else None,
    )


def by_interval(chance: Chance, component: Component, measures: Sequence[Measure]) -> Component:
    """Give the intervals of a year other parts of its target pay, now and then."""
    interval = next(each.interval for each in measures if each.id == component.measure)
    if component.table.pays != "target" or interval != "quarter" or not chance.is_one_in(3):
        return component
    return msgspec.structs.replace(component, weights=tuple(map(Decimal, ("20", "20", "20", "40"))))


def a_target(chance: Chance) -> TargetPay | None:
    prorated = chance.choice(("none", "calendar_days", "calendar_days", "working_days"))
    target = TargetPay(
        percent_of_base=chance.choice((None, Decimal(5), Decimal("12.5"))),
        parts=chance.choice(("equal", "days")),
        prorated_by=prorated,
        first_day_counts=prorated == "none" or chance.is_one_in(2),
    )
    return target if chance.is_one_in(2) else None


def a_document(chance: Chance, component_count: int) -> PlanDocument:
    rules = tuple(a_rule(chance, number) for number in range(chance.up_to(3)))
    measures = tuple(a_measure(chance, number, [each.id for each in rules]) for number in range(chance.up_to(2)))
    if chance.is_one_in(2):
        measures = tuple(msgspec.structs.replace(each, interval=measures[0].interval) for each in measures)
    pays = chance.choice(KINDS)
    drawn = [a_component(chance.of(f"component {number}"), number, measures, pays) for number in range(component_count)]
    parted = [by_interval(chance.of(f"weights {number}"), each, measures) for number, each in enumerate(drawn)]
    drawn_plan = PlanDocument(
        name="Drawn",
        currency="USD",
        pays=pays,
        credit_rules=(
            *rules,
            a_rule_about_activities(chance.of("activities")),
            a_rule_about_bills_or_cash(chance.of("bills")),
            *rules_about_posted(chance.of("posted")),
        ),
        measures=measures,
        components=weighted(parted),
        target=a_target(chance.of("target")),
        rounding=Rounding(rule=chance.choice(("half_up", "half_even")), at=chance.choice(("end", "each_line"))),
        caps=some_caps(chance),
        instalments=some_instalments(chance.of("instalments")),
        exchange=None if chance.is_one_in(3) else an_exchange(chance.of("exchange")),
    )
    return of_bookings(paid_out(chance.of("payouts"), drawn_plan))
