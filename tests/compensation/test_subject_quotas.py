"""Quotas that are no person's money: plain numbers of deals and units, and what a team is expected to reach."""

from datetime import date
from decimal import Decimal
from typing import Any

from events.contracts.goals import SubjectQuotaSetV1
from fiscal.calendar import parse_period
from tests.compensation.company import CALENDAR, Company, commission, person
from tests.compensation.crediting import join

APRIL = date(2017, 4, 1)


async def expect(firm: Company, kind: str, subject: str, amount: int, measure: str = "deals", **said: Any) -> None:
    """Let goals tell what is expected of a person or a team in the first quarter, or in another one."""
    period = parse_period(CALENDAR, said.pop("period", "2017-Q1"))
    quota_id = f"{kind}~{subject}~{measure}~{period.name}"
    contract = SubjectQuotaSetV1(
        quota_id=quota_id,
        subject_kind=kind,
        subject_id=subject,
        measure=measure,
        period=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        amount=Decimal(amount),
        **said,
    )
    await firm.tell("goals", f"quota-{quota_id}", contract)


def plan_by(counts: str, pays: str, **measure: Any) -> dict[str, Any]:
    """Return what a plan says that pays 5 below 100% of a quota, and 8 above."""
    part = commission({"up_to": "100", "rate": "5"}, {"up_to": None, "rate": "8"}, pays=pays)
    said = {"id": "bookings", "counts": counts, "rules": ["own"], "interval": "quarter"} | measure
    return {"measures": [said], "components": [part]}


async def employ(firm: Company, plan: dict[str, Any]) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan("counting", **plan)
    await firm.assign("ada", "counting")


async def earned(firm: Company, period: str = "2017-Q1") -> str:
    return "".join(each["amount"] for each in (await firm.statement("ada", period))["earned"])


async def test_a_number_of_deals_has_a_quota_without_a_currency(firm: Company) -> None:
    await employ(firm, plan_by("deals", "each", quota="deals"))
    for number in range(3):
        await firm.win(f"crm.{number}", "1000")
    assert [each["kind"] for each in await firm.exceptions()] == ["no_quota"]
    await expect(firm, "person", "ada", 2)
    assert await earned(firm) == "18.00"
    [section] = (await firm.statement("ada"))["sections"]
    assert (section["tier"], section["percent"]) == (2, "150.00")
    await expect(firm, "person", "ada", 1)
    assert await earned(firm) == "21.00"


async def test_money_is_not_measured_beside_a_plain_number(firm: Company) -> None:
    await employ(firm, plan_by("amount", "percent", quota="deals"))
    await expect(firm, "person", "ada", 1000)
    await firm.win("crm.1", "1000")
    assert [each["kind"] for each in await firm.exceptions()] == ["quota_in_other_currency"]
    await expect(firm, "person", "ada", 500, currency="USD")
    assert await firm.exceptions() == []
    assert await earned(firm) == "65.00"


async def test_a_team_bonus_stands_beside_the_quota_of_the_team(firm: Company) -> None:
    plan = plan_by("amount", "percent", quota="bookings", quota_of="team")
    await employ(firm, plan | {"credit_rules": [{"id": "own", "source": "team"}]})
    await firm.hire("bob")
    await join(firm, "bob", "west")
    await expect(firm, "team", "west", 1000, "bookings", currency="USD")
    await firm.win("crm.1", "1500", owner=person("bob"))
    assert await earned(firm) == ""
    await join(firm, "ada", "west")
    assert await earned(firm) == "90.00"
    words = (await firm.get("/v1/plans/counting")).json()["in_words"]
    assert "of the team's quarter quota" in words


async def test_the_team_of_a_quotas_last_day_is_whose_quota_counts(firm: Company) -> None:
    await employ(firm, plan_by("amount", "percent", quota="bookings", quota_of="team"))
    await join(firm, "ada", "west")
    await join(firm, "ada", "east", effective_on=date(2017, 3, 31))
    await expect(firm, "team", "west", 1000, "bookings", currency="USD")
    await firm.win("crm.1", "1500")
    await firm.quota("ada", "2017-Q1", "100")
    assert [each["kind"] for each in await firm.exceptions()] == ["no_quota"]
    await expect(firm, "team", "east", 500, "bookings", currency="USD")
    assert await earned(firm) == "105.00"


async def test_a_teams_quota_has_a_name(firm: Company) -> None:
    said = {"plan_id": "odd", "name": "Odd", "currency": "USD", "pays": "quarter", "credit_rules": [{"id": "own"}]}
    said |= plan_by("amount", "percent", quota_of="team") | {"rounding": {"rule": "half_up", "at": "end"}}
    answer = await firm.post("/v1/plans", said)
    assert "/measures/0/quota_of" in {each["pointer"] for each in answer.json()["errors"]}
