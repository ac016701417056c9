"""Plans by cash, and what else plans by bills and cash may say: refunds, gates, caps and conditions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.performance import (
    DealCancelledV1,
)
from tests.compensation.billed import FEBRUARY, MAY, bill, earned, measure, pay, refund, rule, settle, ten_percent
from tests.compensation.company import Company, person, usd


async def test_cash_is_paid_as_it_comes_in(firm: Company) -> None:
    await settle(firm, "payment")
    await firm.win("crm.1", "1000")
    await bill(firm, "i-1", "1000")
    await pay(firm, "p-1", "400", invoice_id="i-1")
    await pay(firm, "p-2", "600", MAY, invoice_id="i-1")
    assert [await earned(firm, f"2017-M0{month}") for month in (3, 4, 5)] == [[], ["40.00"], ["60.00"]]
    [section] = (await firm.statement(period="2017-M04"))["sections"]
    assert section["lines"][0]["sentence"].startswith(
        "Payment p-1 for invoice i-1 of deal crm.1 (GTX Pro, Acme), received on 2017-04-20, counts USD 400.00: "
    )


async def test_what_went_back_is_taken_back_by_the_clawback_rule(firm: Company) -> None:
    await settle(firm, "payment", clawback={"percent": "80"})
    await firm.win("crm.1", "1000")
    await pay(firm, "p-1", "400")
    await refund(firm, "p-1", "100", "400")
    assert (await earned(firm, "2017-M04"), await earned(firm, "2017-M05")) == (["40.00"], ["-8.00"])
    [clawed] = (await firm.statement(period="2017-M05"))["clawed"]
    assert (clawed["refund_id"], clawed["refunded_on"], clawed["cancelled_on"]) == ("r-p-1", "2017-05-15", None)
    assert clawed["sentence"] == (
        "USD 100.00 of payment p-1 of deal crm.1 went back on 2017-05-15: 80% of the USD 10.00 that it paid is taken "
        "back. Plan accelerated, version 1, commission."
    )


async def test_a_cancellation_takes_back_what_refunds_before_it_left(firm: Company) -> None:
    await settle(firm, "payment", clawback={})
    await firm.win("crm.1", "1000")
    await pay(firm, "p-1", "400")
    await refund(firm, "p-1", "100", "400")
    await firm.deal(
        DealCancelledV1,
        "crm.1",
        owner=person("ada"),
        amount=usd("1000"),
        booked_on=FEBRUARY,
        cancelled_on=date(2017, 6, 1),
    )
    assert await earned(firm, "2017-M05") == ["-10.00"]
    assert await earned(firm, "2017-M06") == ["-30.00"]


async def test_without_a_clawback_rule_what_went_back_never_came_in(firm: Company) -> None:
    await settle(firm, "payment")
    await firm.win("crm.1", "1000")
    await pay(firm, "p-1", "400")
    await refund(firm, "p-1", "100", "400")
    assert (await earned(firm, "2017-M04"), await earned(firm, "2017-M05")) == (["30.00"], [])
    [section] = (await firm.statement(period="2017-M04"))["sections"]
    assert "counts USD 400.00, USD 100.00 of which went back: USD 300.00 at 10%" in section["lines"][0]["sentence"]


async def test_attainment_may_be_booked_while_pay_is_of_what_is_billed(firm: Company) -> None:
    booked = {"id": "booked", "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": "bookings"}
    await settle(
        firm,
        credit_rules=[{"id": "own"}, rule("invoice")],
        measures=[booked, measure()],
        components=[ten_percent(gates=[{"measure": "booked", "at_least": "100", "onset": "crossing"}])],
    )
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("crm.1", "999")
    await bill(firm, "i-1", "500")
    assert await earned(firm, "2017-M03") == ["0.00"]
    await firm.win("crm.2", "1", booked_on=date(2017, 3, 9))
    assert await earned(firm, "2017-M03") == ["50.00"]
    await firm.derive()
    told = [each for each in await firm.published() if isinstance(each, AttainmentMeasuredV1)]
    assert [each.percent for each in told if each.measure == "booked"][-1] == Decimal("100.00")


async def test_what_is_billed_is_told_as_attainment(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "1000")
    await bill(firm, "i-1", "500")
    await firm.derive()
    told = [each for each in await firm.published() if isinstance(each, AttainmentMeasuredV1)]
    assert [(each.period, each.credit) for each in told if each.measure == "billed"] == [("2017-M03", usd("500.00"))]


async def test_a_cap_holds_each_invoice_or_all_of_a_deal(firm: Company) -> None:
    await settle(
        firm,
        components=[ten_percent(caps=[{"amount": "30", "over": "document"}, {"amount": "50", "over": "deal"}])],
    )
    await firm.win("crm.1", "1000")
    for number in (1, 2):
        await bill(firm, f"i-{number}", "400")
    statement = await firm.statement(period="2017-M03")
    assert [each["adjusted"]["amount"] for each in statement["sections"][0]["lines"]] == ["30.00", "20.00"]


async def test_conditions_ask_the_invoice_and_its_deal(firm: Company) -> None:
    asked = [
        {"field": "invoice_amount", "above": "100"},
        {"field": "invoiced_on", "until": "2017-03-31"},
        {"field": "booked_on", "until": "2017-02-28"},
        {"field": "amount", "at_least": "1000"},
    ]
    await settle(firm, credit_rules=[rule("invoice", when={"all": asked})])
    await firm.win("crm.1", "1000")
    await bill(firm, "i-1", "500")
    await bill(firm, "i-2", "100")
    statement = await firm.statement(period="2017-M03")
    assert [each["credit"]["document"]["document_id"] for each in statement["sections"][0]["lines"]] == ["i-1"]
    assert [each["kind"] for each in statement["unpaid"]] == ["no_rule"]


@pytest.mark.parametrize(
    ("changes", "pointer", "detail"),
    [
        (
            {"measures": [measure(counts="deals")]},
            "/measures/0/rules/0",
            "invoices are not counted by deals, and billed is about them",
        ),
        (
            {"credit_rules": [rule("payment", when={"field": "invoice_amount", "above": "5"})]},
            "/credit_rules/0/when",
            "payments have no invoice_amount",
        ),
        (
            {"credit_rules": [rule("booking", when={"field": "paid_on", "since": "2017-01-01"})]},
            "/credit_rules/0/when",
            "deals have no paid_on",
        ),
    ],
)
async def test_a_plan_that_asks_bills_for_what_they_do_not_have_is_refused(
    firm: Company, changes: dict[str, Any], pointer: str, detail: str
) -> None:
    body = {"plan_id": "p", "name": "P", "currency": "USD", "pays": "month", "credit_rules": [rule("invoice")]}
    body |= {"measures": [measure()], "components": [ten_percent()], "rounding": {"rule": "half_up", "at": "end"}}
    answer = await firm.post("/v1/plans", body | changes)
    assert answer.status_code == 422
    assert (pointer, detail) in [(each["pointer"], each["detail"]) for each in answer.json()["errors"]]


async def test_a_plan_says_in_words_that_it_pays_by_cash(firm: Company) -> None:
    await settle(firm, "payment", components=[ten_percent(since="2017-01-01")])
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert words.startswith("10% of billed (own payments) by month; received from 2017-01-01.")
