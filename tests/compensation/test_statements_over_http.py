"""Statements over HTTP: what is earned and why, what happens when deals change."""

from datetime import date
from typing import Any

import pytest

from events.contracts.performance import (
    DealAmendedV1,
    DealCancelledV1,
    DealDeletedV1,
    DealEventV1,
    DealLostV1,
    DealOwnerChangedV1,
    DealReopenedV1,
    DealSplitSetV1,
    DealStageMovedV1,
    DealWonV1,
    UnmatchedOwner,
)
from tests.compensation.company import ACCELERATED, Company, commission, person, split, usd

FEBRUARY = date(2017, 2, 3)


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def won(amount: str, **terms: Any) -> dict[str, Any]:
    return {"owner": person("ada"), "amount": usd(amount), "booked_on": FEBRUARY} | terms


async def earned(firm: Company, person_id: str = "ada", period: str = "2017-Q1") -> list[dict[str, str]]:
    return (await firm.statement(person_id, period))["earned"]


async def test_every_cent_is_explained_by_its_event_split_and_slices(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    await firm.win("crm.2", "400", splits=split((person("ada"), "50"), (person("bob"), "50")))
    statement = await firm.statement()
    [section] = statement["sections"]
    assert (statement["name"], statement["earned"], statement["credited"]) == (
        "Ada Lovelace",
        [money("58.00")],
        [money("1100.00")],
    )
    assert (section["component"], section["quota"], section["percent"]) == ("commission", "1000.00", "110.00")
    assert (section["attained"], section["measured_in"], section["tier"]) == ("1100.00", "2017-Q1", 2)
    line = section["lines"][1]
    assert line["credit"]["amount"] == money("200.00")
    assert line["credit"]["percent"] == "50"
    assert line["credit"]["event"]["event_type"] == "DealWonV1"
    assert line["credit"]["event"]["source"] == "/services/performance"
    assert [(each["pay_base"], each["rate"], each["earned"]) for each in line["slices"]] == [
        ("100.00", "5", money("5.00")),
        ("100.00", "8", money("8.00")),
    ]
    assert (line["plan_id"], line["plan_version"]) == ("accelerated", 1)
    assert line["sentence"] == (
        "Deal crm.2 (GTX Pro, Acme), booked on 2017-02-03, counts USD 200.00 (50% of USD 400.00) and takes 2017-Q1 "
        "from 90.00% to 110.00% of quota: USD 100.00 at 5% + USD 100.00 at 8% = USD 13.00. "
        "Plan accelerated, version 1, commission."
    )


async def test_the_event_on_a_line_stands_in_our_own_log(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    event = (await firm.statement())["sections"][0]["lines"][0]["credit"]["event"]
    assert event["position"] == (await firm.statement())["computed_up_to"] - 1  # the attainment was told after it
    assert event["version"] == 1


@pytest.mark.parametrize("kind", [DealLostV1, DealReopenedV1, DealCancelledV1, DealDeletedV1])
async def test_what_is_no_longer_won_is_undone_exactly(firm: Company, kind: type[DealEventV1]) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    before = await firm.statement()
    await firm.win("crm.2", "333.33")
    assert await earned(firm) == [money("68.67")]
    await firm.deal(kind, "crm.2", **won("333.33"))
    after = await firm.statement()
    assert after | {"computed_up_to": 0} == before | {"computed_up_to": 0}


async def test_a_correction_pays_what_the_deal_is_worth_now(firm: Company) -> None:
    await firm.settle()
    await firm.deal(DealWonV1, "crm.1", **won("9000"))
    await firm.deal(DealAmendedV1, "crm.1", **won("750"))
    assert await earned(firm) == [money("37.50")]
    await firm.deal(DealSplitSetV1, "crm.1", **won("750", splits=split((person("ada"), "20"), (person("bob"), "80"))))
    assert await earned(firm) == [money("7.50")]
    await firm.deal(DealOwnerChangedV1, "crm.1", **won("750", owner=person("bob")))
    assert await earned(firm) == []


async def test_a_stage_that_moves_leaves_the_explaining_event_as_it_was(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "750")
    await firm.win("crm.1", "750", stage="Signed", kind=DealStageMovedV1, changed=("stage",))
    [line] = (await firm.statement())["sections"][0]["lines"]
    assert (line["credit"]["event"]["version"], line["credit"]["event"]["event_type"]) == (1, "DealWonV1")


async def test_news_that_comes_late_changes_nothing_that_is_newer(firm: Company) -> None:
    await firm.settle()
    await firm.deal(DealAmendedV1, "crm.1", 3, **won("500"))
    await firm.deal(DealWonV1, "crm.1", 2, **won("900"))
    assert await earned(firm) == [money("25.00")]


async def test_an_owner_who_is_claimed_later_is_paid_then(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100", owner=UnmatchedOwner(owner_hash="h-new"))
    assert [(each["kind"], each["deal_id"], each["amount"]) for each in await firm.exceptions()] == [
        ("unmatched_owner", "crm.1", money("100.00"))
    ]
    await firm.claim("ada", "h-new")
    assert await firm.exceptions() == []
    assert await earned(firm) == [money("5.00")]


async def test_the_day_of_the_booking_decides_the_plan_version(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100")
    await firm.win("crm.2", "100", booked_on=date(2017, 3, 1))
    assert await earned(firm) == [money("10.00")]
    document = ACCELERATED | {"name": "Flat", "components": [commission({"up_to": None, "rate": "10"})]}
    assert (await firm.post("/v1/plans/accelerated/revise", document)).status_code == 200
    assert await earned(firm) == [money("10.00")]
    await firm.post("/v1/plans/accelerated/publish", {"effective_on": "2017-03-01"})
    assert await earned(firm) == [money("15.00")]


async def test_another_calendar_moves_credits_to_other_periods(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100")
    await firm.quota("ada", "2017-Q3", "50")
    await firm.set_calendar(first_month=7)
    assert await earned(firm) == []
    assert await earned(firm, period="2017-Q3") == [money("6.50")]


async def test_the_list_adds_up_to_the_statements(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await firm.assign("bob")
    await firm.quota("bob", "2017-Q1", "500")
    await firm.quota("ada", "2017-Q2", "500")
    await firm.win("crm.1", "1000", splits=split((person("ada"), "33.333333"), (person("bob"), "66.666667")))
    await firm.win("crm.2", "600", booked_on=date(2017, 4, 1))
    await firm.derive()
    answer = (await firm.get("/v1/statements", period="2017-Q1")).json()
    assert [(each["person_id"], each["name"], each["percent"], each["earned"]) for each in answer["items"]] == [
        ("ada", "Ada Lovelace", "33.333333", money("16.67")),
        ("bob", "Bob Lovelace", "133.333334", money("38.33")),
    ]
    assert answer["sums"] == [{"credited": money("1000.00"), "earned": money("55.00")}]
    year = (await firm.get("/v1/statements", period="2017")).json()
    assert [(each["person_id"], each["quota"], each["earned"]) for each in year["items"]] == [
        ("ada", None, money("49.67")),
        ("bob", None, money("38.33")),
    ]
    for row in year["items"]:
        assert await earned(firm, row["person_id"], "2017") == [row["earned"]]


async def test_the_list_comes_in_pages_and_as_csv(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "100", splits=split((person("ada"), "50"), (person("bob"), "50")))
    await firm.derive()
    first = (await firm.get("/v1/statements", period="2017", limit=1)).json()
    second = (await firm.get("/v1/statements", period="2017", limit=1, cursor=first["next"])).json()
    assert [each["person_id"] for each in (*first["items"], *second["items"])] == ["ada", "bob"]
    assert (second["next"], first["sums"]) == (None, second["sums"])
    table = await firm.get("/v1/statements", accept="text/csv", period="2017")
    assert table.text.splitlines() == [
        "person_id,currency,credited,quota,percent,earned,credit_count,unpaid_count,payable",
        "ada,USD,50.00,,,2.50,1,0,2.50",
        "bob,USD,50.00,,,0.00,1,1,0.00",
    ]


async def test_a_statement_is_a_page_that_people_read(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "1100")
    await firm.win("crm.2", "50", booked_on=date(2017, 4, 1))
    await firm.derive()
    page = (await firm.get("/v1/statements/ada", accept="text/plain", period="2017")).text.splitlines()
    assert page[0] == "Statement of Ada Lovelace (ada) for 2017"
    assert " ".join(page[3].split()) == "2017-Q1, plan accelerated, version 1, commission 110.00% of quota, tier 2"
    assert page[5].split() == ["1", "2017-02-03", "crm.1", "USD", "58.00"]
    assert page[-1].split() == ["Earned", "USD", "58.00"]
    assert "there is no quota for the period" in "\n".join(page)
    assert {len(line) for line in page if line.endswith("58.00")} == {100}


async def test_a_yearly_plan_shows_a_quarter_its_own_lines(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    [measure] = ACCELERATED["measures"]
    await firm.publish_plan(measures=[measure | {"interval": "year"}])
    await firm.assign("ada")
    await firm.quota("ada", "2017", "100")
    await firm.win("crm.1", "100")
    await firm.win("crm.2", "100", booked_on=date(2017, 4, 1))
    assert await earned(firm, period="2017-Q1") == [money("5.00")]
    assert await earned(firm, period="2017-Q2") == [money("8.00")]
    assert await earned(firm, period="2017") == [money("13.00")]


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/v1/statements/ada", 422, "wrong-fields"),
        ("/v1/statements/ada?period=2017-Q5", 422, "period-is-unknown"),
        ("/v1/statements?period=winter", 422, "period-is-unknown"),
        ("/v1/statements?period=2017&cursor=abc", 422, "cursor-is-invalid"),
        ("/v1/attainment?period=2017-Q9", 422, "period-is-unknown"),
        ("/v1/exceptions?kind=mood", 422, "wrong-fields"),
        ("/v1/statements/a%20da?period=2017", 422, "wrong-fields"),
        ("/v1/statements/nobody?period=2017", 404, "statement-is-unknown"),
        ("/v1/attainment?perod=2017", 422, "parameter-is-unknown"),
    ],
)
async def test_what_cannot_be_asked_is_named(firm: Company, path: str, status: int, kind: str) -> None:
    await firm.set_calendar()
    answer = await firm.http.get(path, headers=firm.speaks("carol"))
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")


async def test_without_a_calendar_no_period_has_days(firm: Company) -> None:
    answer = await firm.get("/v1/statements/ada", period="2017-Q1")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/calendar-is-not-set")


async def test_without_a_token_nothing_is_answered(firm: Company) -> None:
    for path in ("/v1/statements?period=2017", "/v1/plans", "/v1/assignments", "/v1/attainment", "/v1/exceptions"):
        assert (await firm.http.get(path)).status_code == 401
