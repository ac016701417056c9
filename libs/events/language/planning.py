"""What is planned in the story: examples of the facts that pay needs besides people and their quotas."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from events.contracts.goals import (
    AccountPlacedV1,
    ObjectiveScoredV1,
    ObjectiveSetV1,
    RateSetV1,
    RelationshipEndedV1,
    RelationshipSetV1,
    SubjectQuotaSetV1,
    TerritoryAssignedV1,
    TerritoryAssignmentEndedV1,
    TerritoryDefinedV1,
)
from events.domain import Value

JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 31)


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


ENGINEER = "p-12~p-07~sales_engineer"
MEETINGS, WEST = "p-07~meetings~2026-Q1", "west~bookings~2026-Q1~team"

PLANNED: Mapping[str, tuple[Value, ...]] = {
    "rate-EUR-USD-plan": (rate("1.0824"), rate("1.0842", "Two digits were swapped")),
    f"quota-{MEETINGS}": (
        SubjectQuotaSetV1(
            quota_id=MEETINGS,
            subject_kind="person",
            subject_id="p-07",
            measure="meetings",
            period="2026-Q1",
            starts_on=JANUARY,
            ends_on=MARCH,
            amount=Decimal(40),
        ),
    ),
    f"quota-{WEST}": (
        SubjectQuotaSetV1(
            quota_id=WEST,
            subject_kind="team",
            subject_id="west",
            measure="bookings",
            period="2026-Q1",
            starts_on=JANUARY,
            ends_on=MARCH,
            amount=Decimal("450000.00"),
            currency="USD",
            reason="One seat stays vacant",
        ),
    ),
    f"relationship-{ENGINEER}": (
        RelationshipSetV1(
            relationship_id=ENGINEER,
            name="sales_engineer",
            from_person_id="p-12",
            to_person_id="p-07",
            starts_on=JANUARY,
        ),
        RelationshipEndedV1(
            relationship_id=ENGINEER,
            name="sales_engineer",
            from_person_id="p-12",
            to_person_id="p-07",
            starts_on=JANUARY,
            ends_on=MARCH,
        ),
    ),
    "territory-us-west": (
        TerritoryDefinedV1(territory_id="us-west", name="US West", parent_id="us"),
        TerritoryAssignedV1(territory_id="us-west", person_id="p-07", role="owner", starts_on=JANUARY),
        TerritoryAssignmentEndedV1(
            territory_id="us-west", person_id="p-07", role="owner", starts_on=JANUARY, ends_on=MARCH
        ),
    ),
    "account-Initech": (AccountPlacedV1(account="Initech", effective_on=JANUARY, territory_id="us-west"),),
    "objective-o-7": (
        ObjectiveSetV1(
            objective_id="o-7",
            subject_kind="person",
            subject_id="p-07",
            name="Win three reference customers",
            period="2026-Q1",
            starts_on=JANUARY,
            ends_on=MARCH,
            weight=Decimal(40),
            serves="o-1",
        ),
        ObjectiveScoredV1(
            objective_id="o-7",
            subject_kind="person",
            subject_id="p-07",
            name="Win three reference customers",
            period="2026-Q1",
            starts_on=JANUARY,
            ends_on=MARCH,
            percent=Decimal("87.5"),
            weight=Decimal(40),
            serves="o-1",
        ),
    ),
}
