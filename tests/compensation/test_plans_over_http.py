"""Plans and assignments over HTTP: the life of a plan, who may do what, and every problem."""

from datetime import date
from typing import Any

import pytest

from edge.auth import ROLES
from events.contracts.compensation import PlanPublishedV1
from tests.compensation.company import ACCELERATED, Company, commission

NEW = {"plan_id": "accelerated"} | ACCELERATED


def paying(*tiers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"components": [commission(*tiers, **changes)]}


async def test_a_plan_is_drafted_revised_published_and_shown(firm: Company) -> None:
    assert (await firm.post("/v1/plans", NEW)).json() == {"id": "accelerated", "version": 1}
    await firm.post("/v1/plans/accelerated/publish", {"effective_on": "2017-01-01"})
    steep = ACCELERATED | paying({"up_to": "120", "rate": "6.5"}, {"up_to": None, "rate": "9"})
    answer = await firm.post("/v1/plans/accelerated/revise", steep)
    assert (answer.headers["ETag"], answer.json()["version"]) == ('"3"', 3)
    plan = await firm.get("/v1/plans/accelerated")
    assert plan.headers["ETag"] == '"3"'
    assert [(each["version"], each["status"], each["effective_on"]) for each in plan.json()["versions"]] == [
        (1, "published", "2017-01-01"),
        (2, "draft", None),
    ]
    assert plan.json()["versions"][0]["document"]["components"][0]["table"]["tiers"] == [
        {"up_to": "100", "rate": "5"},
        {"up_to": None, "rate": "8"},
    ]
    assert plan.json()["in_words"].startswith("6.5% of bookings up to 120% of the quarter's quota, 9% above.")
    [listed] = (await firm.get("/v1/plans")).json()["items"]
    assert (listed["id"], listed["status"], listed["plan_version"]) == ("accelerated", "draft", 2)


async def test_two_versions_of_a_plan_are_compared_place_by_place(firm: Company) -> None:
    await firm.publish_plan()
    steep = paying({"up_to": "120", "rate": "5"}, {"up_to": None, "rate": "8"})
    spiff = commission({"up_to": None, "rate": "1"}) | {"id": "spiff"}
    await firm.post(
        "/v1/plans/accelerated/revise", ACCELERATED | {"name": "Steep", "components": [spiff, *steep["components"]]}
    )
    answer = await firm.get("/v1/plans/accelerated/differences", before=1, after=2)
    found = {each["pointer"]: (each["before"], each["after"]) for each in answer.json()["differences"]}
    assert list(found) == ["/name", "/components/commission/table/tiers", "/components/spiff"]
    assert found["/name"] == ("Accelerated 2017", "Steep")
    assert found["/components/commission/table/tiers"][1][0] == {"up_to": "120", "rate": "5"}
    assert found["/components/spiff"][0] is None
    assert answer.json()["in_words_after"].startswith("Spiff: 1% of bookings by quarter. Commission: 5% of bookings")
    missing = await firm.get("/v1/plans/accelerated/differences", before=1, after=3)
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/version-is-unknown")
    refused = await firm.get("/v1/plans/accelerated/differences", "rep", by="ada", before=1, after=2)
    assert refused.status_code == 403


async def test_others_hear_of_a_published_plan(firm: Company) -> None:
    await firm.publish_plan()
    assert await firm.published() == [
        PlanPublishedV1(plan_id="accelerated", name="Accelerated 2017", plan_version=1, effective_on=date(2017, 1, 1))
    ]


async def test_every_fault_of_a_plan_is_named(firm: Company) -> None:
    wrong = NEW | {"currency": "ABC"} | paying({"up_to": "100", "rate": "-5"}, {"up_to": "90", "rate": "8"})
    answer = await firm.post("/v1/plans", wrong)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/plan-is-faulty")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/currency",
        "/components/0/table/tiers/0/rate",
        "/components/0/table/tiers/1/up_to",
        "/components/0/table/tiers/1/up_to",
    ]


