"""Documents as they were written before plans had components: one rate table over bookings, and its interval."""

from typing import Any

BOOKINGS = "bookings"
COMMISSION = "commission"


def with_components(members: dict[str, Any]) -> dict[str, Any]:
    """Return an event that holds a document of the first form with the document of today's form."""
    return members | {"document": today(members["document"])}


def today(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of the first form in today's: one measure and one component, which pay the same."""
    table = {
        "kind": "step",
        "over": "attainment",
        "pays": "percent",
        "tiers": document["tiers"],
        "edge": document["edge"],
        "to_date": True,
    }
    return {
        "name": document["name"],
        "currency": document["currency"],
        "pays": document["interval"],
        "credit_rules": [{"id": "own"}],
        "measures": [
            {
                "id": BOOKINGS,
                "counts": "amount",
                "rules": ["own"],
                "interval": document["interval"],
                "quota": BOOKINGS,
            }
        ],
        "components": [{"id": COMMISSION, "measure": BOOKINGS, "table": table}],
        "rounding": document["rounding"],
    }
