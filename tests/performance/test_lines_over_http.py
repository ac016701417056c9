"""Lines and custom fields of deals over HTTP: delivered, shown, corrected by hand."""

from typing import Any

import pytest

from tests.performance.crm import Office, says, won

LINES = [
    {"line_id": "1", "product_id": "gtx-pro", "type": "license", "quantity": 2, "amount": 900, "fields": {"sku": "A"}},
    {"line_id": "2", "amount": 100.5, "value_per_year": 33.5, "term_months": 36, "renewal": False},
]
BY_HAND: dict[str, Any] = {
    "lines": [{"line_id": "1", "amount": "70.00"}, {"line_id": "2", "amount": "30", "margin": "-5.00"}],
    "reason": "The order form says so",
}
FIELDS: dict[str, Any] = {
    "fields": [
        {"name": "region", "type": "text", "value": "APAC"},
        {"name": "discount", "type": "number", "value": "12.50"},
        {"name": "strategic", "type": "flag", "value": True},
        {"name": "live_on", "type": "day", "value": "2017-06-01"},
    ],
    "reason": "Moved by the account team",
}


async def test_lines_and_fields_are_delivered_one_by_one_or_in_a_batch_and_shown(crm: Office) -> None:
    await crm.deliver(won("1000.50", lines=LINES, fields={"region": "EMEA", "discount": 12.5}))
    deal = await crm.deal("D-1")
    absent: dict[str, Any] = {"product_id": None, "type": None, "quantity": None, "margin": None, "fields": []}
    recurring = {"value_per_year": None, "term_months": None, "renewal": None}
    assert deal["lines"] == [
        absent
        | recurring
        | {"line_id": "1", "product_id": "gtx-pro", "type": "license", "quantity": "2", "amount": "900.00"}
        | {"fields": [{"name": "sku", "type": "text", "value": "A"}]},
        absent | {"line_id": "2", "amount": "100.50", "value_per_year": "33.50", "term_months": 36, "renewal": False},
    ]
    assert deal["lines_add_up"] is True
    assert deal["fields"] == [
        {"name": "discount", "type": "number", "value": "12.5"},
        {"name": "region", "type": "text", "value": "EMEA"},
    ]
    batch = [says("updated", "2017-04-01T00:00:00Z", fields={"region": None}), won("7", deal_id="B", lines=[LINES[1]])]
    answer = await crm.batch(batch, "msg_2")
    assert [each["pointer"] for each in answer.json()["parked"]] == ["/data/amount"]
    assert [each["name"] for each in (await crm.deal("D-1"))["fields"]] == ["discount"]


async def test_a_deal_whose_amount_alone_was_corrected_says_that_its_lines_do_not_add_up(crm: Office) -> None:
    await crm.deliver(won(lines=LINES, amount=None))
    assert (await crm.deal("D-1"))["amount"]["amount"] == "1000.50"
    await crm.deliver(says("updated", "2017-04-01T00:00:00Z", amount=999), "msg_2")
    deal = await crm.deal("D-1")
    assert (deal["amount"]["amount"], deal["lines_add_up"], len(deal["lines"])) == ("999.00", False, 2)


async def test_later_deliveries_of_a_batch_know_the_currency_and_fields_of_earlier_ones(crm: Office) -> None:
    fields = [{f"field_{batch}_{number}": 1 for number in range(50)} for batch in range(5)]
    deliveries = [says("opened", amount=5, currency="USD"), says("updated", lines=[LINES[1]])]
    answer = await crm.batch([*deliveries, *(says("updated", fields=each) for each in fields)])
    assert [(each["index"], each["pointer"]) for each in answer.json()["parked"]] == [(6, "/data/fields")]
    again = await crm.deliver(says("updated", fields={"one_more": 1}), "msg_2")
    assert [each["pointer"] for each in again.json()["parked"]] == ["/data/fields"]
    assert (await crm.deal("D-1"))["amount"] == {"amount": "100.50", "currency": "USD"}


