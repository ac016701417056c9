"""Rate tables: what a measure is worth at its tiers, slice by slice or as a level that is reached.

The kinds are those of the field: step, whole amount, proportional, curve and matrix. A step table cuts what a credit
adds at the edges of tiers, and each slice earns at its tier's rate. The others say what everything up to now is worth,
and a credit earns the difference that it makes.
"""

from decimal import Decimal

from compensation.domain.document.shape import Pays, RateTable
from compensation.domain.engine.cell import Cells, cells_of, column_at, rate_in, row_at
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, quotient, total
from events.domain import Value


class Step(Value, tag=False):
    """One tier between two amounts of the measure, open where there is none. `tier` counts from 1."""

    tier: int
    above: Decimal | None
    up_to: Decimal | None
    rate: Decimal


class Scale(Value, tag=False):
    """A rate table laid out over a measure: its steps, and what percents of quota and of target pay are worth."""

    table: RateTable
    steps: tuple[Step, ...]
    quota: Decimal | None
    target: Decimal | None
    cells: Cells | None = None


class Point(Value, tag=False):
    """Where a measure stands, and what there is to pay on: credited money, or units; and where the measure of a
    matrix's columns stands.
    """

    measure: Decimal
    pay_base: Decimal
    across: Decimal = ZERO


class Slice(Value, tag=False):
    """A part of a credit inside one tier: where the measure stood before and after it, what it pays on, its rate and
    what it earned.
    """

    tier: int
    starts_at: Decimal
    ends_at: Decimal
    pay_base: Decimal
    rate: Decimal
    earned: Decimal


class Level(Value, tag=False):
    """What everything up to a credit was worth before it and after it, and the rates and bases that say so. `tier` is
    the row of a matrix, and `column` its column, by where its measure stood before and after.
    """

    base_before: Decimal
    base_after: Decimal
    before: Decimal
    after: Decimal
    rate_before: Decimal
    rate_after: Decimal
    tier: int
    column: int | None = None
    across_before: Decimal | None = None
    across_after: Decimal | None = None


ORIGIN = Point(measure=ZERO, pay_base=ZERO)


def scale(
    table: RateTable, quota: Decimal | None, target: Decimal | None, across_quota: Decimal | None = None
) -> Scale:
    """Lay a table out over a measure. Edges in percent of quota need one, unless there is no edge."""
    edges = [edge_of(table, tier.up_to, quota) for tier in table.tiers]
    steps = tuple(
        Step(tier=place + 1, above=edges[place - 1] if place else None, up_to=edges[place], rate=tier.rate)
        for place, tier in enumerate(table.tiers)
    )
    return Scale(table=table, steps=steps, quota=quota, target=target, cells=cells_of(table, quota, across_quota))


def edge_of(table: RateTable, up_to: Decimal | None, quota: Decimal | None) -> Decimal | None:
    """Return an edge in units of the measure."""
    if up_to is None or table.over == "measure":
        return up_to
    return None if quota is None else percent_of(up_to, quota)


def cut(laid: Scale, before: Point, after: Point) -> tuple[Slice, ...]:
    """Return the slices of what a credit adds, or takes back, at a step table.

    What it pays on is spread over its slices in proportion; a credit that does not move the measure is one slice at
    the tier where the measure stands.
    """
    base = EXACT.subtract(after.pay_base, before.pay_base)
    moved = EXACT.subtract(after.measure, before.measure)
    if not moved:
        step = step_at(laid, before.measure)
        return (slice_of(laid, step, before.measure, before.measure, base),) if base else ()
    low, high = min(before.measure, after.measure), max(before.measure, after.measure)
    parts = parts_between(laid, low, high)
    bases = spread(base, [EXACT.subtract(top, bottom) for _, bottom, top in parts], moved.copy_abs())
    slices = tuple(
        slice_of(laid, step, *((bottom, top) if moved > 0 else (top, bottom)), part)
        for (step, bottom, top), part in zip(parts, bases, strict=True)
    )
    return slices if moved > 0 else tuple(reversed(slices))


def parts_between(laid: Scale, low: Decimal, high: Decimal) -> list[tuple[Step, Decimal, Decimal]]:
    """Return the tiers between two amounts, each with the ends of its part."""
    parts: list[tuple[Step, Decimal, Decimal]] = []
    for step in laid.steps:
        if step.up_to is not None and step.up_to <= low:
            continue
        if step.up_to is None or high <= step.up_to:
            parts.append((step, low, high))
            break
        parts.append((step, low, step.up_to))
        low = step.up_to
    return parts


def spread(base: Decimal, parts: list[Decimal], moved: Decimal) -> list[Decimal]:
    """Return a pay base in proportion to the parts of what moved; the last part has the residual if they are all."""
    if base.copy_abs() == moved:
        return [part if base > 0 else part.copy_negate() for part in parts]
    shares = [quotient(EXACT.multiply(base, part), moved) for part in parts]
    if parts and total(parts) == moved:
        shares[-1] = EXACT.subtract(base, total(shares[:-1]))
    return shares


def slice_of(laid: Scale, step: Step, starts_at: Decimal, ends_at: Decimal, base: Decimal) -> Slice:
    """Return a slice with what it earned."""
    earned = worth_of_slice(laid, step, EXACT.subtract(ends_at, starts_at), base)
    if laid.table.pays == "target":
        earned = EXACT.subtract(slope(step.rate, ends_at, laid), slope(step.rate, starts_at, laid))
    return Slice(tier=step.tier, starts_at=starts_at, ends_at=ends_at, pay_base=base, rate=step.rate, earned=earned)


