"""What a gate does while it is shut, but paying nothing: the first rate on everything, another table, or a cap."""

from collections.abc import Callable

import msgspec

from compensation.domain.document.shape import Cap, Component, Gate, RateTable, Tier

IsShut = Callable[[Gate], bool]


def shut_gate(component: Component, is_shut: IsShut) -> Gate | None:
    """Return the first gate that is shut and says by which table a line is rated."""
    return next((gate for gate in component.gates if gate.effect in ("base_rate", "table") and is_shut(gate)), None)


def as_rated(component: Component, is_shut: IsShut) -> Component:
    """Return a component with the table that rates a line."""
    gate = shut_gate(component, is_shut)
    if gate is None:
        return component
    return msgspec.structs.replace(component, table=table_while_shut(component, gate))


def table_while_shut(component: Component, gate: Gate) -> RateTable:
    """Return the table of a gate; or the first rate of the component's own one, on everything."""
    if gate.table is not None:
        return gate.table
    return msgspec.structs.replace(component.table, tiers=(Tier(up_to=None, rate=component.table.tiers[0].rate),))


def caps_while_shut(component: Component, is_shut: IsShut) -> tuple[Cap, ...]:
    """Return the caps of a component and of its shut gates: the lowest of those over the same interval."""
    caps = {cap.over: cap for cap in component.caps}
    for gate in component.gates:
        if gate.cap is not None and is_shut(gate):
            known = caps.get(gate.cap.over, gate.cap)
            caps[gate.cap.over] = min(known, gate.cap, key=lambda each: each.amount)
    return tuple(caps.values())
