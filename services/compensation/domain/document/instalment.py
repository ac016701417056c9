"""Instalments: in which parts a component pays what a deal earns, and on which day each part is due.

A holdback is an instalment that waits: for a day, for some months, or for a day that the CRM tells, such as go-live.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from compensation.domain.document.condition import is_custom_name
from events.domain import Value

INSTALMENTS_MAX = 60
HUNDRED = Decimal(100)
PART_MAX = Decimal(1_000)
PART_DIGITS_MAX = 6
MONTHS_MAX = 120
"""How many months after the booking an instalment may be due at the latest."""

Due: TypeAlias = Literal["booking", "months", "quarter_end", "year_end", "day", "field", "invoice", "payment"]
"""When a part is due: with the booking, months after it, when the booking's quarter or fiscal year ends, on a day, on
the day that a custom field of the line or its deal holds, or in proportion to what is billed or paid of the deal.
"""

SETTLED: frozenset[Due] = frozenset({"invoice", "payment"})
"""What lets out what bookings earn, document by document, at the rate of the booking."""

NEEDS: tuple[tuple[Due, str], ...] = (("months", "months"), ("day", "day"), ("field", "field"))
"""What an instalment says beside when it is due, and only then."""


class Instalment(Value, tag=False):
    """A part of what a line earns, and when it is due; never before the booking.

    Parts are percents, or whole numbers such as three equal ones: each is a share of all of them together. The last
    has the residual cents. What is not due when a customer cancels lapses.
    """

    part: Decimal
    due: Due
    months: int | None = None
    day: date | None = None
    field: str | None = None


def instalment_faults(at: str, instalments: Sequence[Instalment]) -> Iterator[tuple[str, str]]:
    """Name what is wrong with instalments: their number, their parts, and what each says of its day."""
    if len(instalments) > INSTALMENTS_MAX:
        yield at, f"{INSTALMENTS_MAX} instalments at most"
    for place, each in enumerate(instalments):
        pointer = f"{at}/{place}"
        if not each.part.is_finite() or not 0 < each.part <= PART_MAX:
            yield f"{pointer}/part", f"a number above 0, {PART_MAX} at most"
        elif each.part != round(each.part, PART_DIGITS_MAX):
            yield f"{pointer}/part", f"{PART_DIGITS_MAX} digits after the point at most"
        yield from due_faults(pointer, each)


def due_faults(pointer: str, instalment: Instalment) -> Iterator[tuple[str, str]]:
    """Name what an instalment leaves out, or says in vain, of when it is due."""
    for due, name in NEEDS:
        said = getattr(instalment, name) is not None
        if said != (instalment.due == due):
            detail = (
                f"an instalment that is due by {due} says it" if not said else f"not of one due by {instalment.due}"
            )
            yield f"{pointer}/{name}", detail
    if instalment.months is not None and not 1 <= instalment.months <= MONTHS_MAX:
        yield f"{pointer}/months", f"1 to {MONTHS_MAX} months"
    if instalment.field is not None and not is_custom_name(instalment.field):
        yield f"{pointer}/field", "the name of a custom field: letters, digits, `.`, `_`, `:` and `-`, 60 at most"


def instalments_in_words(instalments: Sequence[Instalment]) -> str:
    """Return in which parts a component pays, and when."""
    whole = sum(each.part for each in instalments)
    said = [f"{part_in_words(each.part, whole)} {due_in_words(each)}" for each in instalments]
    return f"paid in parts: {', '.join(said)}"


def part_in_words(part: Decimal, whole: Decimal | int) -> str:
    """Return a part as a percent if all parts are 100 together, else as one of so many."""
    written = f"{part.normalize():f}"
    return f"{written}%" if whole == HUNDRED else f"{written} of {Decimal(whole).normalize():f}"


ON_EVENTS: Mapping[Due, str] = {
    "booking": "with the booking",
    "quarter_end": "when its quarter ends",
    "year_end": "when its fiscal year ends",
    "invoice": "as the deal is invoiced",
    "payment": "as cash for the deal comes in",
}


def due_in_words(instalment: Instalment) -> str:
    """Return when an instalment is due."""
    match instalment.due:
        case "months":
            return f"{instalment.months} {'month' if instalment.months == 1 else 'months'} after it"
        case "day":
            return f"on {instalment.day}"
        case "field":
            return f"on the day of {instalment.field}"
        case due:
            return ON_EVENTS[due]
