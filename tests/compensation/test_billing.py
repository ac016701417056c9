"""Plans that pay by what is billed or by cash: each on its own day, shared as the deal is."""

from decimal import Decimal
from typing import Any

import pytest

from events.contracts.performance import (
    DealAmendedV1,
    DealReopenedV1,
    InvoiceAmendedV1,
    InvoicedLineV1,
    InvoiceVoidedV1,
    LineV1,
    UnmatchedOwner,
)
from tests.compensation.billed import APRIL, FEBRUARY, MAY, bill, earned, kinds, pay, settle, ten_percent
from tests.compensation.company import Company, person, split, usd


async def test_an_invoice_is_paid_in_its_own_month_and_shared_as_the_deal_is(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("bob"), "40")))
    await bill(firm, "i-1", "500")
    assert await earned(firm, "2017-M02") == []
    assert await earned(firm, "2017-M03") == ["30.00"]
    [section] = (await firm.statement(period="2017-M03"))["sections"]
    [line] = section["lines"]
    said = {name: each for name, each in line["credit"]["document"].items() if each is not None}
    assert said == {
        "kind": "invoice",
        "document_id": "i-1",
        "amount": {"amount": "500.00", "currency": "USD"},
        "invoice_id": "i-1",
        "deal_booked_on": "2017-02-03",
        "refunded": {"amount": "0.00", "currency": "USD"},
    }
    assert line["credit"]["event"]["event_type"] == "InvoiceIssuedV1"
    assert line["sentence"].startswith(
        "Invoice i-1 of deal crm.1 (GTX Pro, Acme), issued on 2017-03-10, counts USD 300.00 of USD 500.00: "
        "USD 300.00 at 10% = USD 30.00."
    )
    [bobs_booking] = await firm.exceptions()
    assert (bobs_booking["kind"], bobs_booking["credit_count"]) == ("no_plan", 1)


async def test_an_invoice_that_is_amended_or_voided_is_corrected(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000")
    await bill(firm, "i-1", "500")
    terms: dict[str, Any] = {"invoice_id": "i-1", "deal_id": "crm.1", "reason": "wrong"}
    amended = InvoiceAmendedV1(amount=usd("200"), issued_on=APRIL, **terms)
    await firm.tell("performance", "invoice-i-1", amended)
    assert (await earned(firm, "2017-M03"), await earned(firm, "2017-M04")) == ([], ["20.00"])
    voided = InvoiceVoidedV1(amount=usd("200"), issued_on=APRIL, voided_on=MAY, **terms)
    await firm.tell("performance", "invoice-i-1", voided)
    assert await earned(firm, "2017-M04") == []


def lines() -> tuple[LineV1, ...]:
    return (
        LineV1(line_id="L-1", amount=Decimal(750), type="hardware"),
        LineV1(line_id="L-2", amount=Decimal(250), type="service"),
    )


@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        ((), "45.00"),
        (
            (InvoicedLineV1(line_id="L-1", amount=Decimal(100)), InvoicedLineV1(line_id="L-2", amount=Decimal(500))),
            "10.00",
        ),
        ((InvoicedLineV1(line_id="L-1", amount=Decimal(600)),), "60.00"),
    ],
)
async def test_an_invoice_is_of_the_lines_that_it_names_else_of_all_in_proportion(
    firm: Company, billed: tuple[InvoicedLineV1, ...], expected: str
) -> None:
    await settle(firm, components=[ten_percent(when={"field": "type", "equals": "hardware"})])
    await firm.win("crm.1", "1000", lines=lines())
    await bill(firm, "i-1", "600", lines=billed)
    assert await earned(firm, "2017-M03") == [expected]


async def test_cash_for_an_invoice_is_of_the_lines_of_that(firm: Company) -> None:
    await settle(firm, "payment", components=[ten_percent(when={"field": "type", "equals": "hardware"})])
    await firm.win("crm.1", "1000", lines=lines())
    billed = (InvoicedLineV1(line_id="L-1", amount=Decimal(200)), InvoicedLineV1(line_id="L-2", amount=Decimal(400)))
    await bill(firm, "i-1", "600", lines=billed)
    await pay(firm, "p-1", "300", invoice_id="i-1")
    assert await earned(firm, "2017-M04") == ["10.00"]


async def test_an_invoice_for_a_line_that_the_deal_does_not_have_waits(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000", lines=lines())
    await bill(firm, "i-1", "600", lines=(InvoicedLineV1(line_id="L-9", amount=Decimal(600)),))
    assert kinds(await firm.exceptions()) == [("unknown_line", "invoice", "i-1")]
    assert await earned(firm, "2017-M03") == []


async def test_what_is_billed_of_a_deal_that_is_not_won_waits(firm: Company) -> None:
    await settle(firm)
    await bill(firm, "i-1", "600")
    assert kinds(await firm.exceptions()) == [("unknown_deal", "invoice", "i-1")]
    await firm.win("crm.1", "1000")
    assert kinds(await firm.exceptions()) == []
    assert await earned(firm, "2017-M03") == ["60.00"]
    await firm.deal(DealReopenedV1, "crm.1", owner=person("ada"), amount=usd("1000"))
    assert kinds(await firm.exceptions()) == [("deal_not_won", "invoice", "i-1")]
    assert await earned(firm, "2017-M03") == []


async def test_an_owner_who_is_claimed_late_and_a_correction_move_what_was_billed(firm: Company) -> None:
    await settle(firm)
    await firm.assign("mia")
    await firm.win("crm.1", "1000", owner=UnmatchedOwner(owner_hash="h-new"))
    await bill(firm, "i-1", "500")
    assert [each["kind"] for each in await firm.exceptions()] == ["unmatched_owner"]
    await firm.claim("ada", "h-ada", "h-new")
    assert await earned(firm, "2017-M03") == ["50.00"]
    await firm.deal(DealAmendedV1, "crm.1", owner=person("mia"), amount=usd("1000"), booked_on=FEBRUARY)
    assert (await earned(firm, "2017-M03"), await earned(firm, "2017-M03", "mia")) == ([], ["50.00"])


async def test_an_invoice_in_another_currency_than_the_plan_waits(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000")
    await bill(firm, "i-1", "500", currency="EUR")
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["amount"]) == ("other_currency", {"amount": "500.00", "currency": "EUR"})


async def test_an_invoice_after_the_last_day_on_the_plan_waits_for_a_plan(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000")
    ended = await firm.post("/v1/assignments/ada~accelerated/end", {"ends_on": "2017-02-28"})
    assert ended.status_code == 200, ended.text
    await bill(firm, "i-1", "500")
    assert [(each["kind"], each["person_id"]) for each in await firm.exceptions()] == [("no_plan", "ada")]


async def test_those_who_are_paid_by_bookings_do_not_wait_for_bills(firm: Company) -> None:
    await settle(firm)
    await firm.publish_plan("booked")
    await firm.assign("mia", "booked")
    await firm.quota("mia", "2017-Q1", "1000")
    await firm.win("crm.1", "1000", owner=person("mia"))
    await bill(firm, "i-1", "500")
    assert await firm.exceptions() == []
    assert await earned(firm, "2017-Q1", "mia") == ["50.00"]
