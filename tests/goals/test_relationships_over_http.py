"""Named relationships over HTTP: set, ended, asked for on a day."""

from typing import Any

import httpx

from edge.auth import Role
from tests.goals.firm import LINE, Firm
from tests.goals.office import kind_of, pointers

ENGINEER = {"name": "sales_engineer", "from_person_id": "dora", "to_person_id": "anna", "starts_on": "2025-02-01"}
KEY = "dora~anna~sales_engineer"


async def relates(firm: Firm, *roles: Role, **fields: Any) -> httpx.Response:
    return await firm.office.post("/v1/relationships", ENGINEER | fields, *(roles or ("planner",)))


async def ends(firm: Firm, ends_on: str, *roles: Role, **fields: Any) -> httpx.Response:
    body = {"ends_on": ends_on} | fields
    return await firm.office.post(f"/v1/relationships/{KEY}/end", body, *(roles or ("hr",)))


async def found(firm: Firm, **params: Any) -> list[tuple[str, str, str | None]]:
    answer = await firm.office.get("/v1/relationships", "rep", **params)
    assert answer.status_code == 200, answer.text
    return [(each["name"], each["starts_on"], each["ends_on"]) for each in answer.json()["items"]]


async def test_two_people_are_related_and_it_ends(firm: Firm) -> None:
    await firm.has(*LINE)
    first = await relates(firm)
    assert (first.status_code, first.json(), first.headers["ETag"]) == (201, {"id": KEY, "version": 1}, '"1"')
    assert (await relates(firm)).json()["version"] == 1
    assert (await ends(firm, "2025-06-30")).json() == {"id": KEY, "version": 2}
    assert (await relates(firm, starts_on="2025-09-01", ends_on="2025-12-31")).json()["version"] == 3
    assert (await firm.office.get("/v1/relationships", "rep")).json() == {
        "items": [
            ENGINEER | {"relationship_id": KEY, "ends_on": "2025-06-30", "version": 3},
            ENGINEER | {"relationship_id": KEY, "starts_on": "2025-09-01", "ends_on": "2025-12-31", "version": 3},
        ],
        "next": None,
    }
    assert (await ends(firm, "2025-05-31", starts_on="2025-02-01")).json()["version"] == 4
    overlap = await ends(firm, "2025-09-01", starts_on="2025-02-01")
    assert (kind_of(overlap), overlap.json()["other_starts_on"]) == ((409, "relationships-overlap"), "2025-09-01")


async def test_relationships_are_asked_for_by_who_and_day(firm: Firm) -> None:
    await firm.has(*LINE)
    await relates(firm, ends_on="2025-06-30")
    await relates(firm, name="mentor", from_person_id="bob", starts_on="2025-07-01")
    engineer, mentor = ("sales_engineer", "2025-02-01", "2025-06-30"), ("mentor", "2025-07-01", None)
    assert await found(firm, to_person_id="anna") == [mentor, engineer]
    assert await found(firm, to_person_id="anna", effective_on="2025-06-30") == [engineer]
    assert await found(firm, effective_on="2025-07-01") == [mentor]
    assert await found(firm, effective_on="2025-01-31") == []
    assert await found(firm, from_person_id="bob", name="mentor") == [mentor]
    page = (await firm.office.get("/v1/relationships", "rep", limit=1)).json()
    rest = (await firm.office.get("/v1/relationships", "rep", limit=1, cursor=page["next"])).json()
    assert ([each["name"] for each in rest["items"]], rest["next"]) == (["sales_engineer"], None)
    assert kind_of(await firm.office.get("/v1/relationships", "rep", cursor="x")) == (422, "cursor-is-invalid")


async def test_a_relationship_that_cannot_be_is_named(firm: Firm) -> None:
    await firm.has(*LINE)
    nobody = await relates(firm, from_person_id="zoe", to_person_id="yan")
    assert kind_of(nobody) == (422, "relationship-is-with-nobody")
    assert pointers(nobody) == ["/from_person_id", "/to_person_id"]
    oneself = await relates(firm, to_person_id="dora")
    assert (kind_of(oneself), pointers(oneself)) == ((422, "relationship-is-with-oneself"), ["/to_person_id"])
    early = await relates(firm, ends_on="2025-01-31")
    assert (kind_of(early), pointers(early)) == ((422, "last-day-is-before-the-first"), ["/ends_on"])
    wrong: list[tuple[str, object]] = [
        ("name", "Mentor"),
        ("name", "sales engineer"),
        ("name", "a~b"),
        ("name", None),
        ("from_person_id", "d ora"),
        ("to_person_id", 7),
        ("starts_on", "yesterday"),
        ("ends_on", "2025-02-30"),
        ("share", "50"),
    ]
    for field, value in wrong:
        assert pointers(await relates(firm, **{field: value})) == [f"/{field}"], (field, value)
    assert kind_of(await ends(firm, "2025-06-30")) == (404, "relationship-is-unknown")
    assert await found(firm) == []


async def test_only_who_plans_relates_people(firm: Firm) -> None:
    await firm.has(*LINE)
    await relates(firm)
    others: tuple[Role, ...] = ("rep", "manager", "finance", "comp_admin", "auditor")
    for role in others:
        assert kind_of(await relates(firm, role)) == (403, "not-allowed")
        assert kind_of(await ends(firm, "2025-06-30", role)) == (403, "not-allowed")
    assert kind_of(await firm.office.get("/v1/relationships")) == (403, "not-allowed")


async def test_the_version_and_the_key_of_a_relationship_s_request_are_obeyed(firm: Firm) -> None:
    await firm.has(*LINE)
    await relates(firm)
    path, headers = f"/v1/relationships/{KEY}/end", {"If-Match": '"1"', "Idempotency-Key": "end-1"}
    first = await firm.office.post(path, {"ends_on": "2025-06-30"}, "planner", headers=headers)
    again = await firm.office.post(path, {"ends_on": "2025-06-30"}, "planner", headers=headers)
    assert first.json() == again.json() == {"id": KEY, "version": 2}
    stale = await firm.office.post(path, {"ends_on": "2025-07-31"}, "planner", headers={"If-Match": '"1"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
