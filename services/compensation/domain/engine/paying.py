"""What a component pays for one credit: its measure moves, its rate table says what that is worth."""

from collections.abc import Sequence
from decimal import Decimal

from compensation.domain.document.shape import Component, Measure, Pays
from compensation.domain.engine.adjusting import Adjustment
from compensation.domain.engine.cell import Across, measures_of
from compensation.domain.engine.credit import Credit, meets
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, total
from compensation.domain.engine.facts import PlanVersion
from compensation.domain.engine.measure import Counted, Measured, share_within
from compensation.domain.engine.rate import Conversion
from compensation.domain.engine.rate_table import (
    Level,
    Point,
    Scale,
    Slice,
    cut,
    is_on_everything,
    is_sliced,
    level,
    scale,
    tier_at,
)
from compensation.domain.engine.target import Target
from events.domain import Value


class Rated(Value, tag=False):
    """What a credit is worth by a rate table: its slices, or the level before and after it.

    The lines of a deal move the measure together, from `before` to `after`, and each slice of it is spread over them.
    `of_deal` is what they are worth together where a level, which has no slices, is spread over them.
    """

    pays: Pays
    before: Decimal
    after: Decimal
    slices: tuple[Slice, ...]
    level: Level | None
    exact: Decimal
    of_deal: Decimal | None = None


class EarningLine(Value, tag=False):
    """What a component pays for a credit. `exact` is what its rates say, `adjusted` what modifiers, gates and caps
    left of it, with every digit, and `earned` its part of the pay in whole cents.
    """

    credit: Credit
    rule: str
    component: str
    plan_id: str
    plan_version: int
    quota: Decimal | None
    target: Decimal | None
    rated: Rated
    adjustments: tuple[Adjustment, ...]
    adjusted: Decimal
    earned: Decimal
    target_from: Target | None = None
    """What the target pay is made of, where the plan says more of it than equal parts."""
    as_paid: Decimal = ZERO
    payment: Conversion | None = None
    """How what is earned becomes the currency of payment, where that is another one; `as_paid` is what it is there."""


def pays_for(component: Component, credit: Credit) -> bool:
    """Say whether a component is about a credit at all: its days and its condition."""
    day = credit.booked_on
    if (component.since is not None and day < component.since) or (
        component.until is not None and day > component.until
    ):
        return False
    return meets(component.when, credit)


class Bases:
    """What a component has had to pay on so far, in an interval or for one deal.

    It goes on from one version of a plan to the next one that says the same of the component; where a version says
    something else, it begins anew: nobody is paid by rates that did not hold when a deal was booked.
    """

    def __init__(self, versions: Sequence[PlanVersion]) -> None:
        self._since = {
            (version.plan_id, version.version, component.id): first_saying(versions, version, component)
            for version in versions
            for component in version.document.components
        }
        self._sums: dict[tuple[str, int, str, str], Point] = {}

    def move(
        self, version: PlanVersion, component: Component, instance: str, begins: Decimal, adds: Point, across: Across
    ) -> tuple[Point, Point]:
        """Return where a component stood, and where it stands after a credit: from `begins` on if that is known.

        A rate on everything is that of where the component last paid, so that a tier which another credit reached in
        between is paid too. `across` is where a matrix's columns stand before the credit, and after it.
        """
        since = self._since[version.plan_id, version.version, component.id]
        place = (version.plan_id, since, component.id, instance)
        paid_on = self._sums.get(place, Point(measure=ZERO, pay_base=ZERO))
        start = begins if component.table.to_date else paid_on.measure
        stood, across_before = start, across[0]
        if is_on_everything(component.table):
            stood, across_before = paid_on.measure, paid_on.across
        before = Point(measure=stood, pay_base=paid_on.pay_base, across=across_before)
        after = Point(
            measure=EXACT.add(start, adds.measure),
            pay_base=EXACT.add(paid_on.pay_base, adds.pay_base),
            across=across[1],
        )
        self._sums[place] = after
        return before, after


def first_saying(versions: Sequence[PlanVersion], version: PlanVersion, component: Component) -> int:
    """Return the first version of a plan, back from one, since which all say the same of a component."""
    mine = terms_of(version, component)
    earlier = [each for each in versions if each.plan_id == version.plan_id and each.version < version.version]
    since = version.version
    for each in sorted(earlier, key=lambda each: each.version, reverse=True):
        if all(terms_of(each, other) != mine for other in each.document.components):
            break
        since = each.version
    return since


def terms_of(version: PlanVersion, component: Component) -> tuple[object, ...]:
    """Return what a version says of a component: all that decides what it pays on."""
    asked = measures_of(component)
    measures = tuple(each for each in version.document.measures if each.id in asked)
    named = {rule for measure in measures for rule in measure.rules}
    rules = tuple(each for each in version.document.credit_rules if each.id in named)
    target = version.document.target if component.table.pays == "target" else None
    return component, measures, rules, target, version.document.currency, version.document.exchange


def within_cap(measure: Measure, quota: Decimal | None, begins: Decimal, counts: Counted) -> tuple[Decimal, Point]:
    """Return where a credit begins and what it adds, without what lies beyond the cap on attainment."""
    if measure.cap_percent is None or quota is None:
        return begins, Point(measure=counts.measure, pay_base=counts.pay_base)
    most = percent_of(measure.cap_percent, quota)
    start, end = min(begins, most), min(EXACT.add(begins, counts.measure), most)
    if not counts.measure:
        return start, Point(measure=ZERO, pay_base=counts.pay_base)
    return start, Point(measure=EXACT.subtract(end, start), pay_base=share_within(counts, start, end))


def rate(laid: Scale, before: Point, after: Point) -> Rated:
    """Return what the way from one point to another is worth."""
    slices = cut(laid, before, after) if is_sliced(laid.table) else ()
    found = None if is_sliced(laid.table) else level(laid, before, after)
    exact = total(each.earned for each in slices) if found is None else EXACT.subtract(found.after, found.before)
    return Rated(
        pays=laid.table.pays, before=before.measure, after=after.measure, slices=slices, level=found, exact=exact
    )


def paid_on(component: Component, counted: Counted) -> Decimal:
    """Return what a component pays on for a line: for a multiple of target pay it is the measure itself."""
    return counted.measure if component.table.pays == "target" else counted.pay_base


def tier_of(component: Component, line: EarningLine, measured: Measured) -> int:
    """Return the tier that is reached at a section's end; where each deal stands alone, that of the last one."""
    reached = measured.credit if component.table.to_date else line.rated.after
    return tier_at(scale(component.table, line.quota, line.target), reached)
