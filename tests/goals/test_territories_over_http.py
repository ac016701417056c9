"""Territories over HTTP: defined, held by people on days, with the accounts that fall in them."""

from typing import Any

import httpx

from edge.auth import Role
from tests.goals.firm import LINE, Firm
from tests.goals.office import kind_of, pointers

OWNER = {"person_id": "anna", "role": "owner", "starts_on": "2025-02-01"}
INITECH = {"account": "Initech, Inc.", "territory_id": "west", "effective_on": "2025-02-01"}


async def defines(firm: Firm, territory_id: str, *roles: Role, **fields: Any) -> httpx.Response:
    body = {"territory_id": territory_id, "name": territory_id.title()} | fields
    return await firm.office.post("/v1/territories", body, *(roles or ("planner",)))


async def assigns(firm: Firm, *roles: Role, **fields: Any) -> httpx.Response:
    return await firm.office.post("/v1/territories/west/assign", OWNER | fields, *(roles or ("planner",)))


async def ends(firm: Firm, ends_on: str, *roles: Role, **fields: Any) -> httpx.Response:
    body = {"person_id": "anna", "role": "owner", "ends_on": ends_on} | fields
    return await firm.office.post("/v1/territories/west/end", body, *(roles or ("planner",)))


async def places(firm: Firm, *roles: Role, **fields: Any) -> httpx.Response:
    return await firm.office.post("/v1/account-placements", INITECH | fields, *(roles or ("planner",)))


async def listed(firm: Firm, path: str, *members: str, **params: Any) -> list[tuple[Any, ...]]:
    answer = await firm.office.get(f"/v1/{path}", "rep", **params)
    assert answer.status_code == 200, answer.text
    return [tuple(each[member] for member in members) for each in answer.json()["items"]]


async def test_territories_are_defined_and_listed_by_name(firm: Firm) -> None:
    first = await defines(firm, "us")
    assert (first.status_code, first.json(), first.headers["ETag"]) == (201, {"id": "us", "version": 1}, '"1"')
    assert (await defines(firm, "west", parent_id="us")).json()["version"] == 1
    assert (await defines(firm, "west", parent_id="us", name="Coast")).json()["version"] == 2
    assert await listed(firm, "territories", "territory_id", "name", "parent_id") == [
        ("west", "Coast", "us"),
        ("us", "Us", None),
    ]
    page = (await firm.office.get("/v1/territories", "rep", limit=1)).json()
    rest = (await firm.office.get("/v1/territories", "rep", limit=1, cursor=page["next"])).json()
    assert ([each["territory_id"] for each in rest["items"]], rest["next"]) == (["us"], None)
    circle = await defines(firm, "us", parent_id="west")
    assert (kind_of(circle), circle.json()["parent_id"]) == ((409, "territory-is-part-of-itself"), "west")
    nowhere = await defines(firm, "moon", parent_id="sky")
    assert (kind_of(nowhere), pointers(nowhere)) == ((422, "territory-above-is-unknown"), ["/parent_id"])


async def test_a_territory_is_read_again_only_when_it_has_changed(firm: Firm) -> None:
    await firm.has(*LINE)
    await defines(firm, "west")
    shown = await firm.office.get("/v1/territories/west", "rep")
    assert shown.json() == {"territory_id": "west", "name": "West", "parent_id": None, "version": 1}
    headers = firm.office.speaks("ada", "rep") | {"If-None-Match": shown.headers["ETag"]}
    assert (await firm.office.http.get("/v1/territories/west", headers=headers)).status_code == 304
    await assigns(firm)
    assert (await firm.office.http.get("/v1/territories/west", headers=headers)).json()["version"] == 2
    assert kind_of(await firm.office.get("/v1/territories/moon", "rep")) == (404, "no-such-territory")


async def test_people_hold_a_territory_on_days(firm: Firm) -> None:
    await firm.has(*LINE)
    await defines(firm, "west")
    assert (await assigns(firm)).json() == {"id": "west", "version": 2}
    assert (await assigns(firm)).json()["version"] == 2
    await assigns(firm, person_id="dora", role="overlay", starts_on="2025-07-01", ends_on="2025-12-31")
    assert (await ends(firm, "2025-06-30")).json() == {"id": "west", "version": 4}
    anna, dora = ("anna", "owner", "2025-02-01", "2025-06-30"), ("dora", "overlay", "2025-07-01", "2025-12-31")
    members = ("person_id", "role", "starts_on", "ends_on")
    assert await listed(firm, "territory-assignments", *members, territory_id="west") == [anna, dora]
    assert await listed(firm, "territory-assignments", *members, effective_on="2025-06-30") == [anna]
    assert await listed(firm, "territory-assignments", *members, effective_on="2025-07-01") == [dora]
    assert await listed(firm, "territory-assignments", *members, person_id="dora", role="owner") == []
    page = (await firm.office.get("/v1/territory-assignments", "rep", limit=1)).json()
    rest = (await firm.office.get("/v1/territory-assignments", "rep", limit=1, cursor=page["next"])).json()
    assert ([each["person_id"] for each in rest["items"]], rest["next"]) == (["dora"], None)
    overlap = await assigns(firm, starts_on="2025-06-30")
    assert (kind_of(overlap), overlap.json()["other_ends_on"]) == (
        (409, "territory-assignments-overlap"),
        "2025-06-30",
    )


