"""What is planned in the story: examples of the facts that pay needs besides people and their quotas."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from events.contracts.goals import RateSetV1
from events.domain import Value

JANUARY = date(2026, 1, 1)


def rate(amount: str, reason: str | None = None) -> RateSetV1:
    """Return what a euro is worth in the plan's year."""
    return RateSetV1(
        base="EUR",
        quote="USD",
        kind="plan",
        effective_on=JANUARY,
        rate=Decimal(amount),
        source="ECB",
        reason=reason,
    )


PLANNED: Mapping[str, tuple[Value, ...]] = {
    "rate-EUR-USD-plan": (rate("1.0824"), rate("1.0842", "Two digits were swapped")),
}
