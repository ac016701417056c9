"""What a plan says, as data: versioned, checked when it is written, and readable in plain words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Refused, Value
from fiscal.calendar import PeriodKind
from money.money import RoundingRule, currencies

TIERS_MAX = 50
RATE_PERCENT_MAX = Decimal(100)
UP_TO_PERCENT_MAX = Decimal(100_000)
DIGITS_MAX = 6
"""Digits after the point that a rate or an edge may have."""

Measure: TypeAlias = Literal["bookings"]
Edge: TypeAlias = Literal["lower", "upper"]
"""To which of its two tiers an attainment exactly on an edge belongs."""


class Tier(Value, tag=False):
    """A rate, in percent of bookings, up to an attainment in percent of quota; the last tier is open."""

    up_to: Decimal | None
    rate: Decimal


class Rounding(Value, tag=False):
    """How pay becomes whole cents, and whether once a period or line by line."""

    rule: RoundingRule
    at: Literal["end", "each_line"]


class PlanDocument(Value, tag=False):
    """What people are paid for: each slice of a period's bookings at the rate of its tier."""

    name: str
    currency: str
    measure: Measure
    interval: PeriodKind
    tiers: tuple[Tier, ...]
    edge: Edge
    rounding: Rounding


class Fault(Value, tag=False):
    """What is wrong in a document: where, as a JSON pointer into it, and which rule."""

    pointer: str
    detail: str


class PlanIsFaulty(Refused):
    """The plan has faults. Each is named with its place in the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(errors=[{"in": "body", "pointer": each.pointer, "detail": each.detail} for each in faults])


def check(document: PlanDocument) -> None:
    """Raise `PlanIsFaulty` with every fault that the document has."""
    faults = faults_of(document)
    if faults:
        raise PlanIsFaulty(faults)


def faults_of(document: PlanDocument) -> list[Fault]:
    """Return every fault of a document."""
    faults: list[Fault] = []
    if document.currency not in currencies():
        faults.append(Fault(pointer="/currency", detail="a currency of ISO 4217, such as USD"))
    if not 1 <= len(document.tiers) <= TIERS_MAX:
        faults.append(Fault(pointer="/tiers", detail=f"1 to {TIERS_MAX} tiers"))
    faults += [fault for place, tier in enumerate(document.tiers) for fault in rate_faults(place, tier)]
    return faults + edge_faults(document.tiers)


def rate_faults(place: int, tier: Tier) -> list[Fault]:
    """Return what is wrong with a tier's rate."""
    faults: list[Fault] = []
    if not tier.rate.is_finite() or not 0 <= tier.rate <= RATE_PERCENT_MAX:
        faults.append(Fault(pointer=f"/tiers/{place}/rate", detail=f"a rate is 0 to {RATE_PERCENT_MAX} percent"))
    elif tier.rate != round(tier.rate, DIGITS_MAX):
        faults.append(Fault(pointer=f"/tiers/{place}/rate", detail=f"{DIGITS_MAX} digits after the point at most"))
    return faults


def edge_faults(tiers: tuple[Tier, ...]) -> list[Fault]:
    """Return what is wrong with the edges: they rise from above 0, and the last tier alone is open."""
    faults: list[Fault] = []
    below = Decimal(0)
    for place, tier in enumerate(tiers):
        last = place == len(tiers) - 1
        detail = open_fault(tier.up_to, last=last) or edge_fault(tier.up_to, below)
        if detail:
            faults.append(Fault(pointer=f"/tiers/{place}/up_to", detail=detail))
        elif tier.up_to is not None:
            below = tier.up_to
    return faults


def open_fault(up_to: Decimal | None, *, last: bool) -> str | None:
    """Return what is wrong with a tier being open, or not."""
    if last and up_to is not None:
        return "the last tier is open: null"
    if not last and up_to is None:
        return "only the last tier is open"
    return None


def edge_fault(up_to: Decimal | None, below: Decimal) -> str | None:
    """Return what is wrong with an edge above another one."""
    if up_to is None:
        return None
    if not up_to.is_finite() or up_to > UP_TO_PERCENT_MAX:
        return f"an edge is {UP_TO_PERCENT_MAX} percent of quota at most"
    if up_to <= below:
        return f"an edge is above the one before it ({below:f})"
    return f"{DIGITS_MAX} digits after the point at most" if up_to != round(up_to, DIGITS_MAX) else None


def in_words(document: PlanDocument) -> str:
    """Return what the plan pays, in words that the paid person understands."""
    steps = [step_in_words(document, place) for place in range(len(document.tiers))]
    when = "once a period" if document.rounding.at == "end" else "deal by deal"
    rule = {"half_up": "half a cent up", "half_even": "half a cent to the even cent"}[document.rounding.rule]
    return f"{', '.join(steps)}. Paid in {document.currency}, rounded {when}, {rule}."


def step_in_words(document: PlanDocument, place: int) -> str:
    """Return one tier in words; the first names the measure, and the quota where there is an edge."""
    tier = document.tiers[place]
    rate = f"{short(tier.rate)}%"
    if place == 0:
        rate += f" of {document.measure}"
        if tier.up_to is None:
            return f"{rate} by {document.interval}"
        return f"{rate} up to {short(tier.up_to)}% of the {document.interval}'s quota"
    return f"{rate} above" if tier.up_to is None else f"{rate} up to {short(tier.up_to)}%"


def short(number: Decimal) -> str:
    """Return a number in plain digits without needless zeros."""
    return f"{number.normalize():f}"
