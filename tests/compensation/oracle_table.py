"""The oracle's rate tables: what a measure is worth, in fractions, as the texts say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from compensation.domain.document.matrix import Matrix
from compensation.domain.document.shape import RateTable
from tests.compensation.oracle_bands import has

NOTHING = Fraction(0)


@dataclass(frozen=True)
class Stand:
    """How far a component is: its measure, and of it what its own credits added; units and money to pay on."""

    measure: Fraction
    own: Fraction
    units: Fraction
    money: Fraction
    quota: Fraction
    target: Fraction
    across: Fraction = NOTHING
    across_quota: Fraction = NOTHING

    def base(self, table: RateTable) -> Fraction:
        """Return what a rate is of: what is credited, the units measured, or the attainment that target pay goes by."""
        if table.pays == "target":
            return self.own
        return self.money if table.pays == "percent" else self.units


@dataclass(frozen=True)
class Part:
    """A tier between two amounts of the measure; the last has no end, nor has the first a beginning."""

    bottom: Fraction
    top: Fraction | None
    rate: Fraction


def parts_of(table: RateTable, stand: Stand) -> Iterator[Part]:
    bottom, unit = NOTHING, stand.quota / 100 if table.over == "attainment" else Fraction(1)
    for tier in table.tiers:
        top = None if tier.up_to is None else Fraction(tier.up_to) * unit
        yield Part(bottom, top, Fraction(tier.rate))
        bottom = top or NOTHING


def is_level(table: RateTable) -> bool:
    """Say whether a table says what everything so far is worth, rather than what each slice is."""
    return table.kind != "step" or table.pays == "amount"


def tier_at(table: RateTable, stand: Stand) -> int:
    """Return the tier of a measure: on an edge the lower or the upper one, as the table says."""
    for place, part in enumerate(parts_of(table, stand)):
        on_edge = part.top is not None and stand.measure == part.top and table.edge == "lower"
        if part.top is None or stand.measure < part.top or on_edge:
            return place
    return len(table.tiers) - 1


def paid_at(table: RateTable, rate: Fraction, base: Fraction, stand: Stand) -> Fraction:
    """Return what a rate pays on a base."""
    if table.pays == "percent":
        return rate / 100 * base
    if table.pays == "each":
        return rate * base
    return rate if table.pays == "amount" else rate / 100 * stand.target


def rate_at(table: RateTable, place: int) -> Fraction:
    """Return what the rate of a tier pays on each unit."""
    rate = Fraction(table.tiers[place].rate)
    return rate / 100 if table.pays == "percent" else rate


def integral(table: RateTable, stand: Stand) -> Fraction:
    """Return a step table's worth of a measure: each slice at its tier's rate. Below nothing it is the first tier's."""
    found = NOTHING
    for place, part in enumerate(parts_of(table, stand)):
        top = stand.measure if part.top is None else min(stand.measure, part.top)
        if top > part.bottom or place == 0:
            found += (top - part.bottom) * part.rate
    if table.pays == "target":
        return found / 100 * stand.target / stand.quota
    return found / 100 if table.pays == "percent" else found


def worth(table: RateTable, stand: Stand) -> Fraction:
    """Return what everything so far is worth at a table of levels; nothing where there is nothing."""
    if not stand.measure and not stand.base(table) and not stand.across:
        return NOTHING
    if table.matrix is not None:
        return paid_at(table, cell(table, table.matrix, stand), stand.base(table), stand)
    if table.kind == "whole":
        rate = Fraction(table.tiers[tier_at(table, stand)].rate)
        if table.pays == "target":
            return rate / 100 * stand.target * stand.own / stand.quota
        return paid_at(table, rate, stand.base(table), stand)
    rate = {"step": lumps, "proportional": covered, "curve": on_curve}[table.kind](table, stand)
    return paid_at(table, rate, stand.base(table), stand)


def cell(table: RateTable, matrix: Matrix, stand: Stand) -> Fraction:
    """Return the rate in the row and the column whose bands have both measures."""
    row_unit = stand.quota / 100 if table.over == "attainment" else Fraction(1)
    column_unit = stand.across_quota / 100 if matrix.columns_over == "attainment" else Fraction(1)
    row = [has(matrix.rows, place, stand.measure, row_unit) for place in range(len(matrix.rows))].index(True)
    column = [has(matrix.columns, place, stand.across, column_unit) for place in range(len(matrix.columns))].index(True)
    return Fraction(matrix.rates[row][column])


def lumps(table: RateTable, stand: Stand) -> Fraction:
    """Add up the amounts of the tiers that were come into."""
    return sum((Fraction(each.rate) for each in table.tiers[: tier_at(table, stand) + 1]), NOTHING)


def covered(table: RateTable, stand: Stand) -> Fraction:
    """Add up completed tiers in full, and of the reached one the share that is covered. Beyond them is nothing."""
    found = NOTHING
    for part in parts_of(table, stand):
        top = part.bottom if part.top is None else part.top
        if stand.measure > part.bottom:
            found += part.rate * (min(stand.measure, top) - part.bottom) / (top - part.bottom)
    return found


def on_curve(table: RateTable, stand: Stand) -> Fraction:
    """Draw straight lines between points: nothing before the first, the last line goes on."""
    points = [(part.top or NOTHING, part.rate) for part in parts_of(table, stand)]
    if stand.measure < points[0][0]:
        return NOTHING
    if len(points) == 1:
        return points[0][1]
    passed = [place for place in range(len(points) - 1) if points[place][0] <= stand.measure]
    (left, low), (right, high) = points[passed[-1]], points[passed[-1] + 1]
    return low + (high - low) * (stand.measure - left) / (right - left)
