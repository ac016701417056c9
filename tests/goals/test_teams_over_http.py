"""Teams and the calendar over HTTP."""

from typing import Any

import pytest

from tests.goals.firm import CALENDAR, LINE, Firm
from tests.goals.office import kind_of, pointers


async def test_teams_are_formed_changed_and_listed_by_name(firm: Firm) -> None:
    assert (await firm.forms("all", "World")).json() == {"id": "all", "version": 1}
    assert (await firm.forms("east", "East", parent_id="all")).status_code == 201
    assert (await firm.forms("east", "East", parent_id="all")).json() == {"id": "east", "version": 1}
    assert kind_of(await firm.forms("east", "Orient")) == (409, "team-is-formed-already")
    changed = await firm.office.post("/v1/teams/east/change", {"name": "Asia"}, "hr")
    assert changed.json() == {"id": "east", "version": 2}
    page = (await firm.office.get("/v1/teams", "rep", limit=1)).json()
    assert page["items"] == [{"team_id": "east", "name": "Asia", "parent_id": "all", "version": 2}]
    rest = (await firm.office.get("/v1/teams", "rep", cursor=page["next"])).json()
    assert ([each["team_id"] for each in rest["items"]], rest["next"]) == (["all"], None)


async def test_a_team_is_never_put_into_itself_or_nowhere(firm: Firm) -> None:
    await firm.forms("all", "World")
    await firm.forms("east", "East", parent_id="all")
    await firm.forms("coast", "Coast", parent_id="east")
    circle = await firm.office.post("/v1/teams/all/change", {"name": "World", "parent_id": "coast"}, "hr")
    assert kind_of(circle) == (409, "team-is-part-of-itself")
    nowhere = await firm.forms("south", "South", parent_id="moon")
    assert (kind_of(nowhere), nowhere.json()["parent_id"]) == ((422, "parent-is-unknown"), "moon")
    assert pointers(nowhere) == ["/parent_id"]
    out = await firm.office.post("/v1/teams/east/change", {"name": "East", "parent_id": None}, "hr")
    assert out.status_code == 200
    assert (await firm.office.get("/v1/teams/east", "rep")).json()["parent_id"] is None


async def test_a_team_is_read_again_only_when_it_has_changed(firm: Firm) -> None:
    await firm.has(*LINE)
    shown = await firm.office.get("/v1/teams/east", "rep")
    headers = firm.office.speaks("ada", "rep") | {"If-None-Match": shown.headers["ETag"]}
    assert (await firm.office.http.get("/v1/teams/east", headers=headers)).status_code == 304
    assert kind_of(await firm.office.get("/v1/teams/south", "rep")) == (404, "no-such-team")
    assert kind_of(await firm.office.get("/v1/teams/south/members", "rep")) == (404, "no-such-team")
    change = await firm.office.post("/v1/teams/south/change", {"name": "South"}, "hr")
    assert kind_of(change) == (404, "no-such-team")


async def test_members_come_page_by_page(firm: Firm) -> None:
    await firm.has(*LINE)
    page = (await firm.office.get("/v1/teams/east/members", "rep", limit=1)).json()
    assert [each["name"] for each in page["items"]] == ["Anna Snelling"]
    rest = (await firm.office.get("/v1/teams/east/members", "rep", cursor=page["next"])).json()
    assert ([each["name"] for each in rest["items"]], rest["next"]) == (["Bob Boss"], None)


@pytest.mark.parametrize("role", ["rep", "manager", "finance", "auditor", "comp_admin"])
async def test_only_who_plans_changes_teams_and_the_calendar(firm: Firm, role: Any) -> None:
    assert kind_of(await firm.office.post("/v1/teams", {"team_id": "a", "name": "A"}, role)) == (403, "not-allowed")
    assert kind_of(await firm.office.post("/v1/teams/a/change", {"name": "A"}, role)) == (403, "not-allowed")
    assert kind_of(await firm.office.post("/v1/calendar", CALENDAR, role)) == (403, "not-allowed")


async def test_the_calendar_is_set_shown_and_set_anew(firm: Firm) -> None:
    assert kind_of(await firm.office.get("/v1/calendar", "rep")) == (409, "calendar-is-not-set")
    await firm.counts()
    assert (await firm.office.get("/v1/calendar", "rep")).json() == CALENDAR | {"version": 1}
    again = await firm.office.post("/v1/calendar", CALENDAR, "planner")
    assert again.json() == {"id": "main", "version": 1}
    other = await firm.office.post("/v1/calendar", CALENDAR | {"first_month": 2}, "planner")
    assert other.json() == {"id": "main", "version": 2}


async def test_a_calendar_that_cannot_be_is_refused(firm: Firm) -> None:
    mars = await firm.office.post("/v1/calendar", CALENDAR | {"time_zone": "Mars/Olympus"}, "planner")
    assert (kind_of(mars), mars.json()["time_zone"]) == ((422, "time-zone-is-unknown"), "Mars/Olympus")
    assert pointers(mars) == ["/time_zone"]
    wrong = {"time_zone": 7, "first_month": 13, "year_named_by": "moon"}
    answer = await firm.office.post("/v1/calendar", wrong, "planner")
    assert pointers(answer) == ["/time_zone", "/first_month", "/year_named_by"]
