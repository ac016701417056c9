"""Cells: where two measures meet in a matrix, and the rate that stands there."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from compensation.domain.document.matrix import Band, Matrix, Side, band_at
from compensation.domain.document.shape import Component, Measure, RateTable
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, total
from compensation.domain.engine.exchanging import quota_in
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.measure import Counted, Counts
from compensation.domain.engine.placing import period_in
from events.domain import Value

Across: TypeAlias = tuple[Decimal, Decimal]
"""Where the measure of a matrix's columns stands before a credit and after it; nowhere without a matrix."""

NOWHERE: Across = (ZERO, ZERO)


class Cells(Value, tag=False):
    """A matrix laid out over its two measures: the edges of its rows and columns in units of what they measure."""

    matrix: Matrix
    rows: tuple[tuple[Decimal | None, Side], ...]
    columns: tuple[tuple[Decimal | None, Side], ...]


def cells_of(table: RateTable, quota: Decimal | None, across_quota: Decimal | None) -> Cells | None:
    """Lay a matrix out over its measures. Edges in percent of quota need one, unless there is no edge."""
    matrix = table.matrix
    if matrix is None:
        return None
    rows = laid(matrix.rows, quota if table.over == "attainment" else None)
    columns = laid(matrix.columns, across_quota if matrix.columns_over == "attainment" else None)
    return Cells(matrix=matrix, rows=rows, columns=columns)


def laid(bands: Sequence[Band], quota: Decimal | None) -> tuple[tuple[Decimal | None, Side], ...]:
    """Return the edges of bands: percents of a quota, or as they are without one."""
    return tuple(
        (each.up_to if each.up_to is None or quota is None else percent_of(each.up_to, quota), each.edge)
        for each in bands
    )


def row_at(cells: Cells, measure: Decimal) -> int:
    """Return the row of a measure, from 0."""
    return band_at(cells.rows, measure)


def column_at(cells: Cells, across: Decimal) -> int:
    """Return the column of a measure, from 0."""
    return band_at(cells.columns, across)


def rate_in(cells: Cells, measure: Decimal, across: Decimal) -> Decimal:
    """Return the rate of the cell in which two measures meet."""
    return cells.matrix.rates[row_at(cells, measure)][column_at(cells, across)]


def measures_of(component: Component) -> tuple[str, ...]:
    """Return what a component measures: its own, and that of its matrix's columns."""
    matrix = component.table.matrix
    return (component.measure,) if matrix is None else (component.measure, matrix.across)


def moved_by(component: Component, counts: Counts) -> Counted | None:
    """Return what a line adds to what a component measures. What moves only the columns adds nothing to the rows."""
    own = counts.get(component.measure)
    if component.measure in counts or component.table.matrix is None:
        return own
    across = counts.get(component.table.matrix.across)
    return None if across is None else Counted(rule=across.rule, measure=ZERO, pay_base=ZERO)


def measure_across(version: PlanVersion, component: Component) -> Measure | None:
    """Return the measure of a matrix's columns."""
    matrix = component.table.matrix
    return next((each for each in version.document.measures if matrix and each.id == matrix.across), None)


def quota_across(facts: PersonYear, version: PlanVersion, component: Component, interval: str) -> Decimal | None:
    """Return the quota beside which the columns of a matrix are measured in an interval."""
    measure = measure_across(version, component)
    known = None if measure is None else quota_in(facts, version.document, measure, interval)
    return None if known is None else known.amount


def across_of(
    facts: PersonYear,
    version: PlanVersion,
    component: Component,
    credit: Credit,
    begins: Mapping[str, Decimal],
    counts: Sequence[Counts],
) -> Across:
    """Return where the columns stand before and after the lines of a share, up to the cap on their attainment."""
    measure = None if component.table.matrix is None else measure_across(version, component)
    if measure is None:
        return NOWHERE
    start = begins[measure.id]
    added = total(each.measure for count in counts if (each := count.get(measure.id)) is not None)
    interval = period_in(facts.calendar, credit.booked_on, measure.interval).name
    quota = quota_in(facts, version.document, measure, interval)
    if measure.cap_percent is None or quota is None:
        return start, EXACT.add(start, added)
    most = percent_of(measure.cap_percent, quota.amount)
    return min(start, most), min(EXACT.add(start, added), most)
