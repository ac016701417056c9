"""Who is paid in another currency than the plan's: by which rate, what it costs, and what is held or taken back."""

from datetime import date
from typing import Any

from events.contracts.performance import DealCancelledV1
from tests.compensation.company import Company, person
from tests.compensation.test_exchange import DAILY, pounds, tell, win_pounds


async def test_who_is_paid_in_another_currency_sees_the_rate_and_what_it_costs(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(
        pays="month",
        exchange={"deal": DAILY, "attainment": DAILY, "payment": DAILY | {"pay_days": 30}},
        draw={"amount": "24.40", "recoverable": True},
    )
    body = {"person_id": "ada", "plan_id": "accelerated", "starts_on": "2017-02-01", "pay_currency": "GBP"}
    assert (await firm.post("/v1/assignments", body)).status_code == 201
    await firm.quota("ada", "2017-Q1", "2000")
    await win_pounds(firm)
    assert [each["kind"] for each in await firm.exceptions()] == ["no_rate"]
    [payout, *_] = (await firm.statement())["payouts"]
    assert (payout["waits"], payout["paid"]["amount"]) == (True, "0.00")
    await tell(firm, "1.22", "2017-02-01")
    await tell(firm, "1.25", "2017-03-30")
    statement = await firm.statement(period="2017-M02")
    [section] = statement["sections"]
    assert (section["earned"], section["as_paid"]) == (
        {"amount": "61.00", "currency": "USD"},
        {"amount": "50.00", "currency": "GBP"},
    )
    assert section["lines"][0]["payment"]["amount"] == {"amount": "50.00", "currency": "GBP"}
    assert "USD 61.00 is paid as GBP 50.00 (GBP 1 = USD 1.22, daily rate" in section["lines"][0]["sentence"]
    [payout] = statement["payouts"]
    assert (payout["paid"], payout["waits"]) == ({"amount": "50.00", "currency": "GBP"}, False)
    assert payout["cost"]["posted"] == {"amount": "61.00", "currency": "USD"}
    assert payout["cost"]["paid_on"] == "2017-03-30"
    assert payout["cost"]["paid"] == {"amount": "62.50", "currency": "USD"}
    assert payout["cost"]["difference"] == {"amount": "1.50", "currency": "USD"}
    [march] = (await firm.statement(period="2017-M03"))["payouts"]
    assert (march["paid"], march["advance"]) == (
        {"amount": "19.52", "currency": "GBP"},
        {"amount": "19.52", "currency": "GBP"},
    )
    page = (await firm.get("/v1/statements/ada", accept="text/plain", period="2017-M02")).text
    assert "Cost on the pay date, 2017-03-30" in page


async def test_a_plan_that_does_not_say_by_which_rate_it_pays_lets_pay_in_another_currency_wait(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    body = {"person_id": "bob", "plan_id": "accelerated", "starts_on": "2017-01-01", "pay_currency": "GBP"}
    assert (await firm.post("/v1/assignments", body)).status_code == 201
    await firm.win("crm.D-2", "500", person("bob"))
    assert [each["kind"] for each in await firm.exceptions()] == ["no_payment_rule"]


async def paid_in_halves(firm: Company) -> None:
    """Sell 500 pounds in February, of which ada is paid 10%, in two halves two months apart, and in pounds."""
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(
        pays="month",
        exchange={"deal": DAILY, "attainment": DAILY, "payment": DAILY},
        instalments=[{"part": "1", "due": "booking"}, {"part": "1", "due": "months", "months": 2}],
        clawback={"percent": "100"},
    )
    body = {"person_id": "ada", "plan_id": "accelerated", "starts_on": "2017-02-01", "pay_currency": "GBP"}
    assert (await firm.post("/v1/assignments", body)).status_code == 201
    await firm.quota("ada", "2017-Q1", "2000")
    await tell(firm, "1.22", "2017-02-01")
    await tell(firm, "2", "2017-04-01")
    await win_pounds(firm)


def paid(statement: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["period"], each["paid"]["amount"]) for each in statement["payouts"]]


async def test_what_is_held_is_paid_by_the_rate_by_which_it_was_earned(firm: Company) -> None:
    await paid_in_halves(firm)
    [held] = (await firm.statement(period="2017-M02"))["held"]
    assert (held["amount"]["amount"], held["as_paid"]) == ("30.50", {"amount": "25.00", "currency": "GBP"})
    assert "USD 30.50, paid as GBP 25.00, is due 2 months after it" in held["sentence"]
    assert paid(await firm.statement(period="2017")) == [
        ("2017-M02", "25.00"),
        ("2017-M03", "0.00"),
        ("2017-M04", "25.00"),
        *((f"2017-M{month:02}", "0.00") for month in range(5, 12)),
    ]


async def test_what_was_paid_in_pounds_is_taken_back_in_the_same_pounds(firm: Company) -> None:
    await paid_in_halves(firm)
    await firm.deal(DealCancelledV1, "crm.D-1", changed=("status",), cancelled_on=date(2017, 3, 9), **pounds())
    march = await firm.statement(period="2017-M03")
    assert [each["as_paid"] for each in march["clawed"]] == [{"amount": "-25.00", "currency": "GBP"}]
    assert march["payouts"][0]["debt"] == {"amount": "25.00", "currency": "GBP"}
