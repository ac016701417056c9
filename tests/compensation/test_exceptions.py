"""What is won and pays nobody: named, with its reason, and paid when the reason is gone."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

from compensation.domain.deal_problem import DEAL_REASONS, DealProblem
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.trace import REASONS
from compensation.routers.exceptions import TEXTS
from events.contracts.performance import DealWonV1, UnmatchedOwner
from money.money import Money
from tests.compensation.company import Company, person, split, usd
from tests.compensation.worklist import CASES

FEBRUARY = date(2017, 2, 3)
WRITE = "write a case in tests/compensation/worklist.py: what raises it, its text, what resolves it, and what is paid"


def named(exceptions: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (each["kind"], each["deal_id"], each["person_id"], each["period"], each["credit_count"]) for each in exceptions
    ]


def test_there_is_a_case_for_every_reason() -> None:
    reasons = {*get_args(DealProblem), *get_args(Problem)}
    assert reasons - CASES.keys() == {"no_calendar"}, WRITE
    assert CASES.keys() <= reasons
    assert {name: TEXTS[name] for name in CASES} == {name: case.text for name, case in CASES.items()}
    assert TEXTS.keys() == reasons == {*DEAL_REASONS, *REASONS}


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
