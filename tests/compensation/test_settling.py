"""What a booking earned is let out as the deal is invoiced, or as cash for it comes in, at the rate of the booking."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compensation.domain.engine.settling import Settlement, portions
from events.contracts.performance import DealCancelledV1, InvoicedLineV1, LineV1
from tests.compensation.billed import APRIL, FEBRUARY, MARCH, MAY, bill, pay, refund, settle, ten_percent
from tests.compensation.company import Company, person, usd

ON_BOOKINGS: dict[str, Any] = {"credit_rules": [{"id": "billed"}]}


def by(due: str) -> list[dict[str, str]]:
    return [{"part": "100", "due": due}]


async def paid_by(firm: Company, due: str, **plan: Any) -> None:
    """Pay Ada ten percent of what she books, as the deal is billed or paid."""
    await settle(firm, "booking", instalments=by(due), **plan)


async def payable(firm: Company, month: str) -> list[str]:
    """Return what a month pays; also by what is stored."""
    statement = await firm.statement("ada", f"2017-M{month}")
    found = [each["amount"] for each in statement["payable"]]
    listed = (await firm.get("/v1/statements", period=f"2017-M{month}")).json()["items"]
    assert found == [each["payable"]["amount"] for each in listed if each["person_id"] == "ada"]
    return found


async def test_cash_lets_out_its_part_of_what_was_earned_and_takes_it_back_when_it_goes_back(firm: Company) -> None:
    await paid_by(firm, "payment")
    await firm.win("crm.1", "1000")
    assert await payable(firm, "02") == ["0.00"]
    [waiting] = (await firm.statement("ada", "2017-M02"))["held"]
    assert (waiting["amount"]["amount"], waiting["status"]) == ("100.00", "waiting")
    assert waiting["sentence"].startswith(
        "All of what deal crm.1, booked on 2017-02-03, earned, USD 100.00, is due as cash for the deal comes in: "
    )
    await pay(firm, "p-1", "300")
    await refund(firm, "p-1", "100", "300")
    await pay(firm, "p-2", "900", on=date(2017, 6, 1))
    assert [await payable(firm, month) for month in ("02", "04", "05", "06")] == [
        ["0.00"],
        ["30.00"],
        ["-10.00"],
        ["80.00"],
    ]
    [released] = (await firm.statement("ada", "2017-M04"))["released"]
    assert released["sentence"].startswith(
        "Part 1 of 3 of what deal crm.1, booked on 2017-02-03, earned, USD 30.00, is due with payment p-1: "
        "paid in 2017-M04"
    )


async def test_the_rate_is_that_of_the_booking(firm: Company) -> None:
    tiers = [{"up_to": "1000", "rate": "10"}, {"up_to": None, "rate": "20"}]
    table = {"kind": "step", "over": "measure", "pays": "percent", "tiers": tiers}
    quarter = [{"id": "billed", "counts": "amount", "rules": ["billed"], "interval": "quarter"}]
    await paid_by(firm, "payment", measures=quarter, components=[ten_percent(table=table)])
    await firm.win("crm.1", "1000")
    await firm.win("crm.2", "1000", booked_on=MARCH)
    await pay(firm, "p-1", "1000", on=APRIL)
    await pay(firm, "p-2", "500", on=MAY, deal_id="crm.2")
    assert [await payable(firm, month) for month in ("02", "03", "04", "05")] == [
        ["0.00"],
        ["0.00"],
        ["100.00"],
        ["100.00"],
    ]


async def test_what_no_cash_has_let_out_lapses_when_the_customer_cancels(firm: Company) -> None:
    await paid_by(firm, "payment", clawback={"percent": "100"})
    await firm.win("crm.1", "1000")
    await pay(firm, "p-1", "250", on=MARCH)
    terms: dict[str, Any] = {
        "owner": person("ada"),
        "amount": usd("1000"),
        "booked_on": FEBRUARY,
        "account": "Acme",
        "product": "GTX Pro",
    }
    await firm.deal(DealCancelledV1, "crm.1", changed=("status",), cancelled_on=APRIL, **terms)
    await pay(firm, "p-2", "750", on=MAY)
    assert [await payable(firm, month) for month in ("02", "03", "04")] == [["0.00"], ["25.00"], ["-25.00"]]
    assert await payable(firm, "05") == []
    assert [each["status"] for each in (await firm.statement("ada", "2017-M04"))["released"]] == ["lapsed"]


async def test_an_invoice_with_lines_lets_out_what_those_lines_earned(firm: Company) -> None:
    await paid_by(firm, "invoice")
    lines = (LineV1(line_id="L-1", amount=Decimal(400)), LineV1(line_id="L-2", amount=Decimal(600)))
    await firm.win("crm.1", "1000", lines=lines)
    await bill(firm, "i-1", "400", MARCH, lines=(InvoicedLineV1(line_id="L-1", amount=Decimal(400)),))
    await bill(firm, "i-2", "100", APRIL, currency="EUR")
    assert [await payable(firm, month) for month in ("02", "03")] == [["0.00"], ["40.00"]]
    assert await payable(firm, "04") == []


async def test_what_is_paid_by_bills_is_not_let_out_by_them(firm: Company) -> None:
    draft = {
        "name": "Twice",
        "currency": "USD",
        "pays": "month",
        "credit_rules": [{"id": "billed", "trigger": "payment"}],
        "measures": [{"id": "billed", "counts": "amount", "rules": ["billed"], "interval": "month"}],
        "components": [ten_percent(instalments=by("payment"))],
        "rounding": {"rule": "half_up", "at": "end"},
    }
    refused = await firm.post("/v1/plans", {"plan_id": "twice"} | draft)
    [fault] = refused.json()["errors"]
    assert (fault["pointer"], fault["detail"]) == (
        "/components/0/instalments/0/due",
        "payments let out what bookings earned, and commission pays for payments",
    )


def settled(*several: tuple[int, str]) -> Iterator[Settlement]:
    for day, amount in several:
        yield Settlement(kind="payment", document_id=f"p-{day}", on=date(2017, 1, day), amount=Decimal(amount))


@pytest.mark.parametrize(
    ("several", "parts"),
    [
        ((), [1]),
        (((2, "25"), (1, "50")), [Decimal("0.5"), Decimal("0.75"), 1]),
        (((1, "150"), (2, "-100")), [1, Decimal("0.5"), 1]),
        (((1, "100"),), [1]),
        (((1, "-10"), (2, "20")), [0, Decimal("0.1"), 1]),
        (((1, "50"), (20, "50")), [Decimal("0.5"), 1]),
    ],
)
def test_portions_are_of_the_whole_to_date(several: tuple[tuple[int, str], ...], parts: list[Decimal]) -> None:
    found = list(portions(settled(*several), "payment", Decimal(100), date(2017, 1, 10)))
    assert [each.part for each in found] == parts