async def test_lines_are_set_by_hand_and_the_amount_is_their_sum(crm: Office) -> None:
    await crm.deliver(won())
    headers = {"If-Match": '"1"', "Idempotency-Key": "lines-1"}
    first = await crm.post("/v1/deals/crm.D-1/lines", BY_HAND, "comp_admin", **headers)
    again = await crm.post("/v1/deals/crm.D-1/lines", BY_HAND, "comp_admin", **headers)
    assert first.json() == again.json() == {"id": "crm.D-1", "version": 2}
    deal = await crm.deal("D-1")
    assert deal["amount"] == {"amount": "100.00", "currency": "USD"}
    assert [(each["amount"], each["margin"]) for each in deal["lines"]] == [("70.00", None), ("30.00", "-5.00")]
    last = (await crm.get("/v1/deals/crm.D-1/history")).json()["events"][-1]
    assert (last["type"], last["changed"], last["reason"]) == (
        "DealAmended",
        ["amount", "lines"],
        "The order form says so",
    )
    stale = await crm.post("/v1/deals/crm.D-1/lines", BY_HAND | {"reason": "x"}, "comp_admin", **{"If-Match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"line_id": "1", "amount": "5.00"}, "/lines/1/line_id"),
        ({"line_id": "2", "amount": "5.001"}, "/lines/1/amount"),
        ({"line_id": "2", "amount": "-5"}, "/lines/1/amount"),
        ({"line_id": "2", "amount": 5}, "/lines/1/amount"),
        ({"line_id": "2", "amount": "5", "term_months": 0}, "/lines/1/term_months"),
        ({"line_id": "2", "amount": "5", "renewal": 1}, "/lines/1/renewal"),
        ({"line_id": "2", "amount": "5", "type": "a\x00b"}, "/lines/1/type"),
        ({"line_id": "2", "amount": "5", "colour": "red"}, "/lines/1/colour"),
    ],
)
async def test_a_wrong_line_by_hand_is_refused_with_its_place(crm: Office, line: dict[str, Any], pointer: str) -> None:
    await crm.deliver(won())
    body = {"lines": [{"line_id": "1", "amount": "5.00"}, line], "reason": "x"}
    answer = await crm.post("/v1/deals/crm.D-1/lines", body, "comp_admin")
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [pointer])


async def test_fields_are_set_and_removed_by_hand(crm: Office) -> None:
    await crm.deliver(won(fields={"region": "EMEA", "code": "x"}))
    await crm.post("/v1/deals/crm.D-1/fields", FIELDS | {"removed": ["code"]}, "integration")
    assert (await crm.deal("D-1"))["fields"] == [
        {"name": "discount", "type": "number", "value": "12.50"},
        {"name": "live_on", "type": "day", "value": "2017-06-01"},
        {"name": "region", "type": "text", "value": "APAC"},
        {"name": "strategic", "type": "flag", "value": True},
    ]
    twice = await crm.post("/v1/deals/crm.D-1/fields", FIELDS | {"fields": FIELDS["fields"][:1] * 2}, "integration")
    assert [each["pointer"] for each in twice.json()["errors"]] == ["/fields/1/name"]
    wrong = [{"name": "a/b", "type": "text", "value": "x"}, {"name": "n", "type": "number", "value": 1.5}]
    answer = await crm.post("/v1/deals/crm.D-1/fields", FIELDS | {"fields": wrong}, "integration")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/fields/0/name", "/fields/1/value"]


async def test_who_may_not_describe_deals_is_refused(crm: Office) -> None:
    await crm.deliver(won())
    for path, body in (("lines", BY_HAND), ("fields", FIELDS)):
        assert (await crm.post(f"/v1/deals/crm.D-1/{path}", body, "rep")).status_code == 403
        assert (await crm.post(f"/v1/deals/crm.X/{path}", body, "comp_admin")).status_code == 404
    await crm.deliver(says("opened", deal_id="B"), "msg_2")
    answer = await crm.post("/v1/deals/crm.B/lines", BY_HAND, "comp_admin")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/deal-has-no-currency")
