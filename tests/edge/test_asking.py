"""How a request becomes an asking: versions, keys, conversations."""

import hashlib
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from edge.asking import RoleAsking, key_of
from edge.refusals import IdempotencyKeyIsMalformed, NotAllowed
from tests.edge.tiny import NOON

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CORRELATION = "01930c5e-7d4a-7c21-9e1b-3f1f5a2b6c7d"


async def echo(client: httpx.AsyncClient, **headers: str) -> dict[str, Any]:
    """Return how a command with these headers was asked."""
    answer = await client.post(
        "/v1/things/t-1/echo", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_time_of_an_asking_is_the_apps_clocks(ada: httpx.AsyncClient) -> None:
    seen = (await ada.get("/v1/things/t-1")).json()
    assert (seen["seen_by"], seen["at"]) == ("ada", NOON.isoformat().replace("+00:00", "Z"))


async def test_a_callers_correlation_id_is_kept_and_given_back(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/t-1/echo", headers={"X-Correlation-Id": CORRELATION})
    assert answer.json()["correlation_id"] == answer.headers["X-Correlation-Id"] == CORRELATION


async def test_a_correlation_id_that_is_none_is_replaced(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/t-1/echo", headers={"X-Correlation-Id": "<script>"})
    assert answer.headers["X-Correlation-Id"] == answer.json()["correlation_id"] != "<script>"


@pytest.mark.parametrize(
    ("given", "kept"),
    [(TRACE, TRACE), (TRACE.upper(), None), ("00-" + "0" * 32 + TRACE[35:], None), ("ff" + TRACE[2:], None)],
)
async def test_only_a_valid_trace_is_kept(ada: httpx.AsyncClient, given: str, kept: str | None) -> None:
    answer = await ada.get("/v1/things/t-1", headers={"traceparent": given})
    assert answer.json()["trace"] == kept


@pytest.mark.parametrize(("tag", "version"), [('"7"', 7), ('"0"', 0), ("*", None), (' "7" ', 7)])
async def test_if_match_says_the_expected_version(ada: httpx.AsyncClient, tag: str, version: int | None) -> None:
    assert (await echo(ada, If_Match=tag))["expected_version"] == version


async def test_if_none_match_star_expects_that_there_is_nothing_yet(ada: httpx.AsyncClient) -> None:
    assert (await echo(ada, If_None_Match="*"))["expected_version"] == 0


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"If-Match": 'W/"7"'}, 412, "version-is-weak"),
        ({"If-Match": "7"}, 400, "version-is-malformed"),
        ({"If-Match": '"7", "8"'}, 400, "version-is-malformed"),
        ({"If-Match": '"-1"'}, 400, "version-is-malformed"),
        ({"If-Match": '"6"'}, 412, "stream-is-at-another-version"),
        ({}, 428, "version-is-required"),
    ],
)
async def test_a_version_that_does_not_hold_stops_the_command(
    ada: httpx.AsyncClient, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = await ada.put("/v1/things/t-1", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{kind}")


async def test_the_version_that_was_read_lets_the_command_pass(ada: httpx.AsyncClient) -> None:
    read = await ada.get("/v1/things/t-1")
    changed = await ada.put("/v1/things/t-1", headers={"If-Match": read.headers["ETag"]})
    assert changed.json() == {"id": "t-1", "version": 8}


@pytest.mark.parametrize("tag", ['"7"', 'W/"7"', "*", '"1", "7"'])
async def test_what_the_caller_has_already_is_not_sent_again(ada: httpx.AsyncClient, tag: str) -> None:
    answer = await ada.get("/v1/things/t-1", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"7"')


async def test_a_request_is_known_by_route_key_and_body(ada: httpx.AsyncClient) -> None:
    answer = await ada.post("/v1/things/t-1/echo", headers={"Idempotency-Key": '"k-1"'}, content=b"body")
    asked = answer.json()
    assert (asked["route"], asked["key"]) == ("POST /v1/things/t-1/echo", "k-1")
    assert asked["body_hash"] == hashlib.sha256(b"body").hexdigest()


async def test_without_a_key_a_request_is_never_the_same_one(ada: httpx.AsyncClient) -> None:
    assert (await echo(ada))["key"] is None


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "k\tk", "ключ"])
async def test_a_key_that_is_none_is_a_bad_request(ada: httpx.AsyncClient, key: str) -> None:
    answer = await ada.post("/v1/things/t-1/echo", headers=[(b"Idempotency-Key", key.encode())])
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-is-malformed")


printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=255)


@for_all(printable)
def test_a_key_in_quotes_is_read_as_it_was_meant(key: str) -> None:
    quoted = '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert key_of(quoted) == key


@pytest.mark.parametrize("key", ["", "\x7f", "é"])
def test_a_key_has_printable_ascii_only(key: str) -> None:
    with pytest.raises(IdempotencyKeyIsMalformed):
        key_of(key)


def test_roles_decide_and_ones_own_is_ones_own() -> None:
    asker = RoleAsking(actor="bob", at=NOON, correlation_id=UUID(CORRELATION), roles=frozenset({"rep"}))
    asker.needs("rep", "manager")
    asker.needs_self_or("bob", "manager")
    with pytest.raises(NotAllowed):
        asker.needs("manager")
    with pytest.raises(NotAllowed):
        asker.needs_self_or("ada", "manager")
