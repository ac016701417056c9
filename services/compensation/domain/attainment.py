"""Credited attainment, as it is told to others."""

from datetime import date
from decimal import Decimal

from events.domain import Value
from money.money import Money


class AttainmentMeasured(Value):
    """What a subject was credited with in a period, beside its quota. `percent` is credit ÷ quota in percent."""

    subject_kind: str
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    credit: Money
    quota: Money | None
    percent: Decimal | None


def attainment_stream(event: AttainmentMeasured) -> str:
    """Return the stream that tells of this subject, measure and period."""
    return f"attainment-{event.subject_id}~{event.measure}~{event.period}"
