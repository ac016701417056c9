"""Accounts, products, activities and posted results over HTTP: recorded, corrected, listed, and who may."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from events.contracts.goals import TeamChangedV1
from events.store.session import Reading
from tests.performance.crm import Office

ACCOUNT: dict[str, Any] = {
    "account_id": "Müller & Söhne",
    "name": "Müller und Söhne GmbH",
    "attributes": {"segment": "enterprise", "industry": "retail"},
    "parent_id": "Acme",
}
PRODUCT: dict[str, Any] = {"product_id": "gtx-pro", "name": "GTX Pro", "line": "GTX", "product_type": "license"}
ACTIVITY: dict[str, Any] = {"activity_id": "a-1", "kind": "demo", "person_id": "anna", "done_on": "2017-03-08"}
RESULT: dict[str, Any] = {
    "name": "operating_income",
    "subject_kind": "company",
    "subject_id": "company",
    "period": "2017-Q1",
    "value": "990.5",
    "target": "1000",
    "currency": "USD",
}
BODIES = (("accounts", ACCOUNT), ("products", PRODUCT), ("activities", ACTIVITY), ("results", RESULT))


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def places(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [each["pointer"] for each in answer.json()["errors"]]


def everything_stored(reading: Reading) -> str:
    tables = ("events", "activities", "requests")
    return "".join(repr(row) for table in tables for row in reading.tuples(text(f"SELECT * FROM {table}")))  # noqa: S608 the names above


async def hired(crm: Office) -> None:
    await crm.set_calendar()
    await crm.hire("anna", "Anna Snelling", "Anna", manager_id="dustin")
    await crm.hire("carl", "Carl Lin", manager_id="anna")


async def recorded(crm: Office, path: str, body: dict[str, Any], *, version: int = 1) -> None:
    answer = await crm.post(f"/v1/{path}", body, "integration")
    assert (answer.status_code, answer.json()["version"]) == (201, version), answer.text


async def ids(crm: Office, *roles: Any, person: str = "ada", **params: Any) -> list[str]:
    answer = await crm.get("/v1/activities", *roles, person=person, **params)
    assert answer.status_code == 200, answer.text
    return [each["activity_id"] for each in answer.json()["items"]]


async def test_an_account_is_described_and_described_again(crm: Office) -> None:
    await recorded(crm, "accounts", ACCOUNT)
    await recorded(crm, "accounts", ACCOUNT)
    shown = await crm.get("/v1/accounts/Müller & Söhne", "rep")
    assert (shown.headers["ETag"], shown.json()) == ('"1"', ACCOUNT | {"version": 1})
    await recorded(crm, "accounts", {"account_id": "Müller & Söhne", "name": "Müller"}, version=2)
    slashed = {"account_id": "A/B", "name": "A and B"}
    await recorded(crm, "accounts", slashed | {"parent_id": "Acme"})
    assert (await crm.get("/v1/accounts/A%2FB", "rep")).json()["name"] == "A and B"
    await recorded(crm, "accounts", slashed, version=2)
    await recorded(crm, "accounts", {"account_id": "Acme", "name": "Acme"})
    listed = (await crm.get("/v1/accounts", "manager")).json()["items"]
    assert [(each["account_id"], each["parent_id"], each["attributes"]) for each in listed] == [
        ("A/B", None, {}),
        ("Acme", None, {}),
        ("Müller & Söhne", None, {}),
    ]
    assert (await crm.get("/v1/accounts", "manager", parent_id="Acme")).json()["items"] == []


async def test_a_product_is_described_and_described_again(crm: Office) -> None:
    await recorded(crm, "products", PRODUCT)
    await recorded(crm, "products", PRODUCT | {"attributes": {"tier": "premium"}}, version=2)
    shown = await crm.get("/v1/products/gtx-pro", "enablement")
    assert shown.json() == PRODUCT | {"attributes": {"tier": "premium"}, "version": 2}
    await recorded(crm, "products", {"product_id": "mg", "name": "MG Special"})
    first = (await crm.get("/v1/products", "rep", limit=1)).json()
    second = (await crm.get("/v1/products", "rep", limit=1, cursor=first["next"])).json()
    found = [each["product_id"] for page in (first, second) for each in page["items"]]
    assert (found, second["next"]) == (["gtx-pro", "mg"], None)
    assert len((await crm.get("/v1/products", "rep", line="GTX")).json()["items"]) == 1


async def test_an_activity_is_recorded_and_withdrawn(crm: Office) -> None:
    await hired(crm)
    fields = [{"name": "minutes", "type": "number", "value": "45"}]
    await recorded(crm, "activities", ACTIVITY | {"deal_id": "crm.D-1", "account": "Cancity", "fields": fields})
    shown = await crm.get("/v1/activities/a-1", "rep", person="anna")
    whole = {"count": 1, "deal_id": "crm.D-1", "account": "Cancity", "fields": fields, "withdrawn": None}
    assert shown.json() == ACTIVITY | whole | {"owner_hash": None, "version": 1}
    other = ACTIVITY | {"count": 2}
    refused = await crm.post("/v1/activities", other, "integration")
    assert (problem(refused), refused.json()["done_on"]) == ((409, "activity-is-recorded-already"), "2017-03-08")
    headers = {"If-Match": '"1"', "Idempotency-Key": "w-1"}
    first = await crm.post("/v1/activities/a-1/withdraw", {"reason": "Nobody came"}, "finance", **headers)
    again = await crm.post("/v1/activities/a-1/withdraw", {"reason": "Nobody came"}, "finance", **headers)
    assert first.json() == again.json() == {"id": "a-1", "version": 2}
    [row] = (await crm.get("/v1/activities", "planner", deal_id="crm.D-1")).json()["items"]
    assert (row["withdrawn"], row["version"]) == ("Nobody came", 2)


async def test_a_crm_names_the_owner_of_an_activity_and_no_name_is_kept(crm: Office) -> None:
    await hired(crm)
    for number, name in enumerate(("Anna", "Zane Levy")):
        owner = {"source": "crm", "name": name}
        said = {"activity_id": f"a-{number}", "kind": "call", "owner": owner, "done_on": f"2017-03-0{number + 1}"}
        await recorded(crm, "activities", said)
    listed = (await crm.get("/v1/activities", "planner")).json()["items"]
    assert [(each["person_id"], each["owner_hash"]) for each in listed] == [
        ("anna", None),
        (None, crm.keys.hash_of("crm-owner:crm", "Zane Levy")),
    ]
    assert await ids(crm, "rep", person="anna") == ["a-0"]
    stored = await crm.store.read(everything_stored)
    assert "a-1" in stored
    assert "Levy" not in stored


async def test_activities_are_narrowed_and_seen_by_whom_they_concern(crm: Office) -> None:
    await hired(crm)
    for number, (person, kind) in enumerate((("anna", "demo"), ("carl", "call"), ("anna", "call"))):
        said = {"activity_id": f"a-{number}", "kind": kind, "person_id": person, "done_on": f"2017-03-0{3 - number}"}
        await recorded(crm, "activities", said)
    assert await ids(crm, "planner") == ["a-2", "a-1", "a-0"]
    assert await ids(crm, "planner", kind="call") == ["a-2", "a-1"]
    assert await ids(crm, "planner", person_id="anna", done_from="2017-03-02") == ["a-0"]
    assert await ids(crm, "planner", done_to="2017-03-01") == ["a-2"]
    assert await ids(crm, "rep", person="carl") == ["a-1"]
    assert await ids(crm, "manager", person="anna") == ["a-2", "a-1", "a-0"]
    assert problem(await crm.get("/v1/activities/a-0", "rep", person="carl")) == (404, "activity-is-unknown")
    assert problem(await crm.get("/v1/activities", "hr")) == (403, "not-allowed")


async def test_a_result_is_posted_and_corrected_for_a_reason(crm: Office) -> None:
    assert problem(await crm.post("/v1/results", RESULT, "finance")) == (409, "calendar-is-unknown")
    await hired(crm)
    await crm.tell("goals", "team-west", TeamChangedV1(team_id="west", name="West"))
    await recorded(crm, "results", RESULT)
    await recorded(crm, "results", RESULT)
    assert problem(await crm.post("/v1/results", RESULT | {"value": "1"}, "finance")) == (
        409,
        "result-is-recorded-already",
    )
    await recorded(crm, "results", RESULT | {"value": "980.00", "reason": "A cost was moved"}, version=2)
    result_id = "operating_income~company~company~2017-Q1"
    shown = await crm.get(f"/v1/results/{result_id}", "auditor")
    assert shown.json() == RESULT | {
        "result_id": result_id,
        "value": "980.00",
        "target": "1000.00",
        "starts_on": "2017-01-01",
        "ends_on": "2017-03-31",
        "reason": "A cost was moved",
        "version": 2,
    }
    plain = {"name": "nps", "period": "2017-M02", "value": "0.12345", "target": None, "currency": None}
    for kind, subject in (("team", "west"), ("person", "anna"), ("territory", "t-9")):
        await recorded(crm, "results", RESULT | plain | {"subject_kind": kind, "subject_id": subject})
    listed = (await crm.get("/v1/results", "finance", name="nps", period="2017-M02")).json()["items"]
    assert [(each["subject_id"], each["value"], each["target"]) for each in listed] == [
        ("anna", "0.12345", None),
        ("west", "0.12345", None),
        ("t-9", "0.12345", None),
    ]
    assert len((await crm.get("/v1/results", "finance", subject_id="west")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("path", "changes", "pointers"),
    [
        ("accounts", {"account_id": "a\x00b"}, ["/account_id"]),
        ("accounts", {"parent_id": "Müller & Söhne"}, ["/parent_id"]),
        ("accounts", {"attributes": {"a/b": "x"}}, ["/attributes/a~1b"]),
        ("accounts", {"attributes": {"a": 5}}, ["/attributes/a"]),
        ("accounts", {"attributes": {f"a{number}": "x" for number in range(51)}}, ["/attributes"]),
        ("products", {"product_id": "a b"}, ["/product_id"]),
        ("products", {"name": ""}, ["/name"]),
        ("activities", {"kind": "Demo"}, ["/kind"]),
        ("activities", {"person_id": "zoe"}, ["/person_id"]),
        ("activities", {"count": 0}, ["/count"]),
        ("activities", {"count": True}, ["/count"]),
        ("activities", {"fields": [{"name": "a", "type": "colour", "value": "red"}]}, ["/fields/0"]),
        ("results", {"value": "990.505"}, ["/value"]),
        ("results", {"value": 990}, ["/value"]),
        ("results", {"target": "0"}, ["/target"]),
        ("results", {"period": "2017-Q5"}, ["/period"]),
        ("results", {"subject_id": "acme"}, ["/subject_id"]),
        ("results", {"subject_kind": "planet"}, ["/subject_kind"]),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    crm: Office, path: str, changes: dict[str, Any], pointers: list[str]
) -> None:
    await hired(crm)
    assert places(await crm.post(f"/v1/{path}", dict(BODIES)[path] | changes, "integration")) == pointers


async def test_an_activity_is_of_exactly_one(crm: Office) -> None:
    both = ACTIVITY | {"owner": {"source": "crm", "name": "Anna"}}
    nobody = ACTIVITY | {"person_id": None}
    for body in (both, nobody):
        answer = await crm.post("/v1/activities", body, "integration")
        assert problem(answer) == (422, "activity-is-of-one-who-is-not-named")


async def test_who_may_not_record_is_refused_and_what_is_not_there_is_not_found(crm: Office) -> None:
    for path, body in BODIES:
        assert problem(await crm.post(f"/v1/{path}", body, "planner", "rep")) == (403, "not-allowed")
        singular = {"activities": "activity"}.get(path, path.removesuffix("s"))
        assert problem(await crm.get(f"/v1/{path}/none", "finance")) == (404, f"{singular}-is-unknown")
    assert problem(await crm.get("/v1/results", "rep")) == (403, "not-allowed")
