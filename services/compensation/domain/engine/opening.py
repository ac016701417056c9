"""Gates over intervals longer than a pay period: on which day each lets what it holds be paid, if it ever does."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

from compensation.domain.document.shape import Gate, Measure
from compensation.domain.engine.credit import Credit, shares_of
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.measure import Running
from compensation.domain.engine.placing import period_in
from fiscal.calendar import Period

Openings: TypeAlias = Mapping[tuple[str, int, Gate, str], date]
"""The day on which a gate of a plan version opens for one of its intervals; none if it stays shut."""


def openings(facts: PersonYear) -> Openings:
    """Return when gates that hold open: a crossing counts from its deal on, whatever becomes of the measure later."""
    found: dict[tuple[str, int, Gate, str], date] = {}
    for version in facts.versions:
        holding = list(gates_holding(version))
        if not holding:
            continue
        running = Running(facts, version.document)
        for share in shares_of(facts.credits):
            running.count(share)
            for gate in holding:
                look_at(found, facts, version, gate, running, share[0])
    return found


def look_at(
    found: dict[tuple[str, int, Gate, str], date],
    facts: PersonYear,
    version: PlanVersion,
    gate: Gate,
    running: Running,
    credit: Credit,
) -> None:
    """Note where a gate is after a credit; at an interval's end the last word counts."""
    measure = measure_of(version, gate)
    interval = interval_of(facts, version, gate, credit)
    percent = running.measured(measure, interval.name).percent
    is_reached = percent is not None and percent >= gate.at_least
    place = (version.plan_id, version.version, gate, interval.name)
    if gate.release == "crossing":
        if is_reached:
            found.setdefault(place, credit.booked_on)
    elif is_reached:
        found[place] = interval.ends_on
    else:
        found.pop(place, None)


def gates_holding(version: PlanVersion) -> Iterator[Gate]:
    """Return the gates of a version that hold what is earned before they open, each once."""
    gates = {gate: None for component in version.document.components for gate in component.gates}
    return (gate for gate in gates if gate.release is not None)


def interval_of(facts: PersonYear, version: PlanVersion, gate: Gate, credit: Credit) -> Period:
    """Return the interval that a gate looks at for a credit."""
    return period_in(facts.calendar, credit.booked_on, measure_of(version, gate).interval)


def measure_of(version: PlanVersion, gate: Gate) -> Measure:
    """Return what a gate looks at."""
    return next(each for each in version.document.measures if each.id == gate.measure)


def gate_in_words(gate: Gate, interval: Period) -> str:
    """Return what a gate that holds waits for."""
    reached = f"{gate.measure.replace('_', ' ')} reaches {gate.at_least.normalize():f}% of quota"
    return f"once {reached}" if gate.release == "crossing" else f"when {interval.name} ends, if {reached}"
