"""Triggers: which documents a credit rule counts, and what each of them says.

A booking is the day on which a deal was won. Every other document has a day of its own, by which it counts.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

Trigger: TypeAlias = Literal["booking", "activity", "invoice", "payment"]
"""What a credit comes from: a deal when it is booked, what somebody did, or what is billed or paid of a deal."""

BILLED: frozenset[Trigger] = frozenset({"invoice", "payment"})
"""What comes of a deal that was booked."""

OF_EVERYTHING = frozenset({"account", "deal_id", "share_percent"})
OF_ACTIVITIES = frozenset({"activity_kind", "activity_count", "done_on"})
OF_DEALS = frozenset(
    {
        "amount",
        "booked_on",
        "currency",
        "line_amount",
        "margin",
        "margin_percent",
        "product",
        "product_id",
        "quantity",
        "renewal",
        "term_months",
        "type",
        "value_per_year",
    }
)

SAYS: Mapping[Trigger, frozenset[str]] = {
    "booking": OF_EVERYTHING | OF_DEALS,
    "activity": OF_EVERYTHING | OF_ACTIVITIES,
    "invoice": OF_EVERYTHING | OF_DEALS | {"invoice_id", "invoice_amount", "invoiced_on"},
    "payment": OF_EVERYTHING | OF_DEALS | {"payment_id", "payment_amount", "paid_on", "invoice_id"},
}
"""What conditions may ask of each, beside custom fields."""

NOUNS: Mapping[Trigger, str] = {
    "booking": "deals",
    "activity": "activities",
    "invoice": "invoices",
    "payment": "payments",
}
HAPPENED: Mapping[Trigger, str] = {
    "booking": "booked",
    "activity": "done",
    "invoice": "invoiced",
    "payment": "received",
}


def nouns(triggers: Iterable[Trigger]) -> str:
    """Return what is counted, as a person says it: `deals and activities`."""
    return " and ".join(NOUNS[each] for each in dict.fromkeys(triggers))
