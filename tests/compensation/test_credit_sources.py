"""Credit beside one's own deals: by relationship, of the team, of direct reports; each as it was on the booking day."""

from datetime import date

from tests.compensation.company import ACCELERATED, Company, person, split
from tests.compensation.crediting import (
    FEBRUARY,
    MARCH,
    MAY,
    SALES_ENGINEER,
    earned,
    join,
    paid_by,
    plan_of,
    relate,
    unrelate,
)


async def test_a_relationship_credits_the_deals_of_the_other_on_the_booking_day(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await paid_by(firm, "eve", SALES_ENGINEER)
    await relate(firm, "eve", "ada", starts_on=MARCH)
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    await firm.win("crm.2", "500", booked_on=MARCH)
    statement = await firm.statement("eve")
    [line] = statement["sections"][0]["lines"]
    assert (line["credit"]["deal_id"], line["credit"]["source"]) == ("crm.2", "relationship")
    assert line["credit"]["credited_as"] == "sales_engineer"
    assert "as sales engineer" in line["sentence"]
    assert [each["amount"] for each in statement["earned"]] == ["50.00"]
    assert await earned(firm, "ada") == "90.00"
    assert await firm.exceptions() == []


async def test_a_relationship_that_ends_and_one_of_another_name_credit_nothing(firm: Company) -> None:
    await firm.settle()
    for who in ("eve", "tom"):
        await firm.hire(who)
        await paid_by(firm, who, SALES_ENGINEER)
    await relate(firm, "eve", "ada")
    await relate(firm, "tom", "ada", name="mentor")
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    assert [await earned(firm, who) for who in ("eve", "tom")] == ["100.00", ""]
    await unrelate(firm, "eve", "ada", date(2017, 1, 31))
    assert [await earned(firm, who) for who in ("eve", "tom")] == ["", ""]


async def test_who_shares_in_the_deals_of_two_owners_is_credited_once_and_at_most_with_all(firm: Company) -> None:
    await firm.settle()
    for who in ("eve", "bob"):
        await firm.hire(who)
    await paid_by(firm, "eve", SALES_ENGINEER | {"pay_percent": "20"})
    await relate(firm, "eve", "ada")
    await relate(firm, "eve", "bob")
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("bob"), "40")))
    await firm.win("crm.2", "1000", splits=split((person("ada"), "30"), (person("stranger"), "70")))
    statement = await firm.statement("eve")
    assert [each["credit"]["percent"] for each in statement["sections"][0]["lines"]] == ["100", "30"]
    assert await earned(firm, "eve") == "26.00"


async def test_a_manager_rolls_up_what_the_line_is_credited_with_by_relationship(firm: Company) -> None:
    await firm.settle()
    await firm.hire("pat")
    await firm.hire("eve", manager_id="pat")
    await paid_by(firm, "eve", SALES_ENGINEER)
    await firm.win("crm.1", "1000")
    await paid_by(firm, "pat", {"source": "roll_up"})
    assert await earned(firm, "pat") == ""
    await relate(firm, "eve", "ada")
    assert await earned(firm, "pat") == "100.00"


async def test_a_roll_up_of_direct_reports_leaves_the_rest_of_the_line_out(firm: Company) -> None:
    await firm.settle()
    await firm.hire("zoe")
    await firm.hire("mia", manager_id="zoe")
    await paid_by(firm, "zoe", {"source": "roll_up", "reach": "direct"})
    await firm.win("crm.1", "1000")
    await firm.win("crm.2", "500", owner=person("mia"))
    assert await earned(firm, "zoe") == "50.00"


async def test_the_deals_of_the_team_of_the_booking_day_count(firm: Company) -> None:
    await firm.settle()
    for who in ("bob", "eve"):
        await firm.hire(who)
        await join(firm, who, "west")
    await join(firm, "ada", "west")
    await join(firm, "ada", "east", effective_on=date(2017, 4, 1))
    await paid_by(firm, "eve", {"source": "team"})
    await firm.win("crm.1", "1000", splits=split((person("ada"), "50"), (person("bob"), "50")))
    await firm.win("crm.2", "400", owner=person("eve"))
    await firm.win("crm.3", "1000", booked_on=MAY)
    assert [await earned(firm, "eve", period) for period in ("2017-Q1", "2017-Q2")] == ["140.00", ""]


async def test_who_joins_a_team_later_is_credited_from_that_day(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await join(firm, "ada", "west")
    await paid_by(firm, "eve", {"source": "team"})
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    await firm.win("crm.2", "500", booked_on=MARCH)
    assert await earned(firm, "eve") == ""
    await join(firm, "eve", "west", effective_on=MARCH)
    assert await earned(firm, "eve") == "50.00"
    await join(firm, "eve", None, effective_on=MARCH)
    assert await earned(firm, "eve") == ""


async def test_a_deal_counts_in_a_measure_once_whoever_it_comes_through(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve", manager_id="ada")
    for who in ("ada", "eve"):
        await join(firm, who, "west")
    await firm.publish_plan("both", "2017-02-01", **plan_of({"source": "own"}, {"source": "team"}))
    await firm.post("/v1/assignments/ada~accelerated/end", {"ends_on": "2017-01-31"})
    await firm.assign("ada", "both", "2017-02-01")
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("eve"), "40")))
    await firm.win("crm.2", "1000", splits=split((person("stranger"), "90"), (person("eve"), "10")))
    statement = await firm.statement()
    lines = [
        (each["credit"]["deal_id"], each["credit"]["source"], each["credit"]["percent"], each["earned"]["amount"])
        for section in statement["sections"]
        for each in section["lines"]
    ]
    assert lines == [
        ("crm.1", "own", "60", "60.00"),
        ("crm.1", "team", "40", "40.00"),
        ("crm.2", "team", "10", "10.00"),
    ]
    assert [each["amount"] for each in statement["credited"]] == ["1100.00"]


async def test_a_rule_says_what_its_source_needs_and_nothing_else(firm: Company) -> None:
    rules = [
        {"id": "a", "source": "relationship"},
        {"id": "b", "role": "owner", "parents": True, "holders": "equally", "reach": "direct"},
        {"id": "c", "source": "territory", "relationship": "mentor"},
    ]
    answer = await firm.post("/v1/plans", {"plan_id": "odd"} | ACCELERATED | {"credit_rules": rules})
    assert answer.status_code == 422
    found = {each["pointer"] for each in answer.json()["errors"]}
    assert {
        "/credit_rules/0/relationship",
        "/credit_rules/1/role",
        "/credit_rules/1/parents",
        "/credit_rules/1/holders",
        "/credit_rules/1/reach",
        "/credit_rules/2/relationship",
        "/credit_rules/2/role",
    } <= found


async def test_a_plan_says_in_words_whose_deals_count(firm: Company) -> None:
    await firm.settle()
    rules = (
        SALES_ENGINEER,
        {"source": "territory", "role": "owner", "holders": "equally", "parents": True},
        {"source": "team"},
        {"source": "roll_up", "reach": "direct"},
    )
    await firm.publish_plan("all", **plan_of(*rules))
    words = (await firm.get("/v1/plans/all")).json()["in_words"]
    for each in (
        "deals of those whose sales engineer one is",
        "deals of the territories that one holds as owner and those below, in equal parts for all who hold one",
        "deals of the team",
        "deals of direct reports",
    ):
        assert each in words
