"""What was planned at the company of the story: the facts that pay needs besides people and their quotas."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import msgspec

from events.domain import Value
from goals.domain.account import AccountPlaced
from goals.domain.objective import ObjectiveScored, ObjectiveSet
from goals.domain.quota import SubjectQuotaSet
from goals.domain.rate import RateSet
from goals.domain.relationship import RelationshipEnded, RelationshipSet
from goals.domain.territory import TerritoryAssigned, TerritoryAssignmentEnded, TerritoryDefined

Told: TypeAlias = Sequence[tuple[str, Value]]

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 31)


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


def quota(amount: str, measure: str, currency: str | None = None, reason: str | None = None) -> SubjectQuotaSet:
    """Return what is expected of a team in the first quarter."""
    return SubjectQuotaSet(
        subject_kind="team",
        subject_id="west",
        measure=measure,
        period="2026-Q1",
        starts_on=JANUARY,
        ends_on=MARCH,
        amount=Decimal(amount),
        currency=currency,
        reason=reason,
    )


INGRID, OMAR = "p-0417", "p-0533"
ENGINEER = f"{OMAR}~{INGRID}~sales_engineer"


def related(ends_on: date | None) -> RelationshipSet:
    """Return who helped Ingrid to sell."""
    return RelationshipSet(
        name="sales_engineer", from_person_id=OMAR, to_person_id=INGRID, starts_on=JANUARY, ends_on=ends_on
    )


PARTED = RelationshipEnded(
    name="sales_engineer", from_person_id=OMAR, to_person_id=INGRID, starts_on=JANUARY, ends_on=MARCH
)


def assigned(ends_on: date | None) -> TerritoryAssigned:
    """Return what Ingrid holds."""
    return TerritoryAssigned(person_id=INGRID, role="owner", starts_on=JANUARY, ends_on=ends_on)


def objective(weight: Decimal | None, serves: str | None) -> ObjectiveSet:
    """Return what Ingrid set out to reach."""
    return ObjectiveSet(
        subject_kind="person",
        subject_id=INGRID,
        name="Win three reference customers",
        period="2026-Q1",
        starts_on=JANUARY,
        ends_on=MARCH,
        weight=weight,
        serves=serves,
    )


def scored(weight: Decimal | None, serves: str | None, reason: str | None) -> ObjectiveScored:
    """Return how far she came."""
    terms = msgspec.structs.asdict(objective(weight, serves))
    return ObjectiveScored(percent=Decimal("87.5"), reason=reason, **terms)


WHOLE: Told = (
    ("EUR-USD-plan", rate("Typed from the wrong line")),
    ("west~bookings~2026-Q1~team", quota("450000.00", "bookings", "USD", "One seat stays vacant")),
    (ENGINEER, related(date(2026, 12, 31))),
    (ENGINEER, PARTED),
    ("us-west", TerritoryDefined(name="US West", parent_id="us")),
    ("us-west", assigned(date(2026, 12, 31))),
    ("us-west", TerritoryAssignmentEnded(person_id=INGRID, role="owner", starts_on=JANUARY, ends_on=MARCH)),
    ("Initech", AccountPlaced(account="Initech", territory_id="us-west", effective_on=JANUARY)),
    ("o-7", objective(Decimal(40), "o-1")),
    ("o-7", scored(Decimal(40), "o-1", "The third contract was signed in time")),
)

LEAST: Told = (
    ("EUR-USD-plan", rate()),
    ("west~meetings~2026-Q1~team", quota("240", "meetings")),
    (ENGINEER, related(None)),
    ("us", TerritoryDefined(name="United States", parent_id=None)),
    ("us", assigned(None)),
    ("Initech", AccountPlaced(account="Initech", territory_id=None, effective_on=JANUARY)),
    ("o-8", objective(None, None)),
    ("o-8", scored(None, None, None)),
)
