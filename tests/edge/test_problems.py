"""Every kind of error is answered with a problem."""

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI

from edge.problems import AWAY, NO_ROOM, kebab
from edge.refusals import NotAllowed
from tests.edge.tiny import FAULTS, client_of

GOOD: dict[str, Any] = {"id": "t-1", "name": "One", "amount": {"amount": "12.50", "currency": "USD"}}
JSON = {"Content-Type": "application/json"}


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem of an answer, which has the form that all of them have."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert unquote(body["instance"]) == answer.request.url.path
    assert body["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert body["title"].endswith(".")
    return {name: value for name, value in body.items() if name not in {"status", "instance", "correlation_id"}}


async def test_a_refused_rule_is_a_conflict_named_by_the_rule(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/t-1/close")
    assert answer.status_code == 409
    assert problem_of(answer) == {
        "type": "/problems/thing-is-closed",
        "title": "A closed thing is never changed.",
        "detail": "Open a new one instead.",
        "thing_id": "t-1",
        "closed_on": "2026-03-31",
    }


async def test_a_service_says_which_refusals_are_not_found(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/things/nothing")
    assert answer.status_code == 404
    assert problem_of(answer)["type"] == "/problems/thing-is-unknown"


async def test_every_wrong_field_is_named_by_its_pointer(ada: httpx.AsyncClient) -> None:
    wrong: dict[str, Any] = {
        "id": "t 1",
        "nam": "One",
        "amount": {"amount": 12.5, "currency": "ZZZ"},
        "on": 0,
        "rates": [{"kind": "flat", "percent": 5}, {"kind": "flat", "percent": 101}, {"kind": "stepped"}],
    }
    answer = await ada.post("/v1/things", json=wrong)
    assert answer.status_code == 422
    assert [(each["in"], each["pointer"]) for each in problem_of(answer)["errors"]] == [
        ("body", "/id"),
        ("body", "/name"),
        ("body", "/amount/amount"),
        ("body", "/amount/currency"),
        ("body", "/on"),
        ("body", "/rates/1/percent"),
        ("body", "/rates/2/steps"),
        ("body", "/nam"),
    ]


async def test_a_rule_about_fields_names_them_by_their_pointers_too(ada: httpx.AsyncClient) -> None:
    asked = {"friends": ["t-7", "t-9", "t-8"], "best": "t-6"}
    answer = await ada.post("/v1/things/friends?year=2025&asked_by=", json=asked)
    assert answer.status_code == 422
    rule = {"detail": "There are no such friends."}
    assert problem_of(answer)["errors"] == [
        {"in": "query", "parameter": "year"} | rule,
        {"in": "query", "parameter": "asked_by"} | rule,
        {"in": "body", "pointer": "/friends/1"} | rule,
        {"in": "body", "pointer": "/friends/2"} | rule,
        {"in": "body", "pointer": "/best"} | rule,
    ]


async def test_a_parameter_that_is_misspelt_is_named_and_not_passed_over(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/things/t-1?effectiv_on=2026-01-31&x")
    assert answer.status_code == 422
    problem = problem_of(answer)
    assert problem["type"] == "/problems/parameter-is-unknown"
    assert [(each["in"], each["parameter"]) for each in problem["errors"]] == [("query", "effectiv_on"), ("query", "x")]


async def test_a_header_that_is_wrong_is_named(ada: httpx.AsyncClient) -> None:
    answer = await ada.put("/v1/things/t-1", headers={"If-Match": "7"})
    [error] = problem_of(answer)["errors"]
    assert (error["in"], error["parameter"]) == ("header", "If-Match")


@pytest.mark.parametrize(
    ("amount", "rule"),
    [
        ({"amount": "12.555", "currency": "USD"}, "The amount has more digits after the point than its currency."),
        ({"amount": "1000000000001", "currency": "USD"}, "The amount is larger than a trillion."),
    ],
)
async def test_an_absurd_amount_is_named_with_its_rule(
    ada: httpx.AsyncClient, amount: dict[str, str], rule: str
) -> None:
    answer = await ada.post("/v1/things", json=GOOD | {"amount": amount})
    assert answer.status_code == 422
    assert problem_of(answer)["errors"] == [{"in": "body", "pointer": "/amount", "detail": rule}]


async def test_a_wrong_parameter_is_named_with_its_place(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/things/a%20b")
    assert answer.status_code == 422
    [error] = problem_of(answer)["errors"]
    assert (error["in"], error["parameter"]) == ("path", "thing_id")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"id":', "At character 6."),
        (b"{'id': 1}", "At character 1."),
        (b'{"id": "\xff"}', "It is not UTF-8."),
        (b"[" * 100_000, "It is nested too deeply."),
        (b'{"id": ' + b"1" * 5_000 + b"}", "A number has too many digits."),
    ],
)
async def test_broken_json_is_a_bad_request(ada: httpx.AsyncClient, body: bytes, reason: str) -> None:
    answer = await ada.post("/v1/things", content=body, headers=JSON)
    assert answer.status_code == 400
    expected = {"type": "/problems/broken-json", "title": "The body is not JSON.", "detail": reason}
    assert problem_of(answer) == expected


async def test_a_body_that_is_missing_is_a_wrong_field(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things", content=b"", headers=JSON)
    assert answer.status_code == 422
    assert [each["pointer"] for each in problem_of(answer)["errors"]] == [""]


async def test_a_member_that_comes_twice_is_named_and_nothing_is_done(ada: httpx.AsyncClient) -> None:
    body = json.dumps(GOOD).replace('"12.50"', '"12.50", "amount": "99.00"')
    answer = await ada.post("/v1/things", content=body, headers=JSON)
    assert answer.status_code == 422
    problem = problem_of(answer)
    assert problem["type"] == "/problems/member-comes-twice"
    assert [each["pointer"] for each in problem["errors"]] == ["/amount/amount"]


async def test_what_is_sent_where_no_body_is_read_stops_nothing(ada: httpx.AsyncClient) -> None:
    assert (await ada.post("/v1/things/t-1/echo", content=b"\xff{", headers=JSON)).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
async def test_what_is_not_json_is_an_unsupported_type(ada: httpx.AsyncClient, content_type: str) -> None:
    answer = await ada.post("/v1/things", content=b"hello", headers={"Content-Type": content_type})
    assert answer.status_code == 415
    assert problem_of(answer)["type"] == "/problems/unsupported-media-type"


@pytest.mark.parametrize("name", ["a\x00b", "\x7f", "\ud800", " ", "x" * 201])
async def test_a_text_that_cannot_be_kept_is_a_wrong_field(ada: httpx.AsyncClient, name: str) -> None:
    answer = await ada.post("/v1/things", content=json.dumps(GOOD | {"name": name}), headers=JSON)
    assert answer.status_code == 422
    assert [each["pointer"] for each in problem_of(answer)["errors"]] == ["/name"]


async def test_a_pointer_escapes_what_json_pointers_escape(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things", json=GOOD | {"a/b~c": 1})
    assert [each["pointer"] for each in problem_of(answer)["errors"]] == ["/a~1b~0c"]


async def test_a_member_whose_name_cannot_be_written_is_a_wrong_field(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things", content=json.dumps(GOOD | {"\ud800": 1}), headers=JSON)
    assert answer.status_code == 422
    problem_of(answer)


async def test_an_address_without_a_route_is_not_found(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/nowhere")
    assert answer.status_code == 404
    assert problem_of(answer)["type"] == "/problems/not-found"


async def test_an_address_is_shown_as_it_may_be_written(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/a%20b/%C2%84?secret=1")
    assert answer.json()["instance"] == "/v1/a%20b/%C2%84"


async def test_another_method_is_told_which_ones_there_are(ada: httpx.AsyncClient) -> None:
    answer = await ada.delete("/v1/things/t-1")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, PUT"
    assert problem_of(answer)["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize(
    "path", ["/livez", "/v1/things/t-1", "/v1/things/nothing", "/v1/things/a%20b", "/v1/things/broken"]
)
async def test_a_head_is_answered_as_a_get_without_its_body(ada: httpx.AsyncClient, path: str) -> None:
    whole, head = await ada.get(path), await ada.head(path)
    same = ("Content-Type", "Content-Length", "ETag")
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert [head.headers.get(name) for name in same] == [whole.headers.get(name) for name in same]


async def test_an_unforeseen_error_tells_nothing_but_its_correlation_id(ada: httpx.AsyncClient) -> None:
    answer = await ada.get("/v1/things/broken")
    assert answer.status_code == 500
    assert problem_of(answer) == {
        "type": "/problems/internal-server-error",
        "title": "Something went wrong on our side.",
    }
    assert "hunter2" not in answer.text


async def test_a_disk_that_is_full_is_said_to_be(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/full/close")
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "1")
    assert problem_of(answer) == {
        "type": "/problems/no-room",
        "title": "There is no room left to record it.",
        "detail": NO_ROOM,
    }


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "full"])
async def test_a_database_that_does_not_answer_is_to_be_asked_again(ada: httpx.AsyncClient, fault: str) -> None:
    answer = await ada.post(f"/v1/things/{fault}/close")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert problem_of(answer) == {"type": "/problems/not-ready", "title": "Not ready to serve.", "detail": AWAY}


async def test_a_busy_stream_says_when_to_try_again(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/busy/close")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert problem_of(answer)["type"] == "/problems/too-many-writers"


async def test_a_denial_has_no_detail(ada: httpx.AsyncClient, app: FastAPI, rep_token: str) -> None:
    async with client_of(app, rep_token) as rep:
        answer = await rep.post("/v1/things", json=GOOD)
    assert answer.status_code == 403
    assert problem_of(answer) == {"type": "/problems/not-allowed", "title": NotAllowed.__doc__}


async def test_a_good_command_answers_with_id_version_and_etag(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things", json=GOOD)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.json() == {"id": "t-1", "version": 1}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("PlanIsNotDraft", "plan-is-not-draft"), ("CRMIsUnknown", "crm-is-unknown"), ("Q1IsClosed", "q1-is-closed")],
)
def test_a_rules_name_is_written_with_dashes(name: str, kind: str) -> None:
    assert kebab(name) == kind
