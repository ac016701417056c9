"""Target pay as a plan says it: what it is without an assignment's own, how a year has parts, and by which days on the
plan it is prorated.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Value
from fiscal.calendar import MONTHS, PeriodKind

Proration: TypeAlias = Literal["none", "calendar_days", "working_days"]
"""Whether target pay follows the days on the plan: all days, or Monday to Friday."""

HUNDRED = Decimal(100)


class TargetPay(Value, tag=False):
    """Where the target pay of an interval comes from.

    An assignment's own target pay comes first; without one it is `percent_of_base` of the year's base pay. The year's
    is in equal parts, or in parts by the calendar days of each interval. Prorated, it follows the days on the plan
    without those of leave: each of several assignments has its days. `first_day_counts` says whether the day on which
    somebody comes onto the plan within an interval is one of them.
    """

    percent_of_base: Decimal | None = None
    parts: Literal["equal", "days"] = "equal"
    prorated_by: Proration = "none"
    first_day_counts: bool = True


def weight_faults(
    at: str, weights: Sequence[Decimal], interval: PeriodKind | None, *, pays_target: bool
) -> Iterator[tuple[str, str]]:
    """Name what is wrong with the parts of a year's target pay that each of its intervals has."""
    if not weights:
        return
    if not pays_target:
        yield at, "only what pays target pay has parts of it by interval"
    if interval is not None and len(weights) != (count := MONTHS["year"] // MONTHS[interval]):
        yield at, f"one for each {interval} of the year: {count}"
    if sum(weights) != HUNDRED:
        yield at, f"the intervals of a year have 100 percent together, not {sum(weights)}"


def weights_in_words(weights: Sequence[Decimal], interval: PeriodKind) -> str:
    """Return which part of a year's target pay each interval has."""
    said = ", ".join(f"{each.normalize():f}%" for each in weights)
    return f"the {interval}s of a year have {said} of its target pay"


def target_in_words(target: TargetPay) -> Iterator[str]:
    """Return where target pay comes from, one sentence after the other."""
    if target.percent_of_base is not None:
        yield f"Target pay is {target.percent_of_base.normalize():f}% of base pay, unless the assignment says another"
    if target.parts == "days":
        yield "Each interval has the part of the year's target pay that it has of the year's days"
    if target.prorated_by != "none":
        days = {"calendar_days": "calendar days", "working_days": "working days (Monday to Friday)"}
        first = "is one of them" if target.first_day_counts else "is none of them"
        yield (
            f"Target pay is for the {days[target.prorated_by]} on the plan without leave; "
            f"the first day of somebody who comes within an interval {first}"
        )
