"""What is wrong with a gate: what it looks at, when it lets go, and what it does while it is shut."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from compensation.domain.document.shape import Component, Gate, Measure
from compensation.domain.document.table_faults import PERCENT_MAX, RATE_MAX, number_faults, table_faults
from fiscal.calendar import MONTHS, PeriodKind

Found: TypeAlias = Iterator[tuple[str, str]]


def gate_faults(at: str, pays: PeriodKind, component: Component, gate: Gate, measures: Mapping[str, Measure]) -> Found:
    """Name what is wrong with a gate of a component."""
    gating = measures.get(gate.measure)
    if gating is None:
        yield f"{at}/measure", f"there is no measure {gate.measure}"
    elif gating.quota is None:
        yield f"{at}/measure", f"{gate.measure} has no quota, so that it never reaches a percent of it"
    else:
        yield from onset_faults(at, pays, gate, gating)
    yield from number_faults(f"{at}/at_least", gate.at_least, PERCENT_MAX)
    yield from effect_faults(at, component, gate, measures)


def onset_faults(at: str, pays: PeriodKind, gate: Gate, gating: Measure) -> Found:
    """Name what a gate leaves open, or says in vain, of when it lets what it holds be paid."""
    is_longer = gate.onset == "interval" and MONTHS[gating.interval] > MONTHS[pays]
    if is_longer and gate.release is None:
        yield f"{at}/onset", f"a {pays} is paid before the {gating.interval} has ended: release says when then"
    if not is_longer and gate.release is not None:
        yield f"{at}/release", f"only a gate that looks at an interval longer than a {pays} holds anything"
    if gate.release is not None and gate.effect != "no_pay":
        yield f"{at}/effect", "a gate that holds what is earned pays nothing until then: no_pay"


def effect_faults(at: str, component: Component, gate: Gate, measures: Mapping[str, Measure]) -> Found:
    """Name what is wrong with what a gate does: its table pays in the same way, its cap is an amount."""
    for name, part in (("table", gate.table), ("cap", gate.cap)):
        if (part is not None) != (gate.effect == name):
            yield f"{at}/{name}", f"there is one if the effect is {name}, and only then"
    if gate.effect == "base_rate" and component.table.kind not in ("step", "whole"):
        yield f"{at}/effect", f"a {component.table.kind} has no first rate that is paid on everything"
    if gate.table is not None:
        yield from other_table_faults(f"{at}/table", component, gate, measures)
    if gate.cap is not None:
        yield from number_faults(f"{at}/cap/amount", gate.cap.amount, RATE_MAX)
        if gate.cap.over == "window":
            yield f"{at}/cap/over", "a gate holds a deal or an interval to an amount"


def other_table_faults(at: str, component: Component, gate: Gate, measures: Mapping[str, Measure]) -> Found:
    """Name what is wrong with the table of a shut gate: it goes on from where the component's own one stands."""
    table = gate.table
    if table is None:
        return
    yield from table_faults(at, table, measures.get(component.measure))
    if table.kind == "matrix" or component.table.kind == "matrix":
        yield f"{at}/kind", "a gate leads from one table of tiers to another"
    if table.pays != component.table.pays:
        yield f"{at}/pays", f"the component pays {component.table.pays}, whether the gate is open or shut"
    if table.to_date != component.table.to_date:
        yield f"{at}/to_date", "both tables look at a measure in the same way"
