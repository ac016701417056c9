"""People over HTTP: joining, names that are taken, moves and lines by day, being forgotten."""

from typing import Any

import pytest

from tests.goals.firm import LINE, Firm
from tests.goals.office import kind_of, pointers


async def test_a_person_is_hired_and_shown(firm: Firm) -> None:
    await firm.has(*LINE)
    owners = [{"source": "crm", "owner": "Eve@Firm.example"}, {"source": "erp", "owner": "eve"}]
    answer = await firm.hires(
        "eve", "Eve Late", user_name="eve", crm_owners=owners, team_id="west", manager_id="dora", hired_on="2025-03-01"
    )
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (201, {"id": "eve", "version": 1}, '"1"')
    shown = await firm.office.get("/v1/people/eve", "rep")
    assert shown.headers["ETag"] == '"1"'
    assert shown.json() == {
        "person_id": "eve",
        "name": "Eve Late",
        "erased": False,
        "hired_on": "2025-03-01",
        "left_on": None,
        "team_id": "west",
        "manager_id": "dora",
        "version": 1,
        "owner_count": 2,
        "placements": [{"starts_on": "2025-03-01", "ends_on": None, "team_id": "west", "manager_id": "dora"}],
    }
    assert await firm.office.keys.find("crm-owner:crm", "eve@firm.example") == "eve"


async def test_a_hiring_sent_again_is_done_already(firm: Firm) -> None:
    first = await firm.hires("eve", "Eve", user_name="eve", crm_owners=[{"source": "crm", "owner": "eve"}])
    again = await firm.hires("eve", "Eve", user_name="eve", crm_owners=[{"source": "crm", "owner": "eve"}])
    assert (first.status_code, again.status_code, again.json()["version"]) == (201, 201, 1)
    other = await firm.hires("eve", "Eva", crm_owners=[{"source": "crm", "owner": "eva"}])
    assert kind_of(other) == (409, "person-is-hired-already")
    assert await firm.office.keys.find("crm-owner:crm", "eva") is None
    assert await firm.office.keys.find("crm-owner:crm", "eve") == "eve"


async def test_who_comes_without_an_id_gets_one_and_the_same_again_for_the_same_request(firm: Firm) -> None:
    first = await firm.hires(None, "Eve", key="k-1", user_name="eve")
    again = await firm.hires(None, "Eve", key="k-1", user_name="eve")
    other = await firm.hires(None, "Eve")
    assert first.json() == again.json()
    assert other.json()["id"] != first.json()["id"]
    assert kind_of(await firm.hires(None, "Eva", key="k-1")) == (422, "key-was-used-for-another-body")


async def test_a_name_that_is_taken_is_named_and_nothing_is_half_done(firm: Firm) -> None:
    await firm.hires("eve", "Eve", user_name="eve", crm_owners=[{"source": "crm", "owner": "eve"}])
    owners = [{"source": "crm", "owner": "finn"}, {"source": "crm", "owner": "EVE"}]
    taken = await firm.hires("finn", "Finn", crm_owners=owners)
    assert kind_of(taken) == (409, "owner-is-taken")
    assert (taken.json()["source"], taken.json()["owner"]) == ("crm", "EVE")
    assert await firm.office.keys.find("crm-owner:crm", "finn") is None
    user = await firm.hires("finn", "Finn", user_name="Eve")
    assert kind_of(user) == (409, "user-name-is-taken")
    assert (await firm.office.get("/v1/people/finn", "hr")).status_code == 404


async def test_owners_are_claimed_later(firm: Firm) -> None:
    await firm.has(*LINE)
    claimed = await firm.does("anna/owners", {"crm_owners": [{"source": "crm", "owner": "anna"}]})
    assert claimed.json() == {"id": "anna", "version": 2}
    again = await firm.does("anna/owners", {"crm_owners": [{"source": "crm", "owner": "Anna"}]})
    assert again.json() == {"id": "anna", "version": 2}
    taken = await firm.does("dora/owners", {"crm_owners": [{"source": "crm", "owner": "anna"}]})
    assert kind_of(taken) == (409, "owner-is-taken")
    nobody = await firm.does("zoe/owners", {"crm_owners": [{"source": "crm", "owner": "zoe"}]})
    assert kind_of(nobody) == (404, "person-is-unknown")
    assert await firm.office.keys.find("crm-owner:crm", "zoe") is None


