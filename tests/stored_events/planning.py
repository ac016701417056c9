"""What was planned at the company of the story: the facts that pay needs besides people and their quotas."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from events.domain import Value
from goals.domain.rate import RateSet

Told: TypeAlias = Sequence[tuple[str, Value]]

JANUARY = date(2026, 1, 1)


def rate(reason: str | None = None) -> RateSet:
    """Return what a euro was worth in the plan's year."""
    return RateSet(
        base="EUR",
        quote="USD",
        kind="plan",
        effective_on=JANUARY,
        rate=Decimal("1.0842"),
        source="ECB",
        reason=reason,
    )


WHOLE: Told = (("EUR-USD-plan", rate("Typed from the wrong line")),)

LEAST: Told = (("EUR-USD-plan", rate()),)
