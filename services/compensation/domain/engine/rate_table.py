"""Rate tables: a measure is cut at the edges of tiers, and each slice earns at its tier's rate."""

from decimal import Decimal

from compensation.domain.document import PlanDocument
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, total
from events.domain import Value


class Step(Value, tag=False):
    """One tier between two amounts of the measure, open where there is none. `tier` counts from 1."""

    tier: int
    above: Decimal | None
    up_to: Decimal | None
    rate: Decimal


class Slice(Value, tag=False):
    """A part of a credit inside one tier: where the measure stood before and after it, its rate and what it earned."""

    tier: int
    starts_at: Decimal
    ends_at: Decimal
    amount: Decimal
    rate: Decimal
    earned: Decimal


RateTable = tuple[Step, ...]
"""Steps without gaps; the first is open below, the last above."""


def rate_table(document: PlanDocument, quota: Decimal | None) -> RateTable:
    """Return a plan's tiers as amounts. A plan of one tier needs no quota."""
    edges = [None if tier.up_to is None or quota is None else percent_of(tier.up_to, quota) for tier in document.tiers]
    return tuple(
        Step(tier=place + 1, above=edges[place - 1] if place else None, up_to=edges[place], rate=tier.rate)
        for place, tier in enumerate(document.tiers)
    )


def cut(table: RateTable, starts_at: Decimal, amount: Decimal) -> tuple[Slice, ...]:
    """Return the slices of a credit that moves the measure on from where it stands, or back if it is negative."""
    ends_at = EXACT.add(starts_at, amount)
    low, high = min(starts_at, ends_at), max(starts_at, ends_at)
    slices: list[Slice] = []
    for step in table:
        bottom = low if step.above is None else max(low, step.above)
        top = high if step.up_to is None else min(high, step.up_to)
        if bottom < top:
            slices.append(slice_of(step, bottom, top, back=amount < 0))
    return tuple(reversed(slices)) if amount < 0 else tuple(slices)


def slice_of(step: Step, bottom: Decimal, top: Decimal, *, back: bool) -> Slice:
    """Return the slice between two amounts, taken upwards or back."""
    starts_at, ends_at = (top, bottom) if back else (bottom, top)
    amount = EXACT.subtract(ends_at, starts_at)
    earned = percent_of(step.rate, amount)
    return Slice(tier=step.tier, starts_at=starts_at, ends_at=ends_at, amount=amount, rate=step.rate, earned=earned)


def earned_by(slices: tuple[Slice, ...]) -> Decimal:
    """Return what slices earn together, not rounded."""
    return total(each.earned for each in slices) if slices else ZERO


def tier_reached(document: PlanDocument, percent: Decimal | None) -> int:
    """Return the number, from 1, of the tier that an attainment is in; on an edge the plan says which."""
    if percent is None:
        return 1
    for number, tier in enumerate(document.tiers, 1):
        if tier.up_to is None or percent < tier.up_to or (percent == tier.up_to and document.edge == "lower"):
            return number
    return len(document.tiers)