async def test_moves_that_come_late_give_every_day_its_place(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.does("anna/move", {"effective_on": "2025-08-01", "manager_id": None})
    await firm.does("anna/move", {"effective_on": "2025-04-01", "team_id": "west", "manager_id": "dora"})
    shown = await firm.office.get("/v1/people/anna", "rep", effective_on="2025-08-01")
    assert shown.json()["placements"] == [
        {"starts_on": "2025-01-01", "ends_on": "2025-03-31", "team_id": "east", "manager_id": "bob"},
        {"starts_on": "2025-04-01", "ends_on": "2025-07-31", "team_id": "west", "manager_id": "dora"},
        {"starts_on": "2025-08-01", "ends_on": None, "team_id": "east", "manager_id": None},
    ]
    assert (shown.json()["team_id"], shown.json()["manager_id"]) == ("east", None)
    assert await firm.people(team_id="east", effective_on="2025-03-31") == ["Anna Snelling", "Bob Boss"]
    assert await firm.people(team_id="west") == ["Anna Snelling", "dora Early"]
    members = await firm.office.get("/v1/teams/west/members", "rep", effective_on="2025-03-31")
    assert [each["person_id"] for each in members.json()["items"]] == ["dora"]


async def test_a_line_is_shown_upwards_and_downwards_on_a_day(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.does("anna/move", {"effective_on": "2025-08-01", "manager_id": "dora"})

    async def line(person_id: str, **params: str) -> tuple[list[Any], list[Any]]:
        answer = (await firm.office.get(f"/v1/people/{person_id}/reporting-line", "rep", **params)).json()
        return tuple([(each["name"], each["steps"]) for each in answer[way]] for way in ("above", "below"))  # pyright: ignore[reportReturnType] two of them

    assert await line("anna") == ([("Bob Boss", 1), ("Cleo Head", 2)], [])
    assert await line("anna", effective_on="2025-08-01") == ([("dora Early", 1), ("Cleo Head", 2)], [])
    assert await line("cleo") == ([], [("Bob Boss", 1), ("dora Early", 1), ("Anna Snelling", 2)])
    assert kind_of(await firm.office.get("/v1/people/zoe/reporting-line", "rep")) == (404, "person-is-unknown")


async def test_a_line_never_closes_on_any_day(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.does("cleo/move", {"effective_on": "2025-02-01", "team_id": "west"})
    circle = await firm.does("cleo/move", {"effective_on": "2025-05-01", "manager_id": "anna"})
    assert kind_of(circle) == (409, "reporting-line-is-a-circle")
    assert (circle.json()["manager_id"], circle.json()["on"]) == ("anna", "2025-05-01")
    before = await firm.does("anna/move", {"effective_on": "2025-05-01", "manager_id": None})
    after = await firm.does("cleo/move", {"effective_on": "2025-05-01", "manager_id": "anna"})
    assert (before.status_code, after.status_code) == (200, 200)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"team_id": "south"}, "team-is-unknown"), ({"manager_id": "zoe"}, "manager-is-unknown")],
)
async def test_an_unknown_team_or_manager_is_named(firm: Firm, fields: dict[str, str], kind: str) -> None:
    hired = await firm.hires("eve", "Eve", crm_owners=[{"source": "crm", "owner": "eve"}], **fields)
    assert kind_of(hired) == (422, kind)
    assert {name: hired.json()[name] for name in fields} == fields
    assert pointers(hired) == [f"/{name}" for name in fields]
    assert await firm.office.keys.find("crm-owner:crm", "eve") is None


async def test_who_has_left_is_in_no_team_any_more(firm: Firm) -> None:
    await firm.has(*LINE)
    assert (await firm.does("anna/leave", {"left_on": "2025-06-30"})).status_code == 200
    assert await firm.people(team_id="east", effective_on="2025-06-30") == ["Anna Snelling", "Bob Boss"]
    assert await firm.people(team_id="east") == ["Bob Boss"]
    assert "Anna Snelling" in await firm.people()
    late = await firm.does("anna/move", {"effective_on": "2025-07-01", "team_id": "west"})
    assert kind_of(late) == (409, "person-has-left")