async def test_nothing_has_no_sign(firm: Company) -> None:
    nothing = paying({"up_to": "100", "rate": "-0"}, {"up_to": None, "rate": "8"})
    await firm.post("/v1/plans", NEW | nothing)
    plan = await firm.get("/v1/plans/accelerated")
    assert plan.json()["in_words"].startswith("0% of bookings up to 100% of the quarter's quota, 8% above.")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pays": "week"}, "/pays"),
        ({"credit_rules": [{"id": "own", "source": "joy"}]}, "/credit_rules/0/source"),
        (paying({"up_to": None, "rate": 5}), "/components/0/table/tiers/0/rate"),
        (paying({"up_to": None, "rate": "5e1"}), "/components/0/table/tiers/0/rate"),
        (paying({"rate": "5"}), "/components/0/table/tiers/0/up_to"),
        (paying({"up_to": None, "rate": "5"}, kind="cliff"), "/components/0/table/kind"),
        ({"bonus": "1"}, "/bonus"),
        ({"plan_id": "a b"}, "/plan_id"),
        ({"rounding": {"rule": "down", "at": "end"}}, "/rounding/rule"),
    ],
)
async def test_a_body_of_another_form_is_named_by_field(firm: Company, change: dict[str, Any], pointer: str) -> None:
    answer = await firm.post("/v1/plans", NEW | change)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("plans", NEW | {"name": "Other"}, 409, "plan-exists"),
        ("plans/accelerated/publish", {"effective_on": "2017-07-01"}, 409, "plan-is-not-draft"),
        ("plans/accelerated/publish", {"effective_on": "2017-02-30"}, 422, "wrong-fields"),
        ("plans/nothing/publish", {"effective_on": "2017-07-01"}, 404, "plan-is-unknown"),
        ("plans/nothing/revise", ACCELERATED, 404, "plan-is-unknown"),
        (
            "assignments",
            {"person_id": "bob", "plan_id": "accelerated", "starts_on": "2017-01-01"},
            422,
            "person-is-unknown",
        ),
        (
            "assignments",
            {"person_id": "ada", "plan_id": "draft", "starts_on": "2017-01-01"},
            409,
            "plan-is-not-published",
        ),
        (
            "assignments",
            {"person_id": "ada", "plan_id": "second", "starts_on": "2017-01-01"},
            409,
            "assignments-overlap",
        ),
        (
            "assignments",
            {"person_id": "ada", "plan_id": "second", "starts_on": "2017-02-01", "ends_on": "2017-01-01"},
            422,
            "assignment-ends-before-it-starts",
        ),
        ("assignments/ada~nothing/end", {"ends_on": "2017-02-01"}, 404, "assignment-is-unknown"),
    ],
)
async def test_a_command_against_the_rules_is_refused(
    firm: Company, path: str, body: dict[str, Any], status: int, kind: str
) -> None:
    await firm.settle()
    await firm.publish_plan("second")
    await firm.post("/v1/plans", NEW | {"plan_id": "draft"})
    answer = await firm.post(f"/v1/{path}", body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")
    pointed = [each["pointer"].removeprefix("/") for each in answer.json().get("errors", [])]
    assert bool(pointed) is (status == 422)
    assert set(pointed) <= set(body)


async def test_only_those_who_look_after_plans_change_them(firm: Company) -> None:
    await firm.settle()
    assigning = {"person_id": "ada", "plan_id": "accelerated", "starts_on": "2017-01-01"}
    for role in ROLES - {"comp_admin"}:
        for path, body in [
            ("plans", NEW),
            ("plans/accelerated/revise", ACCELERATED),
            ("plans/accelerated/publish", {"effective_on": "2017-01-01"}),
            ("assignments", assigning),
            ("assignments/ada~accelerated/end", {"ends_on": "2017-02-01"}),
        ]:
            headers = {"Authorization": f"Bearer {firm.issuer.token('carol', [role])}"}  # pyright: ignore[reportArgumentType] one of them
            assert (await firm.http.post(f"/v1/{path}", json=body, headers=headers)).status_code == 403


async def test_an_old_etag_stops_a_command(firm: Company) -> None:
    await firm.publish_plan()
    answer = await firm.post("/v1/plans/accelerated/revise", ACCELERATED | {"name": "New"}, **{"If-Match": '"1"'})
    assert answer.status_code == 412


async def test_a_request_that_comes_again_gets_the_same_answer(firm: Company) -> None:
    headers = {"Idempotency-Key": '"once"'}
    first = await firm.post("/v1/plans", NEW, **headers)
    again = await firm.post("/v1/plans", NEW, **headers)
    other = await firm.post("/v1/plans", NEW | {"name": "Other"}, **headers)
    assert (again.status_code, again.json()) == (201, first.json())
    assert other.status_code == 422


async def test_people_read_the_plans_that_they_were_assigned_to(firm: Company) -> None:
    await firm.settle()
    await firm.publish_plan("secret")
    own = await firm.get("/v1/plans", "rep", by="ada")
    assert [each["id"] for each in own.json()["items"]] == ["accelerated"]
    assert (await firm.get("/v1/plans/accelerated", "rep", by="ada")).status_code == 200
    assert (await firm.get("/v1/plans/secret", "rep", by="ada")).status_code == 403
    assert (await firm.get("/v1/plans/nothing")).status_code == 404


async def test_assignments_are_listed_for_those_who_may_see_them(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await firm.assign("bob")
    await firm.post("/v1/assignments/bob~accelerated/end", {"ends_on": "2017-06-30"})
    everyone = (await firm.get("/v1/assignments")).json()["items"]
    assert [(each["id"], each["ends_on"]) for each in everyone] == [
        ("ada~accelerated", None),
        ("bob~accelerated", "2017-06-30"),
    ]
    line = (await firm.get("/v1/assignments", "manager", by="mia")).json()["items"]
    assert [each["person_id"] for each in line] == ["ada"]
    assert (await firm.get("/v1/assignments", "rep", by="bob", person_id="ada")).status_code == 403
    assert (await firm.get("/v1/assignments", person_id="bob", plan_id="other")).json()["items"] == []