def worth_of_slice(laid: Scale, step: Step, moved: Decimal, base: Decimal) -> Decimal:
    """Return what a slice earns: its rate on its pay base, or on the attainment that it covers."""
    if laid.table.pays == "target":
        return slope(step.rate, moved, laid)
    return rated(laid.table.pays, step.rate, base)


def slope(rate: Decimal, moved: Decimal, laid: Scale) -> Decimal:
    """Return a multiple of target pay for a part of the attainment: the rate, by moved ÷ quota."""
    worth = EXACT.multiply(percent_of(rate, laid.target or ZERO), moved)
    return quotient(worth, laid.quota) if laid.quota else ZERO


def rated(pays: Pays, rate: Decimal, base: Decimal) -> Decimal:
    """Return what a rate pays on a base; an amount of money stands for itself."""
    if pays == "percent":
        return percent_of(rate, base)
    return EXACT.multiply(rate, base) if pays == "each" else rate


def level(laid: Scale, before: Point, after: Point) -> Level:
    """Return what everything is worth before and after a credit, at a table that is not cut into slices."""
    rate_before, rate_after = rate_at(laid, before), rate_at(laid, after)
    is_matrix = laid.cells is not None
    return Level(
        base_before=before.pay_base,
        base_after=after.pay_base,
        before=worth_at(laid, before, rate_before),
        after=worth_at(laid, after, rate_after),
        rate_before=rate_before,
        rate_after=rate_after,
        tier=tier_at(laid, after.measure),
        column=None if laid.cells is None else column_at(laid.cells, after.across) + 1,
        across_before=before.across if is_matrix else None,
        across_after=after.across if is_matrix else None,
    )


def worth_at(laid: Scale, point: Point, rate: Decimal) -> Decimal:
    """Return what everything up to a point is worth at a rate. Before anything is measured it is worth nothing."""
    if point == ORIGIN:
        return ZERO
    if laid.table.pays != "target":
        return rated(laid.table.pays, rate, point.pay_base)
    if laid.table.kind == "whole":
        return slope(rate, point.pay_base, laid)
    return percent_of(rate, laid.target or ZERO)


def rate_at(laid: Scale, point: Point) -> Decimal:
    """Return the rate that a table says for a measure."""
    if laid.cells is not None:
        return rate_in(laid.cells, point.measure, point.across)
    match laid.table.kind:
        case "whole":
            return step_at(laid, point.measure).rate
        case "proportional":
            return completed(laid, point.measure)
        case "curve":
            return on_curve(laid, point.measure)
        case _:
            return total(step.rate for step in laid.steps if is_entered(laid, step, point.measure))


def is_entered(laid: Scale, step: Step, measure: Decimal) -> bool:
    """Say whether a measure has come into a tier: the lump sums of a step table are paid at that moment."""
    if step.above is None:
        return True
    return measure >= step.above if laid.table.edge == "upper" else measure > step.above


def tier_at(laid: Scale, measure: Decimal) -> int:
    """Return the number of the tier, or of a matrix's row, in which a measure is."""
    return step_at(laid, measure).tier if laid.cells is None else row_at(laid.cells, measure) + 1


def step_at(laid: Scale, measure: Decimal) -> Step:
    """Return the tier in which a measure is; on an edge the table says which. Beyond a closed table it is the last."""
    for step in laid.steps:
        if step.up_to is None or measure < step.up_to or (measure == step.up_to and laid.table.edge == "lower"):
            return step
    return laid.steps[-1]


def completed(laid: Scale, measure: Decimal) -> Decimal:
    """Return the rates of completed tiers, and of the reached one the share that is covered."""
    rates: list[Decimal] = []
    below = ZERO
    for step in laid.steps:
        if step.up_to is None or measure <= below:
            break
        covered = min(measure, step.up_to)
        whole = covered == step.up_to
        part = quotient(EXACT.subtract(covered, below), EXACT.subtract(step.up_to, below))
        rates.append(step.rate if whole else EXACT.multiply(step.rate, part))
        below = step.up_to
    return total(rates)


def on_curve(laid: Scale, measure: Decimal) -> Decimal:
    """Return the value on straight lines between points: nothing below the first, the last slope beyond the last."""
    points = [(step.up_to, step.rate) for step in laid.steps if step.up_to is not None]
    if not points or measure < points[0][0]:
        return ZERO
    if len(points) == 1:
        return points[0][1]
    ends = next((place for place in range(1, len(points)) if measure <= points[place][0]), len(points) - 1)
    (left, low), (right, high) = points[ends - 1], points[ends]
    rise = EXACT.multiply(EXACT.subtract(high, low), EXACT.subtract(measure, left))
    return EXACT.add(low, quotient(rise, EXACT.subtract(right, left)))


def is_on_everything(table: RateTable) -> bool:
    """Say whether a table pays the rate that is reached on everything up to now: no slices, no sums of money."""
    if is_sliced(table):
        return False
    return table.pays in ("percent", "each") or (table.pays == "target" and table.kind == "whole")


def is_sliced(table: RateTable) -> bool:
    """Say whether a table is cut into slices: a step table, unless it pays lump sums."""
    return table.kind == "step" and table.pays != "amount"
