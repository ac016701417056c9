"""Credited attainment of a person's year: each measure of the plans that held, in each interval with credits.

Credits that no plan pays are measured too, as bookings: what somebody sold does not wait for a plan.
"""

from decimal import Decimal

from compensation.domain.document.shape import MONEY, Measure
from compensation.domain.engine.credit import Credit, shares_of
from compensation.domain.engine.exact import total
from compensation.domain.engine.exchanging import exchanged
from compensation.domain.engine.facts import PersonYear, PlanVersion, quota_of
from compensation.domain.engine.measure import Measured, Running, attainment, counts_in, rule_for
from compensation.domain.engine.placing import Placed, period_in, place
from events.domain import Value
from fiscal.calendar import Period

BOOKINGS = "bookings"
"""The measure of those who have no plan, and the quota that it looks for."""


class Attained(Value, tag=False):
    """What a person was credited with in a period, beside the quota of that measure if there is one."""

    measure: str
    period: Period
    currency: str
    measured: Measured


def attained(facts: PersonYear) -> tuple[Attained, ...]:
    """Return the attainment of a year, by measure and period. What a plan measures comes before plain bookings."""
    measured: dict[tuple[str, str], tuple[Period, PlanVersion, Measure]] = {}
    booked: dict[tuple[str, str], tuple[Period, str]] = {}
    for credit in sorted(facts.credits, key=lambda each: each.order):
        found = place(facts, credit)
        if isinstance(found, Placed):
            measured.update(measures_in(facts, found.version, credit))
        elif is_booking(credit):
            booked[(BOOKINGS, found.period.name)] = (found.period, credit.currency)
    runnings = {version: Running(facts, version.document) for _, version, _ in measured.values()}
    for share in shares_of(facts.credits):
        for running in runnings.values():
            running.count(share)
    by_plan = {
        where: Attained(
            measure=where[0],
            period=period,
            currency=version.document.currency,
            measured=runnings[version].measured(measure, period.name),
        )
        for where, (period, version, measure) in measured.items()
    }
    plain = {where: bookings(facts, *what) for where, what in booked.items()}
    return tuple(found for _, found in sorted((plain | by_plan).items()))


def is_booking(credit: Credit) -> bool:
    """Say whether a credit is of a person's own deal, or by hand, and was not cancelled."""
    return credit.is_direct and credit.cancelled_on is None and credit.document is None


def measures_in(
    facts: PersonYear, version: PlanVersion, credit: Credit
) -> dict[tuple[str, str], tuple[Period, PlanVersion, Measure]]:
    """Return the measures of money that a credit counts in, and the intervals."""
    found: dict[tuple[str, str], tuple[Period, PlanVersion, Measure]] = {}
    asked = exchanged(facts, version.document, credit)
    if asked is None or not counts_in(version.document, credit):
        return found
    for measure in version.document.measures:
        if measure.counts in MONEY and rule_for(version.document, measure, asked) is not None:
            period = period_in(facts.calendar, credit.booked_on, measure.interval)
            found[(measure.id, period.name)] = (period, version, measure)
    return found


def bookings(facts: PersonYear, period: Period, currency: str) -> Attained:
    """Return what a person's own deals, and credits by hand, are worth in a period, whatever plan would pay them."""
    amounts: list[Decimal] = [
        each.amount
        for each in facts.credits
        if is_booking(each) and each.currency == currency and period.contains(each.booked_on)
    ]
    measured = attainment(total(amounts), quota_of(facts, BOOKINGS, period.name), currency)
    return Attained(measure=BOOKINGS, period=period, currency=currency, measured=measured)
