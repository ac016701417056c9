"""Operators see what a service could not read, retry it, and drop it, over HTTP and in every service."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from edge.auth import Role
from events import parked
from events.hearing import hear
from events.parked import KEY, Parked, listed
from events.store.ids import new_id
from events.store.tables import dirty
from events.wire.cloudevents import Letter, source_of
from tests.goals.office import NOW, Office, kind_of, office

HEARS = (
    ("goals", "compensation", "AttainmentMeasured"),
    ("performance", "goals", "PersonHired"),
    ("compensation", "goals", "PersonHired"),
    ("feedback", "goals", "PersonHired"),
)
ROTTEN = b'{"type": 7}'


@pytest.fixture(params=HEARS, ids=[name for name, *_ in HEARS])
async def service(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """A service that heard two events of one stream, the first of which nobody can read."""
    name, source, event = request.param
    async with office(importlib.import_module(f"{name}.main").make, database_url, tmp_path) as opened:
        letters = [letter(source, event, sequence) for sequence in (1, 2)]
        await opened.store.database.write(lambda writing: hear(writing, opened.store.journal, letters))
        yield opened


def letter(source: str, event: str, sequence: int) -> Letter:
    return Letter(
        id=new_id(),
        source=source_of(source),
        type=f"attain.{source}.{event}.v1",
        subject="stream-7",
        time=NOW,
        sequence=sequence,
        position=sequence,
        correlation_id=new_id(),
        data=ROTTEN,
    )


async def shelf(service: Office, **asked: Any) -> list[dict[str, Any]]:
    answer = await service.get("/v1/parked", "integration", **asked)
    assert answer.status_code == 200, answer.text
    return sorted(answer.json()["items"], key=lambda each: each["index"])


async def test_what_was_heard_and_not_read_is_listed_and_shown_as_it_came(service: Office) -> None:
    first, second = await shelf(service)
    assert (first["kind"], first["index"], second["index"]) == ("heard", 1, 2)
    assert first["stream"].endswith("-stream-7")
    assert "an earlier event of its stream is parked" in second["faults"][0]["detail"]
    assert await shelf(service, kind="key") == []
    assert await shelf(service, stream="another") == []
    shown = (await service.get(f"/v1/parked/{first['id']}", "auditor")).json()
    assert '"subject":"stream-7"' in shown["content"].replace(" ", "")


async def test_a_retry_says_what_is_still_wrong_and_loses_nothing(service: Office) -> None:
    first, _ = await shelf(service)
    assert kind_of(await service.post(f"/v1/parked/{first['id']}/retry", None, "integration")) == (
        409,
        "still-unreadable",
    )
    assert len(await shelf(service)) == 2


async def test_one_is_dropped_for_a_reason_and_a_repeated_request_drops_no_more(service: Office) -> None:
    first, second = await shelf(service)
    path, key = f"/v1/parked/{first['id']}/drop", {"Idempotency-Key": "once"}
    assert (await service.post(path, {}, "integration")).status_code == 422
    for _ in range(2):
        assert (await service.post(path, {"reason": "sent by mistake"}, "integration", headers=key)).status_code == 204
    assert [each["id"] for each in await shelf(service)] == [second["id"]]
    assert kind_of(await service.post(path, {"reason": "again"}, "integration")) == (404, "parked-is-unknown")


@pytest.mark.parametrize("role", ["rep", "manager", "auditor"])
async def test_only_operators_change_what_is_parked(service: Office, role: Role) -> None:
    first, _ = await shelf(service)
    assert (await service.post(f"/v1/parked/{first['id']}/retry", None, role)).status_code == 403
    assert (await service.post(f"/v1/parked/{first['id']}/drop", {"reason": "no"}, role)).status_code == 403
    assert (await service.get("/v1/parked", role)).status_code == (200 if role == "auditor" else 403)


async def test_a_key_that_failed_is_marked_again(service: Office) -> None:
    journal = service.store.journal
    await service.store.database.write(
        lambda writing: parked.park_key(writing, journal, "earnings", "ada~2025", 1, "OrchardIsBlighted: north")
    )
    [entry] = await shelf(service, kind=KEY)
    assert (await service.post(f"/v1/parked/{entry['id']}/retry", None, "integration")).status_code == 200
    assert await service.store.read(lambda reading: reading.rows(listed(KEY), Parked)) != []
    assert await service.store.read(lambda reading: reading.scalar(select(dirty.c.key))) == "ada~2025"
