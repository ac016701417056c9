"""Quotas of teams, and in plain numbers: set, adjusted, told as their own contract, seen by whom they concern."""

from typing import Any, cast

import httpx
from msgspec import structs

from events.contracts.goals import QuotaSetV1, SubjectQuotaSetV1
from events.store import log
from goals.publishing import publish
from tests.goals.firm import LINE, Firm
from tests.goals.office import kind_of, pointers
from tests.goals.test_quotas_over_http import measured

DOLLARS: dict[str, Any] = {"amount": {"amount": "900.00", "currency": "USD"}}


async def sets(firm: Firm, measure: str = "bookings", period: str = "2025-Q1", **fields: Any) -> httpx.Response:
    return await firm.office.post("/v1/quotas", {"measure": measure, "period": period} | fields, "planner")


async def seen(firm: Firm, *roles: Any, person: str = "ada", **params: Any) -> list[str]:
    answer = await firm.office.get("/v1/quotas", *roles, person=person, **params)
    assert answer.status_code == 200, answer.text
    return [each["quota_id"] for each in answer.json()["items"]]


async def has_quotas(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.counts()
    for fields in ({"team_id": "east"} | DOLLARS, {"team_id": "west"} | DOLLARS, {"person_id": "anna"} | DOLLARS):
        assert (await sets(firm, **fields)).status_code == 201
    assert (await sets(firm, "meetings", person_id="anna", number="40")).status_code == 201


async def test_a_team_s_quota_is_set_adjusted_and_shown(firm: Firm) -> None:
    await has_quotas(firm)
    quota_id = "east~bookings~2025-Q1~team"
    assert (await sets(firm, team_id="east", **DOLLARS)).json() == {"id": quota_id, "version": 1}
    body = {"amount": {"amount": "800.5", "currency": "USD"}, "reason": "vacant seat"}
    adjusted = await firm.office.post(f"/v1/quotas/{quota_id}/adjust", body, "planner")
    assert adjusted.json() == {"id": quota_id, "version": 2}
    [shown] = (await firm.office.get("/v1/quotas", "planner", team_id="east")).json()["items"]
    assert shown == {
        "quota_id": quota_id,
        "person_id": None,
        "team_id": "east",
        "territory_id": None,
        "measure": "bookings",
        "period": "2025-Q1",
        "starts_on": "2025-01-01",
        "ends_on": "2025-03-31",
        "amount": {"amount": "800.50", "currency": "USD"},
        "number": None,
        "reason": "vacant seat",
        "version": 2,
        "attainment": None,
    }


async def test_a_quota_in_a_plain_number_stays_one(firm: Firm) -> None:
    await has_quotas(firm)
    [shown] = (await firm.office.get("/v1/quotas", "rep", person="anna", measure="meetings")).json()["items"]
    assert (shown["person_id"], shown["amount"], shown["number"]) == ("anna", None, "40")
    path = "/v1/quotas/anna~meetings~2025-Q1/adjust"
    money = await firm.office.post(path, DOLLARS | {"reason": "x"}, "planner")
    assert (kind_of(money), money.json()["currency"]) == ((409, "quota-has-one-currency"), None)
    assert (await firm.office.post(path, {"number": "50.5", "reason": "new region"}, "planner")).status_code == 200
    again = await sets(firm, "meetings", person_id="anna", number="40")
    assert (kind_of(again), again.json()["amount"]) == ((409, "quota-is-set-already"), "50.5")


async def test_others_hear_a_person_s_money_as_ever_and_all_else_as_a_subject_s_quota(firm: Firm) -> None:
    await has_quotas(firm)
    codec = firm.office.store.journal.codec
    events = await firm.office.store.read(
        lambda reading: [log.recorded(codec, row) for row in log.page(reading, 0, 100)]
    )
    told: dict[str, object] = {each.key: publish(cast("Any", each)) for each in events if each.kind == "quota"}
    assert {key: type(each) for key, each in told.items()} == {
        "east~bookings~2025-Q1~team": SubjectQuotaSetV1,
        "west~bookings~2025-Q1~team": SubjectQuotaSetV1,
        "anna~bookings~2025-Q1": QuotaSetV1,
        "anna~meetings~2025-Q1": SubjectQuotaSetV1,
    }


async def test_who_is_in_a_team_sees_its_quota_and_nobody_else_s(firm: Firm) -> None:
    await has_quotas(firm)
    own = ["anna~bookings~2025-Q1", "anna~meetings~2025-Q1"]
    east, west = "east~bookings~2025-Q1~team", "west~bookings~2025-Q1~team"
    assert await seen(firm, "rep", person="anna") == [*own, east]
    assert await seen(firm, "rep", person="anna", team_id="east") == [east]
    assert await seen(firm, "rep", person="anna", team_id="east", person_id="anna") == [*own, east]
    assert await seen(firm, "manager", person="cleo") == [*own, east, west]
    assert await seen(firm, "rep", person="cleo") == []
    assert await seen(firm, "finance") == [*own, east, west]
    stranger = await firm.office.get("/v1/quotas", "rep", person="anna", team_id="west")
    assert kind_of(stranger) == (403, "not-allowed")


async def test_who_holds_a_territory_sees_its_quota(firm: Firm) -> None:
    await has_quotas(firm)
    missing = await sets(firm, territory_id="us", **DOLLARS)
    assert (kind_of(missing), pointers(missing)) == ((422, "quota-is-for-nothing"), ["/territory_id"])
    await firm.office.post("/v1/territories", {"territory_id": "us", "name": "US"}, "planner")
    assert (await sets(firm, territory_id="us", **DOLLARS)).json()["id"] == "us~bookings~2025-Q1~territory"
    held = {"person_id": "dora", "role": "overlay", "starts_on": "2025-07-15"}
    assert (await firm.office.post("/v1/territories/us/assign", held, "planner")).status_code == 200
    assert "us~bookings~2025-Q1~territory" in await seen(firm, "rep", person="dora")
    [shown] = (await firm.office.get("/v1/quotas", "rep", person="dora", territory_id="us")).json()["items"]
    assert (shown["territory_id"], shown["team_id"], shown["person_id"]) == ("us", None, None)
    assert await seen(firm, "rep", person="anna") == [
        "anna~bookings~2025-Q1", "anna~meetings~2025-Q1", "east~bookings~2025-Q1~team"
    ]  # fmt: skip


async def test_a_team_s_attainment_stands_beside_its_quota(firm: Firm) -> None:
    await has_quotas(firm)
    team = measured("450.00", "50", 7, subject_kind="team")
    await firm.office.tell("compensation", "attainment-team-east", structs.replace(team, subject_id="east"))
    headers = firm.office.speaks("ada", "finance") | {"Accept": "text/csv"}
    table = (await firm.office.http.get("/v1/quotas?team_id=east", headers=headers)).text.splitlines()
    assert table[1:] == [
        "east~bookings~2025-Q1~team,team,east,bookings,2025-Q1,2025-01-01,2025-03-31,900.00,USD,450.00,USD,50,7"
    ]


async def test_a_quota_says_one_subject_that_is_there_and_one_amount(firm: Firm) -> None:
    await has_quotas(firm)
    nowhere = await sets(firm, team_id="north", **DOLLARS)
    assert (kind_of(nowhere), pointers(nowhere)) == ((422, "quota-is-for-nothing"), ["/team_id"])
    whose: dict[str, Any] = {"team_id": "east"}
    what: dict[str, Any] = {"number": "40"}
    for wrong in (whose, what, whose | what | DOLLARS, whose | what | {"person_id": "anna"}):
        assert pointers(await sets(firm, "meetings", **wrong)) == [""], wrong
    for number in ("0", "-1", "1e3", "NaN", 40, "1.00001", "99999999999999", "٤"):
        assert pointers(await sets(firm, "meetings", **whose, number=number)) == ["/number"], number
    for measure in ("Meetings", "a-b", "a~b", "", "m" * 41, 7):
        answer = await sets(firm, cast("str", measure), **whose, **what)
        assert pointers(answer) == ["/measure"], measure
    too_many = await sets(firm, "meetings", **whose, number="1000000000000.5")
    assert kind_of(too_many) == (409, "quota-is-too-large")
    assert await seen(firm, "planner", measure="meetings") == ["anna~meetings~2025-Q1"]
