"""What is won and pays nobody: named, with its reason, and paid when the reason is gone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.performance import DealWonV1, UnmatchedOwner
from money.money import Money
from tests.compensation.company import Company, person, split, usd

FEBRUARY = date(2017, 2, 3)


def named(exceptions: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (each["kind"], each["deal_id"], each["person_id"], each["period"], each["credit_count"]) for each in exceptions
    ]


async def test_a_deal_without_an_owner_is_named(firm: Company) -> None:
    await firm.settle()
    await firm.deal(DealWonV1, "crm.1", amount=usd("100"), booked_on=FEBRUARY)
    assert named(await firm.exceptions()) == [("no_owner", "crm.1", None, None, 1)]


async def test_an_owner_claimed_by_two_people_is_named(firm: Company) -> None:
    await firm.settle()
    await firm.claim("bob", "h-ada")
    await firm.win("crm.1", "100", owner=UnmatchedOwner(owner_hash="h-ada"))
    assert named(await firm.exceptions()) == [("disputed_owner", "crm.1", None, None, 1)]


async def test_only_the_share_that_is_nobodys_waits(firm: Company) -> None:
    await firm.settle()
    stranger = UnmatchedOwner(owner_hash="h-new")
    await firm.win("crm.1", "100", splits=split((person("ada"), "60"), (stranger, "40")))
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["amount"]) == ("unmatched_owner", {"amount": "40.00", "currency": "USD"})
    assert (await firm.statement())["earned"] == [{"amount": "3.00", "currency": "USD"}]


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ({"owner": person("ada"), "booked_on": FEBRUARY}, "no_amount"),
        ({"owner": person("ada"), "amount": usd("100")}, "no_booking_day"),
    ],
)
async def test_a_deal_that_is_won_without_what_pay_needs_is_named(
    firm: Company, terms: dict[str, Any], kind: str
) -> None:
    await firm.settle()
    await firm.deal(DealWonV1, "crm.1", **terms)
    assert named(await firm.exceptions()) == [(kind, "crm.1", "ada", None, 1)]


async def test_without_a_calendar_deals_wait_and_then_count(firm: Company) -> None:
    await firm.hire("ada")
    await firm.publish_plan()
    await firm.assign("ada")
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("crm.1", "100")
    assert named(await firm.exceptions()) == [("no_calendar", "crm.1", "ada", None, 1)]
    await firm.set_calendar()
    assert await firm.exceptions() == []
    assert (await firm.statement())["earned"] == [{"amount": "5.00", "currency": "USD"}]


async def test_a_person_without_a_plan_is_named_and_paid_once_assigned(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await firm.quota("bob", "2017-Q1", "1000")
    await firm.win("crm.1", "100", owner=person("bob"))
    await firm.win("crm.2", "100", owner=person("bob"))
    assert named(await firm.exceptions()) == [("no_plan", None, "bob", "2017-Q1", 2)]
    [unpaid] = (await firm.statement("bob"))["unpaid"]
    assert unpaid["credits"][0]["sentence"] == (
        "Deal crm.1 (GTX Pro, Acme), booked on 2017-02-03, counts USD 100.00 is not paid yet in 2017-Q1: "
        "no plan is assigned on the booking day."
    )
    await firm.assign("bob")
    assert await firm.exceptions() == []
    assert (await firm.statement("bob"))["earned"] == [{"amount": "10.00", "currency": "USD"}]


async def test_a_period_without_a_quota_is_named_and_paid_once_it_is_set(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100", booked_on=date(2017, 5, 1))
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["plan_id"], waiting["period"]) == ("no_quota", "accelerated", "2017-Q2")
    assert waiting["problem"] == "there is no quota for the period"
    await firm.quota("ada", "2017-Q2", "50")
    assert await firm.exceptions() == []
    assert (await firm.statement(period="2017-Q2"))["earned"] == [{"amount": "6.50", "currency": "USD"}]


async def test_a_deal_in_another_currency_is_named_and_counts_for_nothing(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    euros = Money(amount=Decimal(900), currency="EUR")
    await firm.deal(DealWonV1, "crm.2", owner=person("ada"), amount=euros, booked_on=FEBRUARY)
    assert [(each["kind"], each["amount"]) for each in await firm.exceptions()] == [
        ("other_currency", {"amount": "900.00", "currency": "EUR"})
    ]
    statement = await firm.statement()
    assert statement["earned"] == [{"amount": "45.00", "currency": "USD"}]
    assert statement["sections"][0]["percent"] == "90.00"


async def test_a_deal_before_the_plans_first_day_is_named(firm: Company) -> None:
    await firm.settle()
    await firm.quota("ada", "2016-Q4", "1000")
    await firm.publish_plan("later", "2018-01-01")
    await firm.post("/v1/assignments/ada~accelerated/end", {"ends_on": "2017-01-31"})
    await firm.assign("ada", "later", "2017-02-01")
    await firm.win("crm.1", "100")
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["plan_id"], waiting["period"]) == ("plan_not_in_effect", "later", "2017-Q1")


async def test_exceptions_are_filtered_and_come_in_pages(firm: Company) -> None:
    await firm.settle()
    for number in range(3):
        await firm.win(f"crm.{number}", "1", owner=UnmatchedOwner(owner_hash="h-new"))
    await firm.win("crm.9", "100", owner=person("bob"))
    await firm.derive()
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await firm.get("/v1/exceptions", limit=2, **cursor)).json()
        found += [each["kind"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == ["unmatched_owner", "unmatched_owner", "unmatched_owner", "no_plan"]
    assert named((await firm.get("/v1/exceptions", kind="no_plan")).json()["items"]) == [
        ("no_plan", None, "bob", "2017", 1)
    ]
