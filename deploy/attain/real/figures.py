"""What the product says after a run with real deals, and the one line that says it."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from attain.client import Client
from attain.company import CURRENCY
from attain.real.pipeline import PERIODS


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The product's own answers: won deals, what they are worth by quarter, who is on the plan, and their pay.

    `pay` is by person and period; `names` are those of all people.
    """

    won: int
    by_quarter: dict[str, Decimal]
    people: frozenset[str]
    pay: dict[tuple[str, str], Decimal]
    names: dict[str, str]

    @property
    def won_value(self) -> Decimal:
        """What all won deals are worth."""
        return sum(self.by_quarter.values(), Decimal(0))

    @property
    def commission(self) -> Decimal:
        """What everybody earned."""
        return sum(self.pay.values(), Decimal(0))

    def line(self, *, recomputed_equal: bool, deals_per_second: float) -> dict[str, Any]:
        """Return the line's members; amounts as text, whole ones without a point."""
        return {
            "won": self.won,
            "won_value": plain(self.won_value),
            "people": len(self.people),
            "people_with_earnings": len({person_id for (person_id, _), amount in self.pay.items() if amount > 0}),
            "by_quarter": {period: plain(value) for period, value in self.by_quarter.items()},
            "commission": plain(self.commission),
            "recomputed_equal": recomputed_equal,
            "deals_per_second": round(deals_per_second),
        }

    def write_pay(self, path: Path) -> None:
        """Write everybody's pay by period as CSV."""
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("person_id", "name", "period", "amount"))
            writer.writerows(
                (person_id, self.names[person_id], period, amount)
                for (person_id, period), amount in sorted(self.pay.items())
            )


async def ask_figures(client: Client) -> Figures:
    """Ask the product: the leaderboard of each quarter, who is on the plan, and their statements."""
    assigned = await client.ask_all("/compensation/v1/assignments")
    people = await client.ask_all("/goals/v1/people")
    return Figures(
        won=len(await client.ask_all("/performance/v1/deals", status="won")),
        by_quarter={period: await booked(client, period) for period in PERIODS},
        people=frozenset(each["person_id"] for each in assigned),
        pay=dict([each for period in PERIODS for each in await paid(client, period)]),
        names={each["person_id"]: each["name"] for each in people},
    )


async def booked(client: Client, period: str) -> Decimal:
    """Ask what all people booked in a period."""
    board = await client.ask("/performance/v1/leaderboard", period=period, currency=CURRENCY)
    return Decimal(board["total"]["amount"])


async def paid(client: Client, period: str) -> list[tuple[tuple[str, str], Decimal]]:
    """Ask what every statement of a period pays."""
    statements = await client.ask_all("/compensation/v1/statements", period=period)
    return [((each["person_id"], period), Decimal(each["earned"]["amount"])) for each in statements]


def plain(amount: Decimal) -> str:
    """Return an amount without trailing zeros."""
    return format(amount.normalize(), "f")
