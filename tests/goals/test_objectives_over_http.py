"""Objectives over HTTP: set, scored, corrected, and seen by whom they concern."""

from typing import Any

import httpx

from edge.auth import Role
from tests.goals.firm import LINE, Firm
from tests.goals.office import kind_of, pointers


async def sets(firm: Firm, objective_id: str, *roles: Role, **fields: Any) -> httpx.Response:
    body = {"objective_id": objective_id, "name": "Win three", "period": "2025-Q1"} | fields
    return await firm.office.post("/v1/objectives", body, *(roles or ("planner",)))


async def scores(firm: Firm, objective_id: str, percent: object, *roles: Role, **fields: Any) -> httpx.Response:
    body = {"percent": percent} | fields
    return await firm.office.post(f"/v1/objectives/{objective_id}/score", body, *(roles or ("planner",)))


async def seen(firm: Firm, *roles: Role, person: str = "ada", **params: Any) -> list[str]:
    answer = await firm.office.get("/v1/objectives", *roles, person=person, **params)
    assert answer.status_code == 200, answer.text
    return [each["objective_id"] for each in answer.json()["items"]]


async def has_objectives(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.counts()
    assert (await sets(firm, "o-1", team_id="east", period="2025")).status_code == 201
    assert (await sets(firm, "o-7", person_id="anna", weight="40", serves="o-1")).status_code == 201
    assert (await sets(firm, "o-8", person_id="dora")).status_code == 201


async def test_an_objective_is_set_scored_and_corrected(firm: Firm) -> None:
    await has_objectives(firm)
    assert (await sets(firm, "o-7", person_id="anna", weight="40", serves="o-1")).json() == {"id": "o-7", "version": 1}
    assert (await scores(firm, "o-7", "87.50")).json() == {"id": "o-7", "version": 2}
    assert (await scores(firm, "o-7", "87.5")).json()["version"] == 2
    other = await scores(firm, "o-7", "90")
    assert (kind_of(other), other.json()["scored_percent"]) == ((409, "objective-is-scored-already"), "87.50")
    assert (await scores(firm, "o-7", "100", reason="signed in time")).json()["version"] == 3
    assert (await sets(firm, "o-7", person_id="anna", name="Win 3", weight="35.5")).json()["version"] == 4
    shown = await firm.office.get("/v1/objectives/o-7", "rep", person="anna")
    assert shown.json() == {
        "objective_id": "o-7",
        "person_id": "anna",
        "team_id": None,
        "name": "Win 3",
        "period": "2025-Q1",
        "starts_on": "2025-01-01",
        "ends_on": "2025-03-31",
        "weight": "35.5",
        "serves": None,
        "percent": "100",
        "reason": "signed in time",
        "version": 4,
    }
    headers = firm.office.speaks("ada", "planner") | {"If-None-Match": shown.headers["ETag"]}
    assert (await firm.office.http.get("/v1/objectives/o-7", headers=headers)).status_code == 304


async def test_objectives_are_seen_by_whom_they_concern(firm: Firm) -> None:
    await has_objectives(firm)
    assert await seen(firm, "rep", person="anna") == ["o-7", "o-1"]
    assert await seen(firm, "rep", person="dora") == ["o-8"]
    assert await seen(firm, "manager", person="bob") == ["o-7", "o-1"]
    assert await seen(firm, "manager", person="cleo") == ["o-7", "o-8", "o-1"]
    every: tuple[Role, ...] = ("planner", "hr", "comp_admin", "comp_approver", "finance", "auditor")
    for role in every:
        assert await seen(firm, role) == ["o-7", "o-8", "o-1"]
    assert await seen(firm, "rep", person="anna", person_id="anna") == ["o-7"]
    assert await seen(firm, "planner", serves="o-1") == ["o-7"]
    assert await seen(firm, "planner", period="2025", team_id="east") == ["o-1"]
    for answer in (
        await firm.office.get("/v1/objectives/o-8", "rep", person="anna"),
        await firm.office.get("/v1/objectives", "rep", person="anna", person_id="dora"),
        await firm.office.get("/v1/objectives"),
        await firm.office.get("/v1/objectives/o-99"),
    ):
        assert kind_of(answer) == (403, "not-allowed")
    assert kind_of(await firm.office.get("/v1/objectives/o-99", "rep")) == (404, "objective-is-unknown")
    page = (await firm.office.get("/v1/objectives", "planner", limit=2)).json()
    rest = (await firm.office.get("/v1/objectives", "planner", limit=2, cursor=page["next"])).json()
    assert ([each["objective_id"] for each in rest["items"]], rest["next"]) == (["o-1"], None)


async def test_an_objective_that_cannot_be_is_named(firm: Firm) -> None:
    await firm.has(*LINE)
    assert kind_of(await sets(firm, "o-7", person_id="anna")) == (409, "calendar-is-not-set")
    await has_objectives(firm)
    for fields, kind, place in (
        ({"person_id": "zoe"}, "objective-is-for-nobody", "/person_id"),
        ({"team_id": "north"}, "objective-is-for-nobody", "/team_id"),
        ({"person_id": "anna", "serves": "o-99"}, "objective-serves-nothing", "/serves"),
        ({"person_id": "anna", "weight": "100.5"}, "weight-is-out-of-range", "/weight"),
        ({"person_id": "anna", "period": "2025-Q5"}, "period-is-unknown", "/period"),
    ):
        answer = await sets(firm, "o-9", **fields)
        assert (kind_of(answer), pointers(answer)) == ((422, kind), [place])
    assert pointers(await sets(firm, "o-9")) == [""]
    assert pointers(await sets(firm, "o-9", person_id="anna", team_id="east")) == [""]
    wrong: list[tuple[str, object]] = [
        ("weight", 40),
        ("weight", "-1"),
        ("weight", "4e1"),
        ("name", ""),
        ("name", "\x00"),
    ]
    for field, value in wrong:
        assert pointers(await sets(firm, "o-9", person_id="anna", **{field: value})) == [f"/{field}"], (field, value)
    circle = await sets(firm, "o-1", team_id="east", period="2025", serves="o-7")
    assert (kind_of(circle), circle.json()["serves"]) == ((409, "objective-serves-itself"), "o-7")
    assert kind_of(await sets(firm, "o-7", person_id="dora")) == (409, "objective-stays-whose-it-is")


async def test_a_score_that_cannot_be_is_named(firm: Firm) -> None:
    await has_objectives(firm)
    for percent in (85, "-1", "NaN", "1e2", "85%", "0.123456789", "", "٨٥"):
        assert pointers(await scores(firm, "o-7", percent)) == ["/percent"], percent
    much = await scores(firm, "o-7", "1000.5")
    assert (kind_of(much), pointers(much)) == ((422, "score-is-out-of-range"), ["/percent"])
    assert kind_of(await scores(firm, "o-7", "85", reason="late")) == (409, "objective-is-not-scored")
    assert kind_of(await scores(firm, "o-99", "85")) == (404, "objective-is-unknown")


async def test_only_planners_set_and_score_objectives(firm: Firm) -> None:
    await has_objectives(firm)
    others: tuple[Role, ...] = ("rep", "manager", "hr", "finance", "comp_admin", "auditor")
    for role in others:
        assert kind_of(await sets(firm, "o-9", role, person_id="anna")) == (403, "not-allowed")
        assert kind_of(await scores(firm, "o-7", "85", role)) == (403, "not-allowed")


async def test_the_version_and_the_key_of_an_objective_s_request_are_obeyed(firm: Firm) -> None:
    await has_objectives(firm)
    path, headers = "/v1/objectives/o-7/score", {"If-Match": '"1"', "Idempotency-Key": "score-1"}
    first = await firm.office.post(path, {"percent": "85"}, "planner", headers=headers)
    again = await firm.office.post(path, {"percent": "85"}, "planner", headers=headers)
    assert first.json() == again.json() == {"id": "o-7", "version": 2}
    stale = await firm.office.post(path, {"percent": "85"}, "planner", headers={"If-Match": '"1"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
