"""The oracle's matrices: which measures they go by, and where the columns stand."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from compensation.domain.document.shape import Component
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from tests.compensation.oracle_measure import held, measure_of, measured, quota_for, worth_of
from tests.compensation.oracle_table import Stand

NOTHING = Fraction(0)


def needed_by_matrix(version: PlanVersion, component: Component) -> set[str]:
    """Return the measures of a matrix that have edges in percent of quota, or a cap on attainment."""
    table, matrix = component.table, component.table.matrix
    if matrix is None:
        return set()
    sides = ((component.measure, table.over, matrix.rows), (matrix.across, matrix.columns_over, matrix.columns))
    needed = {name for name, over, bands in sides if over == "attainment" and len(bands) > 1}
    return needed | {name for name, _, _ in sides if measure_of(version, name).cap_percent is not None}


def across(
    facts: PersonYear,
    version: PlanVersion,
    component: Component,
    credit: Credit,
    so_far: Sequence[Credit],
    found: Stand,
) -> Stand:
    """Return a stand with the columns of a matrix."""
    matrix = component.table.matrix
    if matrix is None:
        return found
    other = measure_of(version, matrix.across)
    quota = worth_of(facts, version, other, quota_for(facts, other, credit.booked_on))
    return replace(found, across=held(other, quota, measured(facts, version, other, so_far)), across_quota=quota)
