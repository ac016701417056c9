"""The oracle's lines: what a component pays for a credit, what caps leave of it, and sections in whole cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeAlias

from compensation.domain.document.shape import Cap, Component
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.facts import PersonYear, PlanVersion
from fiscal.calendar import PeriodKind
from money.money import round_to_currency
from tests.compensation.oracle_measure import interval, named

Section: TypeAlias = tuple[str, str, str]
"""A period, a plan and a component."""

NOTHING = Fraction(0)
OVERS = ("document", "deal", "month", "quarter", "year", "window")
_MANY_DIGITS = Context(prec=60)


@dataclass(frozen=True)
class Line:
    """What a component pays for a credit: by its rate, then as modifiers, gates and caps leave it."""

    credit: Credit
    version: PlanVersion
    component: Component
    period: str
    rated: Fraction
    paid: Fraction

    @property
    def section(self) -> Section:
        return self.period, self.version.plan_id, self.component.id


def sections(several: Sequence[Line]) -> dict[Section, list[Line]]:
    """Return the lines of each section."""
    found: dict[Section, list[Line]] = {}
    for line in several:
        found.setdefault(line.section, []).append(line)
    return found


def in_cents(section: Sequence[Line]) -> Decimal:
    """Round a section at its end, or line by line."""
    document = section[-1].version.document
    each_line = document.rounding.at == "each_line"
    amounts = [line.paid for line in section] if each_line else [sum((line.paid for line in section), NOTHING)]
    cents = [round_to_currency(decimal(each), document.currency, document.rounding.rule) for each in amounts]
    return sum(cents, Decimal(0))


def decimal(number: Fraction) -> Decimal:
    return _MANY_DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator))


def capped(
    facts: PersonYear, all_lines: Sequence[Line], line: Line, over: str, of_component: Sequence[Cap] | None = None
) -> Fraction:
    """Return what caps of a component, or else of its plan, leave of a line: what is paid with it, less without it."""
    of_plan = of_component is None
    caps = line.version.document.caps if of_component is None else of_component
    most = [Fraction(each.amount) for each in caps if each.over == over]
    if not most:
        return line.paid
    place = next(number for number, each in enumerate(all_lines) if each is line)
    before = [each for each in all_lines[:place] if is_beside(facts, each, line, over, of_plan=of_plan)]
    to_date = sum((each.paid for each in before), NOTHING)
    return min(to_date + line.paid, *most) - min(to_date, *most)


def is_beside(facts: PersonYear, one: Line, other: Line, over: str, *, of_plan: bool) -> bool:
    """Say whether two lines are under the same cap: of one component or plan, in one interval or of one deal."""
    if one.section[1] != other.section[1] or (not of_plan and one.component.id != other.component.id):
        return False
    if over == "deal" and one.credit.deal_id and other.credit.deal_id:
        return one.credit.deal_id == other.credit.deal_id
    if over in ("deal", "document"):
        return named(one.credit) == named(other.credit)
    if over == "window":
        return (one.component.since, one.component.until) == (other.component.since, other.component.until)
    kind: PeriodKind = "month" if over == "month" else "quarter" if over == "quarter" else "year"
    return interval(facts, one.credit, kind) == interval(facts, other.credit, kind)
