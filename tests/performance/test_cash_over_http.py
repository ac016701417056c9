"""Invoices and payments over HTTP: recorded, corrected, refunded, listed, and seen by whom they concern."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.performance.crm import Office, won

INVOICE: dict[str, Any] = {
    "invoice_id": "i-1",
    "deal_id": "crm.D-1",
    "amount": {"amount": "100.00", "currency": "USD"},
    "issued_on": "2017-03-31",
    "lines": [{"line_id": "1", "amount": "60"}, {"line_id": "2", "amount": "40.00"}],
}
PAYMENT: dict[str, Any] = {
    "payment_id": "p-1",
    "invoice_id": "i-1",
    "amount": {"amount": "80.00", "currency": "USD"},
    "received_on": "2017-04-20",
}
REFUND: dict[str, Any] = {
    "refund_id": "r-1",
    "amount": {"amount": "30.00", "currency": "USD"},
    "refunded_on": "2017-05-02",
    "reason": "One unit was returned",
}
AMEND: dict[str, Any] = {
    "amount": {"amount": "90.00", "currency": "USD"},
    "issued_on": "2017-04-01",
    "reason": "A discount",
}


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def places(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["pointer"] for each in answer.json()["errors"]]


async def billed(crm: Office) -> None:
    await crm.deliver(won("100.00"))
    assert (await crm.post("/v1/invoices", INVOICE, "finance")).status_code == 201
    assert (await crm.post("/v1/payments", PAYMENT, "integration")).status_code == 201


async def test_an_invoice_is_issued_amended_and_voided(crm: Office) -> None:
    await billed(crm)
    shown = await crm.get("/v1/invoices/i-1", "auditor")
    assert (shown.headers["ETag"], shown.json()) == (
        '"1"',
        {
            "invoice_id": "i-1",
            "deal_id": "crm.D-1",
            "amount": {"amount": "100.00", "currency": "USD"},
            "issued_on": "2017-03-31",
            "lines": [{"line_id": "1", "amount": "60.00"}, {"line_id": "2", "amount": "40.00"}],
            "voided_on": None,
            "reason": None,
            "version": 1,
        },
    )
    headers = {"If-Match": '"1"', "Idempotency-Key": "amend-1"}
    first = await crm.post("/v1/invoices/i-1/amend", AMEND, "finance", **headers)
    again = await crm.post("/v1/invoices/i-1/amend", AMEND, "finance", **headers)
    assert first.json() == again.json() == {"id": "i-1", "version": 2}
    stale = await crm.post("/v1/invoices/i-1/amend", AMEND | {"reason": "x"}, "finance", **{"If-Match": '"1"'})
    assert problem(stale) == (412, "stream-is-at-another-version")
    await crm.post("/v1/invoices/i-1/void", {"voided_on": "2017-04-02", "reason": "Sent twice"}, "comp_admin")
    [row] = (await crm.get("/v1/invoices", "finance", deal_id="crm.D-1")).json()["items"]
    assert (row["amount"]["amount"], row["lines"], row["voided_on"], row["reason"], row["version"]) == (
        "90.00",
        [],
        "2017-04-02",
        "Sent twice",
        3,
    )
    assert problem(await crm.post("/v1/invoices/i-1/amend", AMEND, "finance")) == (409, "invoice-is-voided")


async def test_a_payment_is_received_and_refunded_in_parts(crm: Office) -> None:
    await billed(crm)
    assert (await crm.post("/v1/payments/p-1/refunds", REFUND, "finance")).json() == {"id": "p-1", "version": 2}
    assert (await crm.post("/v1/payments/p-1/refunds", REFUND, "finance")).json()["version"] == 2
    too_much = REFUND | {"refund_id": "r-2", "amount": {"amount": "50.01", "currency": "USD"}}
    refused = await crm.post("/v1/payments/p-1/refunds", too_much, "finance")
    assert problem(refused) == (409, "refund-is-more-than-was-received")
    assert refused.json()["left"] == {"amount": "50.00", "currency": "USD"}
    shown = await crm.get("/v1/payments/p-1", "planner")
    assert (shown.headers["ETag"], shown.json()) == (
        '"2"',
        {
            "payment_id": "p-1",
            "deal_id": "crm.D-1",
            "invoice_id": "i-1",
            "amount": {"amount": "80.00", "currency": "USD"},
            "received_on": "2017-04-20",
            "refunded": {"amount": "30.00", "currency": "USD"},
            "refunds": [
                {
                    "refund_id": "r-1",
                    "amount": {"amount": "30.00", "currency": "USD"},
                    "refunded_on": "2017-05-02",
                    "reason": "One unit was returned",
                }
            ],
            "version": 2,
        },
    )


async def test_of_refunds_that_come_at_once_no_more_is_taken_than_was_received(crm: Office) -> None:
    await billed(crm)
    refunds = [REFUND | {"refund_id": f"r-{number}"} for number in range(8)]
    answers = await asyncio.gather(*(crm.post("/v1/payments/p-1/refunds", each, "finance") for each in refunds))
    assert sorted(answer.status_code for answer in answers) == [201, 201, *([409] * 6)]
    assert (await crm.get("/v1/payments/p-1", "finance")).json()["refunded"]["amount"] == "60.00"


async def test_lists_come_page_by_page_and_narrowed(crm: Office) -> None:
    await billed(crm)
    await crm.deliver(won(deal_id="D-2"), "msg_2")
    for number in range(2, 6):
        deal: dict[str, Any] = {"deal_id": f"crm.D-{1 + number % 2}", "lines": []}
        await crm.post("/v1/invoices", INVOICE | deal | {"invoice_id": f"i-{number}"}, "finance")
        await crm.post("/v1/payments", PAYMENT | {"payment_id": f"p-{number}", "invoice_id": f"i-{number}"}, "finance")
    for path, key in (("/v1/invoices", "invoice_id"), ("/v1/payments", "payment_id")):
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await crm.get(path, "finance", limit=2, **cursor)).json()
            found += [each[key] for each in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert found == [f"{path[4]}-{number}" for number in range(1, 6)]
        narrowed = (await crm.get(path, "finance", deal_id="crm.D-2")).json()["items"]
        assert [each[key] for each in narrowed] == [f"{path[4]}-3", f"{path[4]}-5"]
        assert problem(await crm.get(path, "finance", cursor="x")) == (422, "cursor-is-invalid")
    one = (await crm.get("/v1/payments", "finance", invoice_id="i-4")).json()["items"]
    assert [each["payment_id"] for each in one] == ["p-4"]


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"deal_id": "crm.X"}, ["/deal_id"]),
        ({"amount": {"amount": "99.00", "currency": "USD"}}, ["/amount"]),
        ({"amount": {"amount": "0.00", "currency": "USD"}}, ["/amount/amount"]),
        ({"amount": {"amount": "100.001", "currency": "USD"}}, ["/amount"]),
        ({"amount": 100}, ["/amount"]),
        ({"lines": [{"line_id": "1", "amount": "60.001"}]}, ["/lines/0/amount"]),
        ({"lines": [{"line_id": "1", "amount": "-60"}]}, ["/lines/0/amount"]),
        ({"lines": [{"line_id": "1", "amount": "50"}] * 2}, ["/lines"]),
        ({"issued_on": "2017-02-30"}, ["/issued_on"]),
        ({"invoice_id": "a/b"}, ["/invoice_id"]),
        ({"colour": "red"}, ["/colour"]),
    ],
)
async def test_a_wrong_invoice_is_refused_with_its_place(
    crm: Office, changes: dict[str, Any], pointers: list[str]
) -> None:
    await crm.deliver(won("100.00"))
    assert places(await crm.post("/v1/invoices", INVOICE | changes, "finance")) == pointers


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"invoice_id": "i-9"}, ["/invoice_id"]),
        ({"invoice_id": None, "deal_id": "crm.X"}, ["/deal_id"]),
        ({"deal_id": "crm.D-2"}, ["/deal_id"]),
        ({"amount": {"amount": "-1", "currency": "USD"}}, ["/amount/amount"]),
        ({"received_on": 20170420}, ["/received_on"]),
        ({"payment_id": "x" * 81}, ["/payment_id"]),
    ],
)
async def test_a_wrong_payment_is_refused_with_its_place(
    crm: Office, changes: dict[str, Any], pointers: list[str]
) -> None:
    await billed(crm)
    assert places(await crm.post("/v1/payments", PAYMENT | {"payment_id": "p-2"} | changes, "finance")) == pointers


async def test_what_pays_for_nothing_or_in_another_currency_is_refused(crm: Office) -> None:
    await billed(crm)
    nothing = {"payment_id": "p-2", "amount": PAYMENT["amount"], "received_on": "2017-04-20"}
    assert problem(await crm.post("/v1/payments", nothing, "finance")) == (422, "payment-is-for-nothing")
    euros = PAYMENT | {"payment_id": "p-2", "amount": {"amount": "5.00", "currency": "EUR"}}
    assert problem(await crm.post("/v1/payments", euros, "finance")) == (409, "payment-is-in-another-currency")
    other = INVOICE | {"issued_on": "2017-03-30"}
    refused = await crm.post("/v1/invoices", other, "finance")
    assert (problem(refused), refused.json()["issued_on"]) == ((409, "invoice-is-issued-already"), "2017-03-31")


async def test_who_may_not_record_or_read_cash_is_refused(crm: Office) -> None:
    await billed(crm)
    for path, body in (("/v1/invoices", INVOICE), ("/v1/payments", PAYMENT), ("/v1/payments/p-1/refunds", REFUND)):
        assert problem(await crm.post(path, body, "auditor")) == (403, "not-allowed")
    for path in ("/v1/invoices", "/v1/invoices/i-1", "/v1/payments", "/v1/payments/p-1"):
        assert problem(await crm.get(path, "rep")) == (403, "not-allowed")
    assert problem(await crm.get("/v1/invoices/i-9", "finance")) == (404, "invoice-is-unknown")
    assert problem(await crm.get("/v1/payments/p-9", "finance")) == (404, "payment-is-unknown")
    assert problem(await crm.post("/v1/payments/p-9/refunds", REFUND, "finance")) == (404, "payment-is-unknown")
