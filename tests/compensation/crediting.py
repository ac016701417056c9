"""What a company hears of relationships, territories and teams, and plans that pay by them."""

from datetime import date
from typing import Any

from events.contracts.goals import (
    AccountPlacedV1,
    PersonMovedV1,
    RelationshipEndedV1,
    RelationshipSetV1,
    TerritoryAssignedV1,
    TerritoryDefinedV1,
)
from tests.compensation.company import Company, commission

JANUARY, FEBRUARY, MARCH, MAY = date(2017, 1, 1), date(2017, 2, 3), date(2017, 3, 1), date(2017, 5, 3)
SALES_ENGINEER = {"source": "relationship", "relationship": "sales_engineer"}


def plan_of(*rules: dict[str, Any]) -> dict[str, Any]:
    """Return what a plan says that pays 10% of what its rules let in, by quarter."""
    named = [{"id": f"rule_{number}"} | rule for number, rule in enumerate(rules)]
    return {
        "credit_rules": named,
        "measures": [
            {"id": "credited", "counts": "amount", "rules": [each["id"] for each in named], "interval": "quarter"}
        ],
        "components": [commission({"up_to": None, "rate": "10"}) | {"measure": "credited"}],
    }


async def paid_by(firm: Company, who: str, *rules: dict[str, Any]) -> None:
    """Let a plan of its own pay a person."""
    await firm.publish_plan(f"plan-{who}", **plan_of(*rules))
    await firm.assign(who, f"plan-{who}")


async def earned(firm: Company, who: str, period: str = "2017-Q1") -> str:
    return "".join(each["amount"] for each in (await firm.statement(who, period))["earned"])


async def relate(firm: Company, who: str, to: str, name: str = "sales_engineer", starts_on: date = JANUARY) -> None:
    contract = RelationshipSetV1(
        relationship_id=f"{who}-{to}", name=name, from_person_id=who, to_person_id=to, starts_on=starts_on
    )
    await firm.tell("goals", f"relationship-{who}-{to}", contract)


async def unrelate(firm: Company, who: str, to: str, ends_on: date) -> None:
    contract = RelationshipEndedV1(
        relationship_id=f"{who}-{to}",
        name="sales_engineer",
        from_person_id=who,
        to_person_id=to,
        starts_on=JANUARY,
        ends_on=ends_on,
    )
    await firm.tell("goals", f"relationship-{who}-{to}", contract)


async def define(firm: Company, territory: str, parent: str | None = None) -> None:
    contract = TerritoryDefinedV1(territory_id=territory, name=territory.title(), parent_id=parent)
    await firm.tell("goals", f"territory-{territory}", contract)


async def hold(firm: Company, who: str, territory: str, role: str = "owner") -> None:
    contract = TerritoryAssignedV1(territory_id=territory, person_id=who, role=role, starts_on=JANUARY)
    await firm.tell("goals", f"territory-{territory}", contract)


async def place(firm: Company, account: str, territory: str | None, effective_on: date = JANUARY) -> None:
    contract = AccountPlacedV1(account=account, effective_on=effective_on, territory_id=territory)
    await firm.tell("goals", f"account-{account}", contract)


async def join(firm: Company, who: str, team: str | None, effective_on: date = JANUARY) -> None:
    contract = PersonMovedV1(person_id=who, effective_on=effective_on, team_id=team)
    await firm.tell("goals", f"person-{who}", contract)
