"""What the engine answers: sections of a person's year with their lines, what plans take, and what waits."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from compensation.domain.document.shape import PlanDocument, Rounding
from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import EXACT, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.held import Held
from compensation.domain.engine.measure import Measured
from compensation.domain.engine.payable import payment
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import Problem, period_in
from events.domain import Value
from fiscal.calendar import Period
from money.money import round_to_currency


class Earning(Value):
    """What a component of a plan pays a person for a period: the sum of its lines.

    `measured` is the attainment at the period's end, in the measure's interval `measured_in`; `as_paid` is what is
    earned in the currency of payment.
    """

    period: Period
    plan_id: str
    plan_version: int
    component: str
    currency: str
    measure: str
    measured_in: str
    measured: Measured
    tier: int
    credited: Decimal
    earned: Decimal
    lines: tuple[EarningLine, ...]
    pay_currency: str
    as_paid: Decimal


class Unpaid(Value):
    """Credits of a period that are not paid yet, all for the same reason; `component` is empty where none is."""

    period: Period
    plan_id: str
    component: str
    problem: Problem
    currency: str
    credited: Decimal
    credits: tuple[Credit, ...]


class Taken(Value):
    """Credits of a period that a plan takes into account, each once, however many components look at it."""

    period: Period
    plan_id: str
    plan_version: int
    currency: str
    credited: Decimal
    credits: tuple[Credit, ...]


class Earnings(Value, tag=False):
    """A person's fiscal year: which credits plans take, what is earned with them, what of it another period pays or
    takes back, in whichever year, what is not paid yet, and what is excluded by hand.
    """

    taken: tuple[Taken, ...] = ()
    earned: tuple[Earning, ...] = ()
    held: tuple[Held, ...] = ()
    clawed: tuple[Clawed, ...] = ()
    unpaid: tuple[Unpaid, ...] = ()
    excluded: tuple[Credit, ...] = ()


def taken_by(facts: PersonYear, version: PlanVersion, several: Sequence[Credit]) -> Taken:
    """Put the credits of a period together that a plan takes."""
    return Taken(
        period=period_in(facts.calendar, several[-1].booked_on, version.document.pays),
        plan_id=version.plan_id,
        plan_version=version.version,
        currency=version.document.currency,
        credited=total(credit.credited for credit in several),
        credits=tuple(several),
    )


def unpaid_of(
    period: Period, plan_id: str, component: str, problem: Problem, currency: str, waiting: Sequence[Credit]
) -> Unpaid:
    """Put credits together that wait for the same reason."""
    return Unpaid(
        period=period,
        plan_id=plan_id,
        component=component,
        problem=problem,
        currency=currency,
        credited=total(credit.amount for credit in waiting),
        credits=tuple(waiting),
    )


def in_cents(
    facts: PersonYear, document: PlanDocument, period: Period, currency: str, lines: Sequence[EarningLine]
) -> tuple[EarningLine, ...]:
    """Return the lines of a section with what they earn in whole cents, and what that is in the currency of payment."""
    cents = whole_cents([line.adjusted for line in lines], document.rounding, document.currency)
    several = [
        msgspec.structs.replace(line, earned=amount, as_paid=amount) for line, amount in zip(lines, cents, strict=True)
    ]
    return in_pay_currency(facts, document, period, currency, several)


def in_pay_currency(
    facts: PersonYear, document: PlanDocument, period: Period, currency: str, lines: Sequence[EarningLine]
) -> tuple[EarningLine, ...]:
    """Return lines with what they are in the currency of payment, each by the rate that its own version names."""
    if currency == document.currency:
        return tuple(lines)
    said = {(each.plan_id, each.version): each.document for each in facts.versions}
    rates = [
        payment(facts.rates, said[line.plan_id, line.plan_version], currency, line.credit.booked_on, period)
        for line in lines
    ]
    worth = [line.earned if by is None else by.of(line.earned) for line, by in zip(lines, rates, strict=True)]
    several = zip(lines, rates, whole_cents(worth, document.rounding, currency), strict=True)
    return tuple(msgspec.structs.replace(line, payment=by, as_paid=amount) for line, by, amount in several)


def whole_cents(amounts: Sequence[Decimal], rounding: Rounding, currency: str) -> list[Decimal]:
    """Return lines in whole cents: each rounded alone, or so that they add up to their rounded sum.

    In the second case the last line has the residual. Nothing has no sign.
    """
    cents = [round_to_currency(amount, currency, rounding.rule) for amount in amounts]
    if rounding.at == "end":
        pay = round_to_currency(total(amounts), currency, rounding.rule)
        cents[-1] = EXACT.subtract(pay, total(cents[:-1]))
    return [each or each.copy_abs() for each in cents]
