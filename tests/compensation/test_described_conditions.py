"""Conditions over what is told of accounts, products, territories and people: as last told, or of the booking day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.goals import PersonHiredV1
from events.contracts.performance import AccountChangedV1, AttributeV1, LineV1, ProductChangedV1
from tests.compensation.company import ACCELERATED, Company, person, split
from tests.compensation.crediting import MARCH, define, earned, join, place, plan_of

FEBRUARY = date(2017, 2, 3)


async def paid_when(firm: Company, **condition: Any) -> None:
    """Let Ada be paid 10% of her deals that meet a condition."""
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan("asking", **plan_of({"when": condition}))
    await firm.assign("ada", "asking")


async def describe_account(firm: Company, account_id: str, parent_id: str | None = None, **attributes: str) -> None:
    texts = tuple(AttributeV1(name=name, value=value) for name, value in attributes.items())
    contract = AccountChangedV1(account_id=account_id, name=account_id.upper(), attributes=texts, parent_id=parent_id)
    await firm.tell("performance", f"account-{account_id}", contract)


async def describe_product(firm: Company, product_id: str, line: str, product_type: str, **attributes: str) -> None:
    texts = tuple(AttributeV1(name=name, value=value) for name, value in attributes.items())
    contract = ProductChangedV1(
        product_id=product_id, name=product_id, line=line, product_type=product_type, attributes=texts
    )
    await firm.tell("performance", f"product-{product_id}", contract)


async def test_an_attribute_of_the_account_counts_as_it_was_last_told(firm: Company) -> None:
    await paid_when(firm, field="account.industry", equals="retail")
    await firm.win("crm.1", "1000")
    assert [each["kind"] for each in await firm.exceptions()] == ["no_rule"]
    await describe_account(firm, "Acme", industry="Retail")
    assert await earned(firm, "ada") == "100.00"
    await describe_account(firm, "Acme", industry="Energy")
    assert await earned(firm, "ada") == ""


@pytest.mark.parametrize("field", ["account.name", "account.parent"])
async def test_the_name_and_the_parent_of_an_account_are_attributes(firm: Company, field: str) -> None:
    await paid_when(firm, field=field, **{"in": ["ACME", "holding"]})
    await describe_account(firm, "Acme", parent_id="holding")
    await firm.win("crm.1", "1000")
    assert await earned(firm, "ada") == "100.00"


@pytest.mark.parametrize(
    ("field", "value"), [("product.line", "GTX"), ("product.product_type", "hardware"), ("product.colour", "red")]
)
async def test_a_line_is_paid_by_what_its_product_is(firm: Company, field: str, value: str) -> None:
    await paid_when(firm, field=field, equals=value)
    lines = (
        LineV1(line_id="1", amount=Decimal(300), product_id="gtx-1"),
        LineV1(line_id="2", amount=Decimal(700), product_id="svc-1"),
    )
    await firm.win("crm.1", "1000", lines=lines)
    await firm.derive()
    await describe_product(firm, "gtx-1", "GTX", "hardware", colour="red")
    await describe_product(firm, "svc-1", "Care", "service", colour="blue")
    assert await earned(firm, "ada") == "30.00"


async def test_a_deal_without_lines_is_paid_by_what_its_own_product_is(firm: Company) -> None:
    await paid_when(firm, field="product.line", equals="GTX")
    await describe_product(firm, "GTX Pro", "GTX", "hardware")
    await firm.win("crm.1", "1000")
    assert await earned(firm, "ada") == "100.00"


async def test_the_territory_of_the_booking_day_may_be_asked_by_any_rule(firm: Company) -> None:
    await paid_when(firm, field="territory", equals="west")
    await define(firm, "west")
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    await firm.win("crm.2", "500", booked_on=MARCH)
    await firm.derive()
    await place(firm, "Acme", "west", effective_on=MARCH)
    assert await earned(firm, "ada") == "50.00"


async def test_the_team_of_the_booking_day_may_be_asked(firm: Company) -> None:
    await paid_when(firm, field="person.team", equals="west")
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    await firm.win("crm.2", "500", booked_on=MARCH)
    assert await earned(firm, "ada") == ""
    await join(firm, "ada", "west", effective_on=MARCH)
    assert await earned(firm, "ada") == "50.00"


async def test_tenure_is_whole_months_on_the_booking_day(firm: Company) -> None:
    await paid_when(firm, field="person.tenure_months", at_least="14")
    await firm.win("crm.1", "1000", booked_on=date(2017, 2, 28))
    await firm.win("crm.2", "500", booked_on=MARCH)
    assert await earned(firm, "ada") == "50.00"


async def test_a_first_day_that_is_heard_later_lets_deals_in(firm: Company) -> None:
    await paid_when(firm, field="person.hired_on", until="2015-12-31")
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("bob"), "40")))
    assert await earned(firm, "ada") == ""
    name = await firm.keys.seal("ada", "Ada Lovelace")
    await firm.tell("goals", "person-ada", PersonHiredV1(person_id="ada", name=name, hired_on=date(2015, 5, 1)))
    assert await earned(firm, "ada") == "60.00"


@pytest.mark.parametrize("field", ["person.shoe_size", "account.", "product", "person."])
async def test_a_field_that_nobody_tells_is_a_fault(firm: Company, field: str) -> None:
    body = ACCELERATED | {"credit_rules": [{"id": "own", "when": {"field": field, "equals": "x"}}]}
    answer = await firm.post("/v1/plans", {"plan_id": "asking"} | body)
    assert answer.status_code == (201 if field == "product" else 422)