async def test_an_account_falls_in_a_territory_whatever_order_it_is_told_in(firm: Firm) -> None:
    await defines(firm, "west")
    await defines(firm, "east")
    assert (await places(firm, territory_id="east", effective_on="2025-07-01")).json() == {
        "id": "Initech, Inc.",
        "version": 1,
    }
    await places(firm)
    await places(firm, territory_id=None, effective_on="2025-09-01")
    await places(firm, account="Cancity / Zürich")
    members = ("account", "territory_id", "starts_on", "ends_on")
    first, second, third = (
        ("Initech, Inc.", "west", "2025-02-01", "2025-06-30"),
        ("Initech, Inc.", "east", "2025-07-01", "2025-08-31"),
        ("Initech, Inc.", None, "2025-09-01", None),
    )
    assert await listed(firm, "account-placements", *members, account="Initech, Inc.") == [first, second, third]
    assert await listed(firm, "account-placements", *members, territory_id="east") == [second]
    assert await listed(firm, "account-placements", *members, effective_on="2025-08-31") == [
        ("Cancity / Zürich", "west", "2025-02-01", None),
        second,
    ]
    assert (await places(firm, territory_id="east")).json()["version"] == 4
    assert (await listed(firm, "account-placements", *members, effective_on="2025-02-01"))[1] == (
        "Initech, Inc.", "east", "2025-02-01", "2025-06-30"
    )  # fmt: skip


async def test_what_cannot_be_said_of_a_territory_is_named(firm: Firm) -> None:
    await firm.has(*LINE)
    assert kind_of(await assigns(firm)) == (404, "no-such-territory")
    assert kind_of(await ends(firm, "2025-06-30")) == (404, "no-such-territory")
    moon = await places(firm, territory_id="moon")
    assert (kind_of(moon), pointers(moon)) == ((422, "territory-is-unknown"), ["/territory_id"])
    await defines(firm, "west")
    assert kind_of(await ends(firm, "2025-06-30")) == (404, "territory-is-not-assigned")
    stranger = await assigns(firm, person_id="zoe")
    assert (kind_of(stranger), pointers(stranger)) == ((422, "holder-is-unknown"), ["/person_id"])
    early = await assigns(firm, ends_on="2025-01-31")
    assert (kind_of(early), pointers(early)) == ((422, "last-day-is-before-the-first"), ["/ends_on"])
    wrong: list[tuple[str, object]] = [("role", "Owner"), ("role", ""), ("starts_on", "now"), ("person_id", "a b")]
    for field, value in wrong:
        assert pointers(await assigns(firm, **{field: value})) == [f"/{field}"], (field, value)
    wrong = [("account", ""), ("account", "a\x00b"), ("account", 7), ("account", "x" * 201), ("effective_on", None)]
    for field, value in wrong:
        assert pointers(await places(firm, **{field: value})) == [f"/{field}"], (field, value)
    assert pointers(await defines(firm, "east", name="\x1b[2J")) == ["/name"]
    assert pointers(await defines(firm, "e/st")) == ["/territory_id"]
    body = {"account": "Initech", "effective_on": "2025-02-01"}
    assert pointers(await firm.office.post("/v1/account-placements", body, "planner")) == ["/territory_id"]


async def test_only_planners_draw_territories(firm: Firm) -> None:
    await firm.has(*LINE)
    await defines(firm, "west")
    others: tuple[Role, ...] = ("rep", "manager", "hr", "finance", "comp_admin", "auditor")
    for role in others:
        for answer in (
            await defines(firm, "west", role),
            await assigns(firm, role),
            await ends(firm, "2025-06-30", role),
            await places(firm, role),
        ):
            assert kind_of(answer) == (403, "not-allowed")
    for path in ("territories", "territories/west", "territory-assignments", "account-placements"):
        assert kind_of(await firm.office.get(f"/v1/{path}")) == (403, "not-allowed")


async def test_the_version_and_the_key_of_a_territory_s_request_are_obeyed(firm: Firm) -> None:
    await firm.has(*LINE)
    await defines(firm, "west")
    headers = {"If-Match": '"1"', "Idempotency-Key": "assign-1"}
    first = await firm.office.post("/v1/territories/west/assign", OWNER, "planner", headers=headers)
    again = await firm.office.post("/v1/territories/west/assign", OWNER, "planner", headers=headers)
    assert first.json() == again.json() == {"id": "west", "version": 2}
    stale = await firm.office.post("/v1/account-placements", INITECH, "planner", headers={"If-Match": '"1"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
    taken = {"territory_id": "west", "name": "Other"}
    new = await firm.office.post("/v1/territories", taken, "planner", headers={"If-None-Match": "*"})
    assert kind_of(new) == (412, "stream-is-at-another-version")
