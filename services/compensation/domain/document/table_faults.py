"""What is wrong with a rate table: its rates, its edges, and the rows and columns of a matrix."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from compensation.domain.document.matrix import Matrix, shape_faults
from compensation.domain.document.shape import HUNDRED, Measure, RateTable

TIERS_MAX = 50
RATE_MAX = Decimal(10) ** 9
PERCENT_MAX = Decimal(100_000)
PLAIN_NUMBERS = frozenset({"units", "deals", "activities", "results", "objectives"})
"""What is counted that is no money, and of which nothing is a percent."""

DIGITS_MAX = 6
"""Digits after the point that a rate, an edge or a percent may have."""


def table_faults(at: str, table: RateTable, measure: Measure | None) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a rate table."""
    if table.kind != "matrix" and not 1 <= len(table.tiers) <= TIERS_MAX:
        yield f"{at}/tiers", f"1 to {TIERS_MAX} tiers"
    for place, tier in enumerate(table.tiers):
        yield from number_faults(f"{at}/tiers/{place}/rate", tier.rate, rate_max(table))
    yield from edge_faults(at, table)
    if measure is not None and table.pays == "percent" and measure.counts in PLAIN_NUMBERS:
        yield f"{at}/pays", f"a percent is of money, and {measure.id} counts {measure.counts}"
    if measure is None or measure.quota is not None:
        return
    if table.over == "attainment" and any(tier.up_to is not None for tier in table.tiers):
        yield f"{at}/over", f"edges in percent of quota need one, and {measure.id} has none"
    elif table.pays == "target" and table.kind in ("step", "whole"):
        yield f"{at}/pays", f"target pay by attainment needs a quota, and {measure.id} has none"


def rate_max(table: RateTable) -> Decimal:
    """Return what a rate of a table is at most."""
    return {"percent": HUNDRED, "target": PERCENT_MAX}.get(table.pays, RATE_MAX)


def matrix_faults(
    at: str, table: RateTable, measure: Measure | None, measures: Mapping[str, Measure]
) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a matrix: it is there if the table is one, over two measures of one interval to date."""
    matrix = table.matrix
    if (matrix is None) is (table.kind == "matrix"):
        yield f"{at}/matrix", "a table of the kind matrix has one, and no other table has"
    if matrix is None:
        return
    if table.tiers:
        yield f"{at}/tiers", "the rates of a matrix stand in its rows and columns: it has no tiers"
    if not table.to_date:
        yield f"{at}/to_date", "a matrix looks at both measures to date"
    yield from shape_faults(f"{at}/matrix", matrix)
    yield from matrix_number_faults(f"{at}/matrix", table, matrix)
    yield from matrix_measure_faults(at, table, measure, measures.get(matrix.across))


def matrix_number_faults(at: str, table: RateTable, matrix: Matrix) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the rates and edges of a matrix, as numbers."""
    for row, rates in enumerate(matrix.rates):
        for column, rate in enumerate(rates):
            yield from number_faults(f"{at}/rates/{row}/{column}", rate, rate_max(table))
    for name, bands, over in (("rows", matrix.rows, table.over), ("columns", matrix.columns, matrix.columns_over)):
        for place, band in enumerate(bands):
            if band.up_to is not None:
                most = PERCENT_MAX if over == "attainment" else RATE_MAX
                yield from number_faults(f"{at}/{name}/{place}/up_to", band.up_to, most)


def matrix_measure_faults(
    at: str, table: RateTable, measure: Measure | None, across: Measure | None
) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the two measures of a matrix."""
    matrix = table.matrix
    if matrix is None or measure is None:
        return
    if measure.quota is None and table.over == "attainment" and len(matrix.rows) > 1:
        yield f"{at}/over", f"edges in percent of quota need one, and {measure.id} has none"
    if across is None:
        yield f"{at}/matrix/across", f"there is no measure {matrix.across}"
        return
    if across.quota is None and matrix.columns_over == "attainment" and len(matrix.columns) > 1:
        yield f"{at}/matrix/columns_over", f"edges in percent of quota need one, and {across.id} has none"
    if across is measure or across.interval != measure.interval:
        yield f"{at}/matrix/across", f"another measure than that of the rows, for each {measure.interval} like it"


def edge_faults(at: str, table: RateTable) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the edges: they rise from above 0, and the last tier alone may be open."""
    below = Decimal(-1) if table.kind == "curve" else Decimal(0)
    for place, tier in enumerate(table.tiers):
        pointer, last = f"{at}/tiers/{place}/up_to", place == len(table.tiers) - 1
        if tier.up_to is None:
            detail = open_fault(table, last=last)
            if detail:
                yield pointer, detail
            continue
        if last and table.kind in ("step", "whole"):
            yield pointer, "the last tier is open: null"
        yield from number_faults(pointer, tier.up_to, PERCENT_MAX if table.over == "attainment" else RATE_MAX)
        if tier.up_to <= below:
            yield pointer, f"an edge is above the one before it ({max(below, Decimal(0)):f})"
        below = max(below, tier.up_to)


def open_fault(table: RateTable, *, last: bool) -> str | None:
    """Return why a tier cannot be open."""
    if table.kind == "curve":
        return "a point of a curve is somewhere: not null"
    if table.kind == "proportional":
        return "a tier that is paid by the share of it that is covered ends somewhere: not null"
    return None if last else "only the last tier is open"


def number_faults(pointer: str, number: Decimal, most: Decimal) -> Iterator[tuple[str, str]]:
    """Name what is wrong with a number: 0 to a most, with some digits."""
    if not number.is_finite() or not 0 <= number <= most:
        yield pointer, f"a number from 0 to {most:f}"
    elif number != round(number, DIGITS_MAX):
        yield pointer, f"{DIGITS_MAX} digits after the point at most"
