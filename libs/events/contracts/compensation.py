"""What compensation tells the others: plans, and credited attainment, which it alone computes. Never anybody's pay."""

from datetime import date
from decimal import Decimal

from events.domain import Value
from money.money import Money


class PlanPublishedV1(Value):
    """From this day on people can be assigned to this version of a plan."""

    plan_id: str
    name: str
    plan_version: int
    effective_on: date


class AttainmentMeasuredV1(Value):
    """Credited attainment of a subject in a period, as of a position of compensation's log.

    `percent` is credit ÷ quota in percent, not rounded beyond 28 digits; none without a quota.
    """

    subject_kind: str
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    credit: Money
    quota: Money | None
    percent: Decimal | None
    position: int
