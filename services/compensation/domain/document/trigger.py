"""Triggers: which documents a credit rule counts, and what each of them says.

A booking is the day on which a deal was won. Every other document has a day of its own, by which it counts.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

Trigger: TypeAlias = Literal["booking", "activity", "invoice", "payment", "result", "objective"]
"""What a credit comes from: a deal when it is booked, what somebody did, what is billed or paid of a deal, or what was
posted of the company or a person at the end of a period: a result, or the score of an objective."""

BILLED: frozenset[Trigger] = frozenset({"invoice", "payment"})
"""What comes of a deal that was booked."""

OF_EVERYTHING = frozenset({"account", "deal_id", "share_percent"})
OF_ACTIVITIES = frozenset({"activity_kind", "activity_count", "done_on"})
OF_RESULTS = frozenset({"result_name", "result_subject"})
OF_OBJECTIVES = frozenset({"objective_name", "objective_subject"})
POSTED: frozenset[Trigger] = frozenset({"result", "objective"})
"""What is posted of a period, and counts on its last day."""

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
    "result": OF_EVERYTHING | OF_RESULTS,
    "objective": OF_EVERYTHING | OF_OBJECTIVES,
}
"""What conditions may ask of each, beside custom fields."""

NOUNS: Mapping[Trigger, str] = {
    "booking": "deals",
    "activity": "activities",
    "invoice": "invoices",
    "payment": "payments",
    "result": "results",
    "objective": "objectives",
}
HAPPENED: Mapping[Trigger, str] = {
    "booking": "booked",
    "activity": "done",
    "invoice": "invoiced",
    "payment": "received",
    "result": "posted",
    "objective": "scored",
}


def nouns(triggers: Iterable[Trigger]) -> str:
    """Return what is counted, as a person says it: `deals and activities`."""
    return " and ".join(NOUNS[each] for each in dict.fromkeys(triggers))
