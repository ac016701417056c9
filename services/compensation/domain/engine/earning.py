"""The pay engine: from the facts of a person's fiscal year to what is earned in each period, line by line.

Pure, and the same whatever order the facts arrived in.
"""

from collections.abc import Sequence
from decimal import Decimal

from compensation.domain.document import Rounding
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import EXACT, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.measure import Bookings, Measured
from compensation.domain.engine.placing import Misplaced, Placed, Problem, place
from compensation.domain.engine.rate_table import RateTable, Slice, cut, earned_by, rate_table, tier_reached
from events.domain import Value
from fiscal.calendar import Period
from money.money import round_to_currency


class EarningLine(Value, tag=False):
    """What a credit earned: its slices, their exact sum, and its part of the pay in whole cents."""

    credit: Credit
    plan_id: str
    plan_version: int
    quota: Decimal | None
    slices: tuple[Slice, ...]
    exact: Decimal
    earned: Decimal


class Earning(Value):
    """What a plan pays a person for a period: the sum of its lines. `tier` is the one that was reached."""

    period: Period
    plan_id: str
    plan_version: int
    currency: str
    measured: Measured
    tier: int
    credited: Decimal
    earned: Decimal
    lines: tuple[EarningLine, ...]


class Unpaid(Value):
    """Credits of a period that are not paid yet, all for the same reason."""

    period: Period
    plan_id: str
    problem: Problem
    currency: str
    measured: Measured
    credited: Decimal
    credits: tuple[Credit, ...]


class Earnings(Value, tag=False):
    """A person's fiscal year: what is earned, and what is not paid yet."""

    earned: tuple[Earning, ...]
    unpaid: tuple[Unpaid, ...]


class _Tables:
    """Rate tables, each made once for a version and a quota."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int, Decimal | None], RateTable] = {}

    def table(self, version: PlanVersion, quota: Decimal | None) -> RateTable:
        """Return the table of a version for a quota."""
        key = (version.plan_id, version.version, quota)
        if key not in self._made:
            self._made[key] = rate_table(version.document, quota)
        return self._made[key]


def earn(facts: PersonYear) -> Earnings:
    """Return what a person earns in a fiscal year by all that is known."""
    bookings, tables = Bookings(facts), _Tables()
    lines: dict[tuple[str, str], list[EarningLine]] = {}
    last: dict[tuple[str, str], Placed] = {}
    unpaid: dict[tuple[Period, str, Problem, str], list[Credit]] = {}
    for credit in sorted(facts.credits, key=lambda each: each.order):
        found = place(facts, credit)
        if isinstance(found, Misplaced):
            key = (found.period, found.plan_id, found.problem, credit.currency)
            unpaid.setdefault(key, []).append(credit)
        else:
            where = (found.period.name, found.version.plan_id)
            lines.setdefault(where, []).append(line_of(credit, found, bookings, tables))
            last[where] = found
        bookings.add(credit)
    return Earnings(
        earned=tuple(earning_of(last[where], lines[where], bookings) for where in sorted(lines)),
        unpaid=tuple(
            unpaid_of(*key, unpaid[key], bookings) for key in sorted(unpaid, key=lambda each: (each[0].name, *each[1:]))
        ),
    )


def line_of(credit: Credit, found: Placed, bookings: Bookings, tables: _Tables) -> EarningLine:
    """Cut a credit at the edges of its tiers; cents come when the period is complete."""
    quota = found.quota.amount if found.quota is not None else None
    starts_at = bookings.so_far(found.period.name, credit.currency)
    slices = cut(tables.table(found.version, quota), starts_at, credit.amount)
    exact = earned_by(slices)
    return EarningLine(
        credit=credit,
        plan_id=found.version.plan_id,
        plan_version=found.version.version,
        quota=quota,
        slices=slices,
        exact=exact,
        earned=exact,
    )


def earning_of(last: Placed, lines: Sequence[EarningLine], bookings: Bookings) -> Earning:
    """Put the lines of a period together. The version of its last line says how it is rounded."""
    document = last.version.document
    measured = bookings.measured(last.period.name, document.currency)
    cents = whole_cents([line.exact for line in lines], document.rounding, document.currency)
    paid = tuple(_with_earned(line, amount) for line, amount in zip(lines, cents, strict=True))
    return Earning(
        period=last.period,
        plan_id=last.version.plan_id,
        plan_version=last.version.version,
        currency=document.currency,
        measured=measured,
        tier=tier_reached(document, measured.percent),
        credited=total(line.credit.amount for line in lines),
        earned=total(cents),
        lines=paid,
    )


def whole_cents(amounts: Sequence[Decimal], rounding: Rounding, currency: str) -> list[Decimal]:
    """Return lines in whole cents: each rounded alone, or so that they add up to their rounded sum.

    In the second case the last line has the residual.
    """
    cents = [round_to_currency(amount, currency, rounding.rule) for amount in amounts]
    if rounding.at == "end":
        pay = round_to_currency(total(amounts), currency, rounding.rule)
        cents[-1] = EXACT.subtract(pay, total(cents[:-1]))
    return cents


def unpaid_of(
    period: Period, plan_id: str, problem: Problem, currency: str, waiting: Sequence[Credit], bookings: Bookings
) -> Unpaid:
    """Put credits together that wait for the same reason."""
    return Unpaid(
        period=period,
        plan_id=plan_id,
        problem=problem,
        currency=currency,
        measured=bookings.measured(period.name, currency),
        credited=total(credit.amount for credit in waiting),
        credits=tuple(waiting),
    )


def _with_earned(line: EarningLine, earned: Decimal) -> EarningLine:
    return EarningLine(
        credit=line.credit,
        plan_id=line.plan_id,
        plan_version=line.plan_version,
        quota=line.quota,
        slices=line.slices,
        exact=line.exact,
        earned=earned,
    )
