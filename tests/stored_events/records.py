"""What stood beside the deals of the same small company, as events of today's classes."""

from datetime import date
from decimal import Decimal
from typing import Any

from performance.domain.account import AccountChanged
from performance.domain.activity import ActivityRecorded, ActivityWithdrawn
from performance.domain.attributes import Attribute
from performance.domain.fields import DayField, FlagField, NumberField, TextField
from performance.domain.product import ProductChanged
from performance.domain.result import ResultRecorded
from performance.domain.terms import KnownOwner, UnmatchedOwner
from tests.stored_events.cash import DEAL, Keyed

ATTRIBUTES = (Attribute(name="industry", value="software"), Attribute(name="segment", value="enterprise"))
FIELDS = (
    NumberField(name="minutes", value=Decimal(45)),
    DayField(name="planned_on", value=date(2026, 2, 1)),
    TextField(name="place", value="Austin"),
    FlagField(name="remote", value=False),
)
DEMO: dict[str, Any] = {"kind": "demo", "done_on": date(2026, 2, 10)}
INCOME: dict[str, Any] = {
    "name": "operating_income",
    "subject_kind": "company",
    "subject_id": "company",
    "period": "2026-Q1",
    "starts_on": date(2026, 1, 1),
    "ends_on": date(2026, 3, 31),
    "value": Decimal("1250000.00"),
}
RESULT = "operating_income~company~company~2026-Q1"

FULL: dict[str, Any] = DEMO | {
    "owner": KnownOwner(person_id="p-0417"),
    "count": 2,
    "deal_id": DEAL,
    "account": "Initech",
}
BARE: dict[str, Any] = DEMO | {
    "owner": UnmatchedOwner(owner_hash="5d2c9f7b10e84a36b7f1d05e93c2a8467e0b9d1cf35a6248d7c0e1b9a4f36d82")
}

WHOLE: tuple[Keyed, ...] = (
    ("Initech", AccountChanged(name="Initech Industries", attributes=ATTRIBUTES, parent_id="Initrode")),
    ("gtx-pro", ProductChanged(name="GTX Pro", line="GTX", product_type="license", attributes=ATTRIBUTES[:1])),
    ("crm.task-5512", ActivityRecorded(fields=FIELDS, **FULL)),
    ("crm.task-5512", ActivityWithdrawn(reason="The customer did not come", **FULL)),
    (
        RESULT,
        ResultRecorded(target=Decimal("1200000.00"), currency="USD", reason="The auditors moved a cost", **INCOME),
    ),
)
LEAST: tuple[Keyed, ...] = (
    ("Initech", AccountChanged(name="Initech")),
    ("gtx-pro", ProductChanged(name="GTX Pro")),
    ("crm.task-5513", ActivityRecorded(**BARE)),
    ("crm.task-5513", ActivityWithdrawn(reason="Twice", **BARE)),
    (RESULT, ResultRecorded(**INCOME)),
)
