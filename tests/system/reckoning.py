"""What a company's people earn, worked out from what it sends: a second hand at the product's own sum."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attain.client import Client
from attain.company import Company

Sums = dict[tuple[str, str], Decimal]

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
ENDINGS = {"deal.won": "won", "deal.lost": "", "deal.reopened": "", "deal.cancelled": "", "deal.deleted": ""}


def reckoned(company: Company) -> Sums:
    """Return what each person earns in each quarter in which they are credited with something.

    Nobody who is credited lacks a quota or a plan: draw a company in which that is so.
    """
    quotas = {
        (body["person_id"], body["period"]): Decimal(body["amount"]["amount"]) for body in bodies(company, "quotas")
    }
    tiers = bodies(company, "plans")[0]["components"][0]["table"]["tiers"]
    return {
        place: earned(credit, quotas[place], tiers).quantize(CENT, ROUND_HALF_UP)
        for place, credit in credits_of(company).items()
    }


def credits_of(company: Company) -> Sums:
    """Return what people are credited with by quarter: their shares of what is won in the end."""
    people = {owner["owner"]: body["person_id"] for body in bodies(company, "people") for owner in body["crm_owners"]}
    deals: dict[str, dict[str, Any]] = defaultdict(dict)
    for delivery in company.deliveries:
        deal = deals[delivery.data["deal_id"]]
        deal.update(delivery.data, status=ENDINGS.get(delivery.type, deal.get("status")))
    credited: Sums = defaultdict(Decimal)
    for deal in deals.values():
        if deal["status"] == "won":
            quarter = f"{deal['closed_on'][:4]}-Q{(int(deal['closed_on'][5:7]) + 2) // 3}"
            for share in deal.get("splits") or [{"owner": deal["owner"], "percent": "100"}]:
                credit = Decimal(deal["amount"]) * Decimal(share["percent"]) / HUNDRED
                credited[people[share["owner"]], quarter] += credit
    return credited


def earned(credit: Decimal, quota: Decimal, tiers: list[Mapping[str, str | None]]) -> Decimal:
    """Return what a credit earns by tiers of percent of the quota."""
    total, below = Decimal(0), Decimal(0)
    for tier in tiers:
        edge = credit if tier["up_to"] is None else min(credit, quota * Decimal(tier["up_to"]) / HUNDRED)
        total += max(edge - below, Decimal(0)) * Decimal(str(tier["rate"])) / HUNDRED
        below = max(below, edge)
    return total


def bodies(company: Company, noun: str) -> list[Mapping[str, Any]]:
    """Return the bodies of the requests to an address that ends in a noun."""
    stages = (*company.before, *company.after)
    return [each.body for stage in stages for each in stage.requests if each.path.endswith(f"/{noun}")]


async def pay(client: Client) -> Sums:
    """Ask what everybody earns in each quarter."""
    return {
        (each["person_id"], period): Decimal(each["earned"]["amount"])
        for period in (f"2025-Q{quarter}" for quarter in range(1, 5))
        for each in await client.ask_all("/compensation/v1/statements", period=period)
    }