async def test_pages_of_people_follow_each_other_by_name(firm: Firm) -> None:
    await firm.has(*LINE)
    assert await firm.people() == ["Anna Snelling", "Bob Boss", "Cleo Head", "dora Early"]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await firm.office.get("/v1/people", "rep", limit=1, **cursor)).json()
        found += [each["person_id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == ["anna", "bob", "cleo", "dora"]
    for bad in ("abc", "WyJuYW1lIixmYWxzZSwiem9lIl0"):
        assert kind_of(await firm.office.get("/v1/people", "rep", cursor=bad)) == (422, "cursor-is-invalid")


async def test_a_new_name_is_shown_at_once(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.people()
    await firm.does("anna/rename", {"name": "Zoe Snelling"})
    assert await firm.people() == ["Bob Boss", "Cleo Head", "dora Early", "Zoe Snelling"]
    assert kind_of(await firm.does("zoe/rename", {"name": "Zoe"})) == (404, "person-is-unknown")


async def test_who_is_erased_has_no_name_and_the_name_is_free_again(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.does("anna/owners", {"crm_owners": [{"source": "crm", "owner": "anna"}]})
    await firm.counts()
    await firm.expects("anna")
    await firm.people()
    assert (await firm.does("anna/erase", {})).status_code == 403
    erased = await firm.office.post("/v1/people/anna/erase", {}, "privacy_officer")
    assert erased.json() == {"id": "anna", "version": 3}
    assert await firm.people() == ["Bob Boss", "Cleo Head", "dora Early", None]
    shown = (await firm.office.get("/v1/people/anna", "rep")).json()
    assert (shown["name"], shown["erased"], shown["team_id"]) == (None, True, "east")
    assert await firm.office.keys.find("crm-owner:crm", "anna") is None
    assert kind_of(await firm.does("anna/rename", {"name": "Anna"})) == (409, "person-was-erased")
    assert (await firm.office.post("/v1/people/anna/erase", {}, "privacy_officer")).json()["version"] == 3
    quotas = (await firm.office.get("/v1/quotas", "finance")).json()["items"]
    assert [each["amount"]["amount"] for each in quotas] == ["100.00"]
    assert kind_of(await firm.office.post("/v1/people/zoe/erase", {}, "privacy_officer")) == (404, "person-is-unknown")


async def test_the_version_and_the_key_of_a_command_are_obeyed(firm: Firm) -> None:
    await firm.has(*LINE)
    stale = await firm.does("anna/leave", {"left_on": "2025-06-30"}, **{"If-Match": '"7"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
    headers = {"If-Match": '"1"', "Idempotency-Key": "leave-1"}
    first = await firm.does("anna/leave", {"left_on": "2025-06-30"}, **headers)
    again = await firm.does("anna/leave", {"left_on": "2025-06-30"}, **headers)
    assert first.json() == again.json() == {"id": "anna", "version": 2}
    other = await firm.does("anna/leave", {"left_on": "2025-06-29"}, **headers)
    assert kind_of(other) == (422, "key-was-used-for-another-body")


@pytest.mark.parametrize("role", ["rep", "manager", "planner", "auditor", "privacy_officer", "finance"])
async def test_only_human_resources_change_people(firm: Firm, role: Any) -> None:
    await firm.has(*LINE)
    for path, body in (
        ("", {"name": "Eve", "hired_on": "2025-01-01"}),
        ("/anna/move", {"effective_on": "2025-05-01", "team_id": "west"}),
        ("/anna/rename", {"name": "Ann"}),
        ("/anna/leave", {"left_on": "2025-05-01"}),
        ("/anna/owners", {"crm_owners": [{"source": "crm", "owner": "x"}]}),
    ):
        assert kind_of(await firm.office.post(f"/v1/people{path}", body, role)) == (403, "not-allowed")
    assert (await firm.office.get("/v1/people/anna", role)).json()["version"] == 1


async def test_who_has_no_role_or_no_token_sees_nobody(firm: Firm) -> None:
    assert kind_of(await firm.office.get("/v1/people")) == (403, "not-allowed")
    assert kind_of(await firm.office.http.get("/v1/people")) == (401, "token-is-missing")


async def test_every_wrong_field_of_a_hiring_is_named(firm: Firm) -> None:
    wrong = {"person_id": "a b", "hired_on": "1 May", "crm_owners": [{"source": "crm"}], "team": "east", "name": 7}
    answer = await firm.office.post("/v1/people", wrong, "hr")
    assert sorted(pointers(answer)) == ["/crm_owners/0/owner", "/hired_on", "/name", "/person_id", "/team"]
    assert pointers(await firm.does("anna/move", {"effective_on": "2025-05-01"})) == [""]
    headers = firm.office.speaks("ada", "hr") | {"Content-Type": "application/json"}
    broken = await firm.office.http.post("/v1/people", content=b'{"name": ', headers=headers)
    assert kind_of(broken) == (400, "broken-json")
    assert pointers(await firm.office.get("/v1/people", "rep", effective_on="May", limit=0)) == [
        "limit",
        "effective_on",
    ]
