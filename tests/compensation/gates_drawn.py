"""What gates do while they are shut, drawn by chance."""

from decimal import Decimal

import msgspec

from compensation.domain.document.shape import Cap, Component, Gate, RateTable
from tests.compensation.chance import Chance


def with_effects(chance: Chance, component: Component, other: RateTable) -> Component:
    """Let some gates of a component that hold nothing do something else than pay nothing while they are shut."""
    gates = [an_effect(chance.of(str(number)), component, each, other) for number, each in enumerate(component.gates)]
    return msgspec.structs.replace(component, gates=tuple(gates))


def an_effect(chance: Chance, component: Component, gate: Gate, other: RateTable) -> Gate:
    table = component.table
    effect = chance.choice(("no_pay", "base_rate", "table", "cap"))
    if gate.release is not None or effect == "no_pay":
        return gate
    if effect == "cap":
        cap = Cap(amount=round(chance.number("5", "20", most=100), 2), over=chance.choice(("deal", "month", "year")))
        return msgspec.structs.replace(gate, effect="cap", cap=cap)
    if effect == "base_rate" and table.kind in ("step", "whole"):
        return msgspec.structs.replace(gate, effect="base_rate")
    if table.kind == "matrix" or other.kind == "matrix" or table.pays == "target":
        return gate
    tiers = tuple(msgspec.structs.replace(each, rate=min(each.rate, Decimal(100))) for each in other.tiers)
    said = msgspec.structs.replace(other, pays=table.pays, to_date=table.to_date, tiers=tiers)
    return msgspec.structs.replace(gate, effect="table", table=said)
