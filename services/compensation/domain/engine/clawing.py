"""What is taken back of deals that were cancelled and of cash that went back, by the clawback rule of the plan."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from compensation.domain.document.shape import Clawback
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Refund
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, quotient, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.held import Held, Lapsed, Waiting
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import period_in
from compensation.domain.engine.rate import Conversion
from compensation.domain.engine.refunding import left_by, part_of_refund, refunds_of
from events.domain import Value
from fiscal.calendar import Period
from money.money import round_to_currency


class Clawed(Value):
    """A part of what a line paid that is taken back in the period of the cancellation or of a refund: `earned` is below
    nothing, `paid` is what the line paid, or what the refunded part of it did.

    `months_served` are the whole months that the customer stayed, where the plan counts them. What was paid in another
    currency is taken back in that, by the rate by which it was paid.
    """

    period: Period
    plan_id: str
    plan_version: int
    component: str
    currency: str
    credit: Credit
    paid: Decimal
    percent: Decimal
    months_served: int | None
    earned: Decimal
    pay_currency: str
    as_paid: Decimal
    payment: Conversion | None
    refund: Refund | None = None

    @property
    def taken_on(self) -> date:
        """The day of the refund or of the cancellation."""
        day = self.credit.ended_on if self.refund is None else self.refund.refunded_on
        return day or self.period.starts_on


def taken_back(facts: PersonYear, lines: Iterable[EarningLine], held: Iterable[Held]) -> tuple[Clawed, ...]:
    """Return what is taken back of lines, by period, plan and component: of what was paid, nothing else."""
    versions = {(each.plan_id, each.version): each for each in facts.versions}
    unpaid: dict[tuple[str, object], list[Decimal]] = {}
    for each in held:
        if isinstance(each.fate, Lapsed | Waiting):
            unpaid.setdefault((each.component, each.credit.order), []).append(each.amount)
    found: list[Clawed] = []
    for line in lines:
        if line.adjusted:
            never_paid = unpaid.get((line.component, line.credit.order))
            paid = line.adjusted if never_paid is None else EXACT.subtract(line.earned, total(never_paid))
            found += clawed(facts, versions[line.plan_id, line.plan_version], line, paid)
    return tuple(sorted(found, key=lambda each: (each.period.name, each.plan_id, each.component)))


def clawed(facts: PersonYear, version: PlanVersion, line: EarningLine, paid: Decimal) -> Iterator[Clawed]:
    """Return what is taken back of what a line paid: each refunded part, then all that a cancellation finds left."""
    clawback, credit = version.document.clawback, line.credit
    if clawback is None:
        return
    refunds = refunds_of(credit, credit.ended_on)
    for refund in refunds:
        yield taken(facts, version, clawback, line, part_of_refund(credit, refund, paid), refund)
    if credit.ended_on is not None:
        yield taken(facts, version, clawback, line, left_by(credit, refunds, paid))


def taken(
    facts: PersonYear,
    version: PlanVersion,
    clawback: Clawback,
    line: EarningLine,
    paid: Decimal,
    refund: Refund | None = None,
) -> Clawed:
    """Return what is taken back of what a line paid, or of a part of that, on the day of a refund or a cancellation."""
    day = refund.refunded_on if refund is not None else line.credit.ended_on or line.credit.booked_on
    served = None if clawback.months is None else months_served(line.credit, day)
    percent = percent_left(clawback, served)
    document = version.document
    taken = round_to_currency(given_back(clawback, served, paid), document.currency, document.rounding.rule)
    by = line.payment
    as_paid = taken if by is None else round_to_currency(by.of(taken), by.quote, document.rounding.rule)
    return Clawed(
        period=period_in(facts.calendar, day, document.pays),
        plan_id=version.plan_id,
        plan_version=version.version,
        component=line.component,
        currency=document.currency,
        credit=line.credit,
        paid=paid,
        percent=percent,
        months_served=served,
        earned=taken.copy_negate() if taken else ZERO,
        refund=refund,
        pay_currency=document.currency if by is None else by.quote,
        as_paid=as_paid.copy_negate() if as_paid else ZERO,
        payment=by,
    )


def months_served(credit: Credit, day: date) -> int:
    """Return how many whole months lie between the day of a credit and another one."""
    began = credit.booked_on
    return (day.year - began.year) * 12 + day.month - began.month - (day.day < began.day)


def percent_left(clawback: Clawback, served: int | None) -> Decimal:
    """Return the percent that is taken back after some months, as people are told it."""
    return part_left(clawback, served, clawback.percent)


def given_back(clawback: Clawback, served: int | None, paid: Decimal) -> Decimal:
    """Return what is taken back of what was paid: not by way of a percent, which may have no end where it has one."""
    return part_left(clawback, served, percent_of(clawback.percent, paid))


def part_left(clawback: Clawback, served: int | None, whole: Decimal) -> Decimal:
    """Return the part of a whole that is left after some months."""
    if clawback.months is None or served is None:
        return whole
    left = Decimal(max(0, clawback.months - max(0, served)))
    return quotient(EXACT.multiply(whole, left), Decimal(clawback.months)) if left else ZERO
