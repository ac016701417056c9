"""What happens to a line after its rate: modifiers, then gates, then caps, each of which says what it changed."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from compensation.domain.document.condition import condition_in_words
from compensation.domain.document.shape import Cap, CapOver, Component, Gate, Modifier, PlanDocument
from compensation.domain.engine.credit import Credit, meets
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO, percent_of
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.engine.placing import period_in
from events.domain import Value
from fiscal.calendar import FiscalCalendar


class Adjustment(Value, tag=False):
    """A step from what a line was worth to what it is worth: which rule of the plan bit, and by how much."""

    kind: Literal["modifier", "gate", "cap"]
    detail: str
    before: Decimal
    after: Decimal


def left_of(amount: Decimal, adjustments: Sequence[Adjustment]) -> Decimal:
    """Return what adjustments, one after the other, have left of an amount."""
    return adjustments[-1].after if adjustments else amount


def modified(component: Component, credit: Credit, amount: Decimal) -> Iterator[Adjustment]:
    """Multiply by the first modifier that holds for the deal."""
    modifier = first_holding(component.modifiers, credit)
    if modifier is not None and modifier.percent != HUNDRED:
        reason = "" if modifier.when is None else f" because {condition_in_words(modifier.when)}"
        detail = f"{modifier.percent.normalize():f}%{reason}"
        yield Adjustment(kind="modifier", detail=detail, before=amount, after=percent_of(modifier.percent, amount))


def first_holding(modifiers: tuple[Modifier, ...], credit: Credit) -> Modifier | None:
    """Return the first modifier whose condition holds."""
    return next((each for each in modifiers if meets(each.when, credit)), None)


def gated(gate: Gate, percent: Decimal | None, amount: Decimal) -> Iterator[Adjustment]:
    """Pay nothing as long as a gate is shut."""
    if not is_open(gate, percent):
        yield Adjustment(kind="gate", detail=reached_in_words(gate, percent), before=amount, after=ZERO)


def is_open(gate: Gate, percent: Decimal | None) -> bool:
    """Say whether the measure of a gate is where the gate opens."""
    return percent is not None and percent >= gate.at_least


def rated_while_shut(gate: Gate, percent: Decimal | None, amount: Decimal) -> Adjustment:
    """Say that a gate which is shut has decided by which table a line is rated."""
    table = "the first rate on everything" if gate.effect == "base_rate" else "another table"
    detail = f"{reached_in_words(gate, percent)}, so that it is {table}"
    return Adjustment(kind="gate", detail=detail, before=amount, after=amount)


def reached_in_words(gate: Gate, percent: Decimal | None) -> str:
    """Return how far the measure of a gate that is shut is."""
    reached = "nothing" if percent is None else f"{percent:.2f}%"
    return f"{gate.measure} is at {reached}, below {gate.at_least.normalize():f}% of quota"


CAP_ORDER: tuple[CapOver, ...] = ("document", "deal", "month", "quarter", "year", "window")
"""Caps bite from the shortest to the longest, in whatever order a plan writes them."""


class Limit(Value, tag=False):
    """A cap that holds for a line, and why, where that is not always so."""

    cap: Cap
    because: str = ""


class Caps:
    """What was paid so far in all that a cap may look at: one deal, or one interval.

    Sums are kept where any version of the plan has a cap, so that the cap of a later version knows them.
    """

    def __init__(self, calendar: FiscalCalendar, versions: Sequence[PlanVersion]) -> None:
        self._calendar = calendar
        self._overs = {cap.over for version in versions for cap in caps_in(version.document)}
        self._uncapped: dict[tuple[str, CapOver, str], Decimal] = {}

    @property
    def bite(self) -> bool:
        """Say whether any version of the plan has a cap."""
        return bool(self._overs)

    def capped(
        self, owner: str, limits: Iterable[Limit], credit: Credit, amount: Decimal, window: str = ""
    ) -> Iterator[Adjustment]:
        """Hold a line to the caps of a component or a plan: of the sum to date, what is above a cap is not paid.

        `window` tells the days that a component pays from other ones.
        """
        by_interval = {limit.cap.over: limit for limit in limits}
        for over in CAP_ORDER:
            if over not in self._overs:
                continue
            place = (owner, over, self._interval(over, credit, window))
            before = self._uncapped.get(place, ZERO)
            after = self._uncapped[place] = EXACT.add(before, amount)
            limit = by_interval.get(over)
            if limit is None:
                continue
            most = limit.cap.amount
            paid = EXACT.subtract(min(after, most), min(before, most))
            if paid != amount:
                detail = f"{limit.because}{cap_in_words(limit.cap)}"
                yield Adjustment(kind="cap", detail=detail, before=amount, after=paid)
                amount = paid

    def _interval(self, over: CapOver, credit: Credit, window: str) -> str:
        if over == "document" or (over == "deal" and not credit.deal_id):
            return credit.document_key
        if over == "deal":
            return credit.deal_id
        if over == "window":
            return window
        return period_in(self._calendar, credit.booked_on, over).name


def caps_in(document: PlanDocument) -> Iterator[Cap]:
    """Return all caps of a plan, and of its components."""
    yield from document.caps
    for component in document.components:
        yield from component.caps
        yield from (gate.cap for gate in component.gates if gate.cap is not None)


def cap_in_words(cap: Cap) -> str:
    """Return what a cap says."""
    if cap.over == "window":
        return f"at most {cap.amount.normalize():f} in all of its days"
    return f"at most {cap.amount.normalize():f} a {cap.over}"
