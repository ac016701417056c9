"""What is taken back of deals that their customers cancelled, by the clawback rule of the plan that paid them."""

from collections.abc import Iterable
from decimal import Decimal

from compensation.domain.document.shape import Clawback
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, quotient, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.held import Held, Lapsed
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import period_in
from events.domain import Value
from fiscal.calendar import Period
from money.money import round_to_currency


class Clawed(Value):
    """A part of what a line paid that is taken back in the period of the cancellation: `earned` is below nothing.

    `months_served` are the whole months that the customer stayed, where the plan counts them.
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


def taken_back(facts: PersonYear, lines: Iterable[EarningLine], held: Iterable[Held]) -> tuple[Clawed, ...]:
    """Return what is taken back of cancelled deals, by period, plan and component: of what was paid, nothing else."""
    versions = {(each.plan_id, each.version): each for each in facts.versions}
    lapsed: dict[tuple[str, object], list[Decimal]] = {}
    for each in held:
        if isinstance(each.fate, Lapsed):
            lapsed.setdefault((each.component, each.credit.order), []).append(each.amount)
    found: list[Clawed] = []
    for line in lines:
        if line.adjusted and line.credit.cancelled_on is not None:
            never_paid = lapsed.get((line.component, line.credit.order))
            paid = line.adjusted if never_paid is None else EXACT.subtract(line.earned, total(never_paid))
            each = clawed(facts, versions[line.plan_id, line.plan_version], line, paid)
            found += [] if each is None else [each]
    return tuple(sorted(found, key=lambda each: (each.period.name, each.plan_id, each.component)))


def clawed(facts: PersonYear, version: PlanVersion, line: EarningLine, paid: Decimal) -> Clawed | None:
    """Return what is taken back of what a line paid, if its deal was cancelled."""
    clawback, cancelled_on = version.document.clawback, line.credit.cancelled_on
    if clawback is None or cancelled_on is None:
        return None
    served = None if clawback.months is None else months_between(line.credit, cancelled_on.year, cancelled_on.month)
    if served is not None and cancelled_on.day < line.credit.booked_on.day:
        served -= 1
    percent = percent_left(clawback, served)
    document = version.document
    taken = round_to_currency(given_back(clawback, served, paid), document.currency, document.rounding.rule)
    return Clawed(
        period=period_in(facts.calendar, cancelled_on, document.pays),
        plan_id=version.plan_id,
        plan_version=version.version,
        component=line.component,
        currency=document.currency,
        credit=line.credit,
        paid=paid,
        percent=percent,
        months_served=served,
        earned=taken.copy_negate() if taken else ZERO,
    )


def months_between(credit: Credit, year: int, month: int) -> int:
    """Return how many calendar months lie between the booking and a month."""
    return (year - credit.booked_on.year) * 12 + month - credit.booked_on.month


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
