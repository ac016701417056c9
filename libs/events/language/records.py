"""Examples of what stands beside deals: accounts, products, activities and posted results of the same small company."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from events.contracts.performance import (
    AccountChangedV1,
    ActivityRecordedV1,
    ActivityWithdrawnV1,
    AttributeV1,
    KnownOwner,
    NumberField,
    ProductChangedV1,
    ResultRecordedV1,
    UnmatchedOwner,
)
from events.domain import Value

RESULT = "operating_income~company~company~2026-Q1"
OWNER = UnmatchedOwner(owner_hash="5f0c9ed6f54a2d8b1f1f40e3c8a49d2d4c9f0c6f2f5d0a5d6a7a4c1f8b3e9d27")


def result(value: str, target: str, reason: str | None = None) -> ResultRecordedV1:
    """Return the company's operating income of the first quarter."""
    return ResultRecordedV1(
        result_id=RESULT,
        name="operating_income",
        subject_kind="company",
        subject_id="company",
        period="2026-Q1",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 3, 31),
        value=Decimal(value),
        target=Decimal(target),
        currency="USD",
        reason=reason,
    )


RECORDS: Mapping[str, tuple[Value, ...]] = {
    "account-Initrode": (
        AccountChangedV1(
            account_id="Initrode",
            name="Initrode Systems",
            attributes=(
                AttributeV1(name="industry", value="software"),
                AttributeV1(name="segment", value="enterprise"),
            ),
            parent_id="Initrode Holding",
        ),
    ),
    "product-gtx-pro": (
        ProductChangedV1(
            product_id="gtx-pro",
            name="GTX Pro",
            line="GTX",
            product_type="license",
            attributes=(AttributeV1(name="tier", value="premium"),),
        ),
    ),
    "activity-crm.task-5512": (
        ActivityRecordedV1(
            activity_id="crm.task-5512",
            kind="demo",
            owner=KnownOwner(person_id="p-07"),
            done_on=date(2026, 2, 10),
            count=2,
            deal_id="D-1042",
            account="Initech",
            fields=(NumberField(name="minutes", value=Decimal(45)),),
        ),
        ActivityWithdrawnV1(
            activity_id="crm.task-5512",
            reason="The customer did not come",
            kind="demo",
            owner=KnownOwner(person_id="p-07"),
            done_on=date(2026, 2, 10),
            count=2,
            deal_id="D-1042",
            account="Initech",
        ),
    ),
    "activity-crm.task-5513": (
        ActivityRecordedV1(activity_id="crm.task-5513", kind="call", owner=OWNER, done_on=date(2026, 2, 11)),
    ),
    f"result-{RESULT}": (
        result("1250000.00", "1200000.00"),
        result("1243500.00", "1200000.00", "The auditors moved a cost"),
    ),
}
