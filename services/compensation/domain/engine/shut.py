"""What a gate does while it is shut, but paying nothing: the first rate on everything, another table, or a cap."""

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import msgspec

from compensation.domain.document.shape import CapOver, Component, Gate, RateTable, Tier
from compensation.domain.engine.adjusting import Limit, is_open, reached_in_words

Reached: TypeAlias = Callable[[Gate], Decimal | None]
"""How far the measure of a gate is, in percent of its quota."""


def shut_gate(component: Component, reached: Reached) -> Gate | None:
    """Return the first gate that is shut and says by which table a line is rated."""
    rating = (gate for gate in component.gates if gate.effect in ("base_rate", "table"))
    return next((gate for gate in rating if not is_open(gate, reached(gate))), None)


def as_rated(component: Component, reached: Reached) -> Component:
    """Return a component with the table that rates a line."""
    gate = shut_gate(component, reached)
    if gate is None:
        return component
    return msgspec.structs.replace(component, table=table_while_shut(component, gate))


def table_while_shut(component: Component, gate: Gate) -> RateTable:
    """Return the table of a gate; or the first rate of the component's own one, on everything."""
    if gate.table is not None:
        return gate.table
    return msgspec.structs.replace(component.table, tiers=(Tier(up_to=None, rate=component.table.tiers[0].rate),))


def limits_while_shut(component: Component, reached: Reached) -> tuple[Limit, ...]:
    """Return the caps of a component and of its shut gates: the lowest of those over the same interval."""
    limits: dict[CapOver, Limit] = {cap.over: Limit(cap=cap) for cap in component.caps}
    for gate in component.gates:
        if gate.cap is None or is_open(gate, reached(gate)):
            continue
        known = limits.get(gate.cap.over)
        if known is None or gate.cap.amount < known.cap.amount:
            limits[gate.cap.over] = Limit(
                cap=gate.cap, because=f"{reached_in_words(gate, reached(gate))}, so that it is "
            )
    return tuple(limits.values())
