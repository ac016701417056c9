"""How far measures are at the end of their intervals: what a gate for the whole interval asks before it is over."""

from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.credit import shares_of
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.measure import Running


def looks_ahead(document: PlanDocument) -> bool:
    """Say whether a plan looks at how far a measure is at the end of its interval."""
    return any(
        gate.onset == "interval" and gate.release is None
        for component in document.components
        for gate in component.gates
    )


def run_through(facts: PersonYear, version: PlanVersion) -> Running:
    """Count all credits of a year: how far the measures of a version are at the end of each interval."""
    running = Running(facts, version.document)
    for share in shares_of(facts.credits):
        running.count(share)
    return running
