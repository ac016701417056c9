"""The oracle's results and objectives: of which measures nothing is posted yet."""

from compensation.domain.document.shape import Component, Measure
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.posted import Score
from tests.compensation.oracle_measure import counts, interval, measure_of, measured_by


def looked_at(version: PlanVersion, component: Component) -> list[Measure]:
    """Return the measures that a component goes by, or that its gates look at."""
    names = {*measured_by(component), *(each.measure for each in component.gates)}
    return [measure_of(version, each) for each in sorted(names)]


def is_unposted(facts: PersonYear, version: PlanVersion, measure: Measure, credit: Credit) -> bool:
    """Say whether a measure counts what is posted, and nothing is posted that it counts in the interval of a credit."""
    if measure.counts not in ("results", "objectives"):
        return False
    mine = interval(facts, credit, measure.interval)
    around = [each for each in facts.credits if interval(facts, each, measure.interval) == mine]
    return not any(counts(facts, version, measure, each) for each in around)


def has_no_number(facts: PersonYear, version: PlanVersion, component: Component, credit: Credit) -> bool:
    """Say whether a credit is the score of an objective without a weight, of which nothing can be counted."""
    if not isinstance(credit.document, Score) or credit.document.weight is not None:
        return False
    return any(counts(facts, version, each, credit) for each in looked_at(version, component))
