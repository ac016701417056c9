"""Plans and histories changed in one way, so that a property can say what that does to pay."""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from compensation.domain.document.condition import Condition, fields_of
from compensation.domain.document.shape import Cap, Component, Gate, Measure, PlanDocument, RateTable, Tier
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear

HUNDRED = Decimal(100)
ORDER = ("document", "deal", "month", "quarter", "year", "window")

replaced = msgspec.structs.replace


def with_documents(facts: PersonYear, change: Callable[[PlanDocument], PlanDocument]) -> PersonYear:
    """Return a year whose plan documents are changed."""
    return replaced(facts, versions=tuple(replaced(each, document=change(each.document)) for each in facts.versions))


def with_components(document: PlanDocument, change: Callable[[Component], Component]) -> PlanDocument:
    return replaced(document, components=tuple(change(each) for each in document.components))


def of_money(document: PlanDocument) -> PlanDocument:
    """Return a plan whose measures count amounts, all of them."""
    measures = tuple(replaced(each, counts="amount", cap_percent=None) for each in document.measures)
    return replaced(document, measures=measures)


def in_order(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    return tuple(sorted(caps, key=lambda each: ORDER.index(each.over)))


def higher(caps: tuple[Cap, ...], by: Decimal) -> tuple[Cap, ...]:
    return tuple(replaced(each, amount=each.amount + by) for each in in_order(caps))


def flat(document: PlanDocument, rate: Decimal) -> PlanDocument:
    """Return a plan of tables with one tier, step or whole amount as they were."""

    def change(component: Component) -> Component:
        kind = "whole" if component.table.kind == "whole" else "step"
        table = replaced(component.table, kind=kind, pays="percent", tiers=(Tier(up_to=None, rate=rate),), matrix=None)
        gates = tuple(without_effect(each) for each in component.gates)
        return replaced(component, table=table, gates=gates)

    return with_components(of_money(document), change)


def rising(table: RateTable) -> RateTable:
    """Return a step table of percents that rise over the same edges."""
    ends = [each.up_to for each in table.tiers if each.up_to]
    rates = [*sorted(min(each.rate, HUNDRED) for each in table.tiers)[: len(ends)], HUNDRED]
    tiers = tuple(Tier(up_to=end, rate=rate) for end, rate in zip([*ends, None], rates, strict=True))
    return replaced(table, kind="step", pays="percent", tiers=tiers, matrix=None)


def with_rising_rates(document: PlanDocument) -> PlanDocument:
    """Return a plan of rising rates on all of a credit."""
    rules = tuple(replaced(each, attainment_percent=HUNDRED, pay_percent=HUNDRED) for each in document.credit_rules)
    return with_components(
        replaced(of_money(document), credit_rules=rules), lambda each: replaced(each, table=rising(each.table))
    )


def of_whole_amounts(document: PlanDocument) -> PlanDocument:
    return with_components(document, lambda each: replaced(each, table=replaced(each.table, kind="whole")))


def tells_parts(condition: Condition | None) -> bool:
    """Say whether a condition asks for what differs between a deal and its parts."""
    return condition is not None and bool(fields_of(condition) & {"amount", "deal_id", "share_percent"})


def accumulating(document: PlanDocument) -> PlanDocument:
    """Return a plan in which nothing is per deal, and rounding is at the end."""
    changed = with_components(document, accumulating_component)
    return replaced(
        changed,
        credit_rules=tuple(
            replaced(each, when=None) if tells_parts(each.when) else each for each in document.credit_rules
        ),
        measures=tuple(amounts(each) for each in document.measures),
        rounding=replaced(document.rounding, at="end"),
        caps=tuple(each for each in document.caps if each.over not in ("document", "deal")),
    )


def amounts(measure: Measure) -> Measure:
    return replaced(measure, counts="amount")


def accumulating_component(component: Component) -> Component:
    """Return a component that looks at no deal alone. A deal crosses a gate as a whole: there is no such gate."""
    return replaced(
        component,
        when=None if tells_parts(component.when) else component.when,
        table=replaced(component.table, to_date=True),
        modifiers=tuple(each for each in component.modifiers if not tells_parts(each.when)),
        gates=tuple(each for each in component.gates if each.onset == "interval" and each.release != "crossing"),
        caps=tuple(each for each in component.caps if each.over not in ("document", "deal")),
    )


def without_effect(gate: Gate) -> Gate:
    """Return a gate that pays nothing while it is shut."""
    return replaced(gate, effect="no_pay", table=None, cap=None)


def gates_of_the_moment(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """Return the gates that later deals do not open for earlier ones."""
    return tuple(each for each in gates if each.onset == "crossing")


def split(credit: Credit, percent: Decimal) -> tuple[Credit, Credit]:
    """Return two deals that are one together; the first has a percent of it, which may be below 0 or above 100."""
    first = credit.amount * percent / HUNDRED
    rest = credit.amount - first
    return (
        replaced(credit, deal_id=f"{credit.deal_id}a", amount=first, deal_amount=first),
        replaced(credit, deal_id=f"{credit.deal_id}b", amount=rest, deal_amount=rest),
    )
