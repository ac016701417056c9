"""What-ifs over HTTP: other documents and deals that are only thought of, and nothing of it is kept."""

from typing import Any

import httpx

from edge.auth import Role
from events.store import log
from tests.compensation.company import ACCELERATED, Company, commission

STEEPER = ACCELERATED | {"components": [commission({"up_to": "100", "rate": "5"}, {"up_to": None, "rate": "20"})]}
ABOUT_PRO = STEEPER | {"credit_rules": [{"id": "own", "when": {"field": "product", "equals": "GTX Pro"}}]}
MORE = {"amount": {"amount": "500.00", "currency": "USD"}, "booked_on": "2017-03-20"}


async def ask(firm: Company, *roles: Role, by: str = "carol", **said: Any) -> httpx.Response:
    await firm.derive()
    body = {"year": "2017"} | said
    return await firm.http.post("/v1/what-ifs", json=body, headers=firm.speaks(by, *roles))


def sums(answer: httpx.Response, when: str) -> list[tuple[str, int, str]]:
    [found] = answer.json()["items"]
    return [(each["period"], each["tier"], each["earned"]["amount"]) for each in found[when]]


async def test_one_more_deal_earns_what_it_would_earn_if_it_were_won(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    answer = await ask(firm, person_ids=["ada"], deals=[MORE])
    assert answer.status_code == 200, answer.text
    assert sums(answer, "now") == [("2017-Q1", 1, "45.00")]
    assert sums(answer, "then") == [("2017-Q1", 2, "82.00")]
    assert answer.json()["then"] == [{"amount": "82.00", "currency": "USD"}]
    await firm.win("crm.2", "500")
    assert (await firm.statement())["earned"] == answer.json()["then"]


async def test_another_document_pays_everybody_on_the_plan_by_its_rates(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "1500")
    answer = await ask(firm, plan_id="accelerated", document=STEEPER)
    assert (sums(answer, "now"), sums(answer, "then")) == ([("2017-Q1", 2, "90.00")], [("2017-Q1", 2, "150.00")])


async def test_a_document_that_sums_do_not_understand_is_computed_deal_by_deal(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "1500")
    await firm.win("crm.2", "700", product="MG Basic")
    answer = await ask(firm, plan_id="accelerated", document=ABOUT_PRO, deals=[MORE | {"product": "gtx pro"}])
    assert sums(answer, "then") == [("2017-Q1", 2, "250.00")]
    [waiting] = answer.json()["items"][0]["waiting"]
    assert (waiting["kind"], waiting["credit_count"]) == ("no_rule", 1)


async def test_a_document_holds_from_its_day_on(firm: Company) -> None:
    await firm.settle()
    await firm.quota("ada", "2017-Q2", "1000")
    await firm.win("crm.1", "1500")
    await firm.win("crm.2", "1500", booked_on="2017-05-02")
    answer = await ask(firm, plan_id="accelerated", document=STEEPER, effective_on="2017-04-01")
    assert sums(answer, "then") == [("2017-Q1", 2, "90.00"), ("2017-Q2", 2, "150.00")]


async def test_nothing_of_a_what_if_is_kept(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    await firm.derive()
    position = await firm.store.read(log.last_position)
    before = await firm.statement()
    await ask(firm, plan_id="accelerated", document=STEEPER, deals=[MORE])
    assert await firm.statement() == before
    assert await firm.store.read(log.last_position) == position


async def test_a_faulty_document_is_refused_with_the_place_of_each_fault(firm: Company) -> None:
    await firm.settle()
    answer = await ask(firm, plan_id="accelerated", document=STEEPER | {"measures": []})
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_what_if_that_asks_nothing_sensible_is_refused(firm: Company) -> None:
    await firm.settle()
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({}, 422, "what-if-is-about-nobody"),
        ({"person_ids": ["ada"], "year": "2017-Q1"}, 422, "what-if-is-of-a-year"),
        ({"person_ids": ["ada"], "document": STEEPER}, 422, "document-has-no-plan"),
        ({"plan_id": "unheard-of"}, 404, "plan-is-unknown"),
    ]
    for said, status, name in cases:
        answer = await ask(firm, **said)
        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, name)


async def test_people_ask_about_themselves_and_only_those_who_look_after_plans_about_documents(firm: Company) -> None:
    await firm.settle()
    cases: list[tuple[str, Role, dict[str, Any], int]] = [
        ("ada", "rep", {"person_ids": ["ada"], "deals": [MORE]}, 200),
        ("bob", "rep", {"person_ids": ["ada"], "deals": [MORE]}, 403),
        ("mia", "manager", {"person_ids": ["ada"], "deals": [MORE]}, 200),
        ("ada", "rep", {"person_ids": ["ada"], "plan_id": "accelerated", "document": STEEPER}, 403),
        ("mia", "manager", {"plan_id": "accelerated"}, 403),
        ("carol", "finance", {"plan_id": "accelerated", "document": STEEPER}, 200),
    ]
    for by, role, said, status in cases:
        assert (by, (await ask(firm, role, by=by, **said)).status_code) == (by, status)
