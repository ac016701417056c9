"""What each line of a deal has of what they earn together: slices are cut on the deal, and spread in proportion.

So it does not matter in which order a deal's lines stand. Every part is a residual somewhere: lines add up to what
their deal is worth, with every digit.
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from compensation.domain.engine.exact import EXACT, ZERO, quotient, total
from compensation.domain.engine.paying import Rated
from compensation.domain.engine.rate_table import Point, Scale, Slice, cut, is_on_everything, is_sliced, worth_of_slice


def within_moved(bases: Sequence[Decimal], counted: Decimal, moved: Decimal) -> list[Decimal]:
    """Return what there is to pay on, where the measure moves by less than lines count: a cap cuts all alike."""
    if moved == counted or not counted:
        return list(bases)
    whole = quotient(EXACT.multiply(total(bases), moved), counted)
    first = [quotient(EXACT.multiply(base, moved), counted) for base in bases[:-1]]
    return [*first, EXACT.subtract(whole, total(first))]


def spread_over(laid: Scale, before: Point, whole: Rated, bases: Sequence[Decimal]) -> list[Rated]:
    """Return what lines that have this to pay on earn of what their deal is worth; a single line earns all of it.

    A multiple of target pay is paid on the measure itself: lines of the deal that the component does not pay move the
    measure too, and keep what they would have earned.
    """
    moved = EXACT.subtract(whole.after, whole.before)
    is_of_all = whole.pays == "target" and not is_on_everything(laid.table) and laid.cells is None
    if len(bases) == 1 and (not is_of_all or bases[0] == moved):
        return [whole]
    if not is_sliced(laid.table):
        exact = part_of_target(whole.exact, total(bases), moved) if is_of_all else whole.exact
        parts = in_proportion(exact, bases)
        return [msgspec.structs.replace(whole, exact=part, of_deal=whole.exact) for part in parts]
    rows = cut_lines(laid, before, whole, bases) if moved else stand_still(laid, before, bases)
    return [msgspec.structs.replace(whole, slices=tuple(row), exact=total(each.earned for each in row)) for row in rows]


def part_of_target(exact: Decimal, counted: Decimal, moved: Decimal) -> Decimal:
    """Return the part of a multiple of target pay that some lines of a deal have; all of it if they cancel out."""
    return exact if counted == moved or not moved else quotient(EXACT.multiply(exact, counted), moved)


def in_proportion(whole: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return a sum in proportion to weights, in equal parts if they are nothing; the last has the residual."""
    together = total(weights)
    even = Decimal(len(weights))
    first = [
        quotient(EXACT.multiply(whole, weight), together) if together else quotient(whole, even)
        for weight in weights[:-1]
    ]
    return [*first, EXACT.subtract(whole, total(first))]


def cut_lines(laid: Scale, before: Point, whole: Rated, bases: Sequence[Decimal]) -> list[list[Slice]]:
    """Return the slices of each line: those of the deal, in proportion to the measure that lies in each."""
    moved = EXACT.subtract(whole.after, whole.before)
    end = Point(measure=whole.after, pay_base=EXACT.add(before.pay_base, total(bases)))
    columns = [slice_for(laid, each, each.pay_base) for each in cut(laid, before, end)]
    lengths = [EXACT.subtract(each.ends_at, each.starts_at) for each in columns]
    rows: list[list[Slice]] = []
    for base in bases[:-1]:
        parts = [quotient(EXACT.multiply(base, length), moved) for length in lengths[:-1]]
        parts.append(EXACT.subtract(base, total(parts)))
        rows.append([slice_for(laid, each, part) for each, part in zip(columns, parts, strict=True)])
    return [*rows, [residual(column, [row[place] for row in rows]) for place, column in enumerate(columns)]]


def slice_for(laid: Scale, of: Slice, base: Decimal) -> Slice:
    """Return the part of a deal's slice that has this to pay on: of the measure itself, at a multiple of target."""
    earned = worth_of_slice(laid, laid.steps[of.tier - 1], base, base)
    return msgspec.structs.replace(of, pay_base=base, earned=earned)


def residual(column: Slice, others: Sequence[Slice]) -> Slice:
    """Return what the other lines leave of a deal's slice."""
    return msgspec.structs.replace(
        column,
        pay_base=EXACT.subtract(column.pay_base, total(each.pay_base for each in others)),
        earned=EXACT.subtract(column.earned, total(each.earned for each in others)),
    )


def stand_still(laid: Scale, before: Point, bases: Sequence[Decimal]) -> list[list[Slice]]:
    """Return the slices of lines that do not move the measure together: each is paid where it stands."""
    start = Point(measure=before.measure, pay_base=ZERO)
    return [list(cut(laid, start, Point(measure=before.measure, pay_base=base))) for base in bases]
