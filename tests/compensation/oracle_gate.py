"""The oracle's gates: whether one is open for a credit, and what it does while it is shut."""

from fractions import Fraction

import msgspec

from compensation.domain.document.shape import Component, Gate, Tier
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from tests.compensation.oracle_measure import in_order, interval, measure_of, measured, quota_for, until, worth_of


def is_open(facts: PersonYear, version: PlanVersion, credit: Credit, gate: Gate) -> bool:
    """Say whether a gate's measure is there: with this credit, or at the end of its interval."""
    measure = measure_of(version, gate.measure)
    quota = quota_for(facts, measure, credit.booked_on)
    inside = interval(facts, credit, measure.interval)
    last = [each for each in in_order(facts) if interval(facts, each, measure.interval) == inside][-1]
    up_to = until(facts, last if gate.onset == "interval" else credit, measure.interval, with_it=True)
    reached = measured(facts, version, measure, up_to)
    wanted = worth_of(facts, version, measure, quota)
    return quota is not None and reached * 100 >= wanted * Fraction(gate.at_least)


def shut(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> list[Gate]:
    """Return the gates of a component that are shut for a credit."""
    return [each for each in component.gates if not is_open(facts, version, credit, each)]


def as_rated(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> Component:
    """Return a component with the table by which a credit is rated."""
    for gate in shut(facts, version, component, credit):
        if gate.effect == "table" and gate.table is not None:
            return msgspec.structs.replace(component, table=gate.table)
        if gate.effect == "base_rate":
            only = (Tier(up_to=None, rate=component.table.tiers[0].rate),)
            return msgspec.structs.replace(component, table=msgspec.structs.replace(component.table, tiers=only))
    return component
