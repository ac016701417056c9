"""Coaching notes over HTTP: who writes them about whom, who reads them, what is left when somebody is erased."""

from datetime import date
from typing import Any

import httpx
import pytest

from events.contracts.goals import CalendarSetV1, PersonMovedV1
from tests.goals.office import Office, kind_of, pointers

BODY: dict[str, Any] = {"about_id": "anna", "text": "Listens well.", "noted_on": "2025-03-03"}


async def writes(desk: Office, person: str = "bob", key: str | None = None, **fields: Any) -> httpx.Response:
    """Send a note, as a manager does."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return await desk.post("/v1/notes", BODY | fields, "manager", person=person, headers=headers)


async def note(desk: Office, **fields: Any) -> str:
    answer = await writes(desk, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def texts(desk: Office, person: str, *roles: Any, **params: Any) -> list[str | None]:
    answer = await desk.get("/v1/notes", *(roles or ("rep",)), person=person, **params)
    assert answer.status_code == 200, answer.text
    return [each["text"] for each in answer.json()["items"]]


async def changes(desk: Office, path: str, body: object, person: str = "bob") -> httpx.Response:
    return await desk.post(f"/v1/notes/{path}", body, "manager", person=person)


async def test_a_note_is_written_and_read_by_its_author(desk: Office) -> None:
    answer = await writes(desk, shared_with=["dora"])
    note_id = answer.json()["id"]
    assert (answer.status_code, answer.json()["version"], answer.headers["ETag"]) == (201, 1, '"1"')
    shown = await desk.get(f"/v1/notes/{note_id}", "manager", person="bob")
    assert shown.headers["ETag"] == '"1"'
    assert shown.json() == {
        "note_id": note_id,
        "about_id": "anna",
        "author_id": "bob",
        "noted_on": "2025-03-03",
        "text": "Listens well.",
        "erased": False,
        "shared_with": ["dora"],
        "shared_with_subject": False,
        "withdrawn": False,
        "version": 1,
        "revisions": [{"number": 1, "text": "Listens well.", "written_at": "2025-07-15T12:00:00Z"}],
    }


async def test_a_note_keeps_what_it_said(desk: Office) -> None:
    note_id = await note(desk)
    revised = await changes(desk, f"{note_id}/revise", {"text": "Listens better."})
    again = await changes(desk, f"{note_id}/revise", {"text": "Listens better."})
    assert revised.json() == again.json() == {"id": note_id, "version": 2}
    shown = (await desk.get(f"/v1/notes/{note_id}", "manager", person="bob")).json()
    assert shown["text"] == "Listens better."
    assert [(each["number"], each["text"]) for each in shown["revisions"]] == [
        (1, "Listens well."),
        (2, "Listens better."),
    ]


async def test_a_note_is_read_by_those_it_is_shared_with_and_nobody_else(desk: Office) -> None:
    note_id = await note(desk)
    for person in ("anna", "cleo", "dora"):
        denied = await desk.get(f"/v1/notes/{note_id}", "rep", "manager", "hr", "privacy_officer", person=person)
        assert kind_of(denied) == (403, "not-allowed")
        assert set(denied.json()) == {"type", "title", "status", "instance", "correlation_id"}
        assert await texts(desk, person, about_id="anna") == []
    shared = await changes(desk, f"{note_id}/share", {"shared_with": ["dora"], "shared_with_subject": True})
    assert shared.json() == {"id": note_id, "version": 2}
    for person in ("bob", "anna", "dora"):
        assert await texts(desk, person, about_id="anna") == ["Listens well."]
        assert (await desk.get(f"/v1/notes/{note_id}", "rep", person=person)).json()["text"] == "Listens well."
    assert await texts(desk, "cleo", about_id="anna") == []
    again = await changes(desk, f"{note_id}/share", {"shared_with": ["dora", "anna"]})
    assert again.json()["version"] == 2
    assert kind_of(await desk.get("/v1/notes/none", "rep", person="bob")) == (404, "note-is-unknown")


async def test_an_auditor_sees_that_a_note_is_there_and_not_what_it_says(desk: Office) -> None:
    note_id = await note(desk)
    shown = (await desk.get(f"/v1/notes/{note_id}", "auditor", person="audrey")).json()
    assert (shown["author_id"], shown["text"], shown["erased"]) == ("bob", None, False)
    assert [each["text"] for each in shown["revisions"]] == [None]
    assert await texts(desk, "audrey", "auditor", about_id="anna") == [None]
    assert await texts(desk, "bob", "auditor") == ["Listens well."]


async def test_a_withdrawn_note_is_its_author_s_alone_and_closed(desk: Office) -> None:
    note_id = await note(desk, shared_with=["dora"], shared_with_subject=True)
    withdrawn = await changes(desk, f"{note_id}/withdraw", {})
    again = await changes(desk, f"{note_id}/withdraw", {})
    assert withdrawn.json() == again.json() == {"id": note_id, "version": 2}
    for person in ("anna", "dora"):
        assert kind_of(await desk.get(f"/v1/notes/{note_id}", "rep", person=person)) == (403, "not-allowed")
    assert (await desk.get(f"/v1/notes/{note_id}", "rep", person="bob")).json()["withdrawn"] is True
    closed = await changes(desk, f"{note_id}/revise", {"text": "Better."})
    assert kind_of(closed) == (409, "note-is-withdrawn")


async def test_only_its_author_changes_a_note(desk: Office) -> None:
    note_id = await note(desk, shared_with=["dora"])
    for path, body in (("revise", {"text": "x"}), ("share", {"shared_with": ["cleo"]}), ("withdraw", {})):
        for person in ("dora", "anna"):
            assert kind_of(await changes(desk, f"{note_id}/{path}", body, person)) == (403, "not-allowed")
        assert kind_of(await changes(desk, f"none/{path}", body)) == (404, "note-is-unknown")


async def test_a_manager_writes_about_their_line_of_today_only(desk: Office) -> None:
    assert (await writes(desk, "cleo")).status_code == 201
    assert kind_of(await writes(desk, "dora")) == (403, "not-allowed")
    assert kind_of(await writes(desk, "bob", about_id="cleo")) == (403, "not-allowed")
    assert kind_of(await writes(desk, "bob", about_id="bob")) == (409, "note-is-about-its-author")
    moved = PersonMovedV1(person_id="anna", effective_on=date(2025, 7, 15), manager_id="dora")
    await desk.tell("goals", "person-anna", moved)
    assert (await writes(desk, "dora")).status_code == 201
    assert kind_of(await writes(desk, "bob")) == (403, "not-allowed")


async def test_a_manager_s_day_is_the_company_s_day(desk: Office) -> None:
    zone = CalendarSetV1(time_zone="America/Los_Angeles", first_month=1, year_named_by="end")
    await desk.tell("goals", "calendar-main", zone)
    moved = PersonMovedV1(person_id="anna", effective_on=date(2025, 7, 16), manager_id="dora")
    await desk.tell("goals", "person-anna", moved)
    desk.clock.now = desk.clock.now.replace(day=16, hour=6)  # still the 15th in Los Angeles
    assert ((await writes(desk, "bob")).status_code, (await writes(desk, "dora")).status_code) == (201, 403)
    desk.clock.now = desk.clock.now.replace(hour=7)
    assert ((await writes(desk, "bob")).status_code, (await writes(desk, "dora")).status_code) == (403, 201)


async def test_moves_that_are_heard_out_of_order_hold_in_the_order_they_were_told(desk: Office) -> None:
    to_dora = PersonMovedV1(person_id="anna", effective_on=date(2025, 7, 1), manager_id="dora")
    to_bob = PersonMovedV1(person_id="anna", effective_on=date(2025, 7, 1), manager_id="bob")
    await desk.tell("goals", "person-anna", to_bob, sequence=3)
    await desk.tell("goals", "person-anna", to_dora, sequence=2)
    assert ((await writes(desk, "bob")).status_code, (await writes(desk, "dora")).status_code) == (201, 403)


async def test_enablement_writes_about_anybody_and_others_about_nobody(desk: Office) -> None:
    assert (await desk.post("/v1/notes", BODY, "enablement", person="ed")).status_code == 201
    denied = [await desk.post("/v1/notes", BODY, role, person="bob") for role in ("rep", "hr", "auditor")]
    assert [kind_of(each) for each in denied] == [(403, "not-allowed")] * 3
    assert kind_of(await desk.http.post("/v1/notes", json=BODY)) == (401, "token-is-missing")


async def test_people_whom_nobody_knows_are_named_under_their_field(desk: Office) -> None:
    answer = await writes(desk, about_id="zoe", shared_with=["dora", "yan", "xan"])
    assert kind_of(answer) == (422, "person-is-unknown")
    assert (answer.json()["about_id"], answer.json()["shared_with"]) == ("zoe", ["xan", "yan"])
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/about_id", "/shared_with/1", "/shared_with/2"]
    note_id = await note(desk)
    shared = await changes(desk, f"{note_id}/share", {"shared_with": ["zoe"]})
    assert (kind_of(shared), shared.json()["shared_with"]) == ((422, "person-is-unknown"), ["zoe"])


async def test_what_was_said_of_who_was_erased_is_unreadable_and_the_note_stays(desk: Office) -> None:
    note_id = await note(desk, shared_with_subject=True)
    await desk.keys.erase("anna")
    shown = (await desk.get(f"/v1/notes/{note_id}", "rep", person="bob")).json()
    assert (shown["text"], shown["erased"], shown["revisions"][0]["text"]) == (None, True, None)
    listed = (await desk.get("/v1/notes", "rep", person="bob")).json()["items"]
    assert [(each["text"], each["erased"], each["about_id"]) for each in listed] == [(None, True, "anna")]
    assert kind_of(await writes(desk)) == (409, "person-was-erased")


async def test_notes_come_page_by_page_the_latest_first_and_narrowed(desk: Office) -> None:
    for day in ("01", "03", "02"):
        await note(desk, text=f"On {day}.", noted_on=f"2025-03-{day}")
    await note(desk, person="cleo", about_id="bob", text="Leads well.", shared_with=["bob"])
    assert await texts(desk, "bob", about_id="anna") == ["On 03.", "On 02.", "On 01."]
    assert await texts(desk, "bob", author_id="bob") == ["On 03.", "On 02.", "On 01."]
    assert await texts(desk, "bob", author_id="cleo") == ["Leads well."]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await desk.get("/v1/notes", "rep", person="bob", about_id="anna", limit=2, **cursor)).json()
        found += [each["text"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == ["On 03.", "On 02.", "On 01."]
    assert kind_of(await desk.get("/v1/notes", "rep", cursor="x")) == (422, "cursor-is-invalid")


async def test_the_version_and_the_key_of_a_command_are_obeyed(desk: Office) -> None:
    first = await writes(desk, key="note-1")
    again = await writes(desk, key="note-1")
    assert first.json() == again.json()
    assert await texts(desk, "bob") == ["Listens well."]
    assert kind_of(await writes(desk, key="note-1", text="Else.")) == (422, "key-was-used-for-another-body")
    path = f"/v1/notes/{first.json()['id']}/revise"
    stale = await desk.post(path, {"text": "x"}, "manager", person="bob", headers={"If-Match": '"7"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
    fresh = await desk.post(path, {"text": "x"}, "manager", person="bob", headers={"If-Match": '"1"'})
    assert fresh.json()["version"] == 2


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"text": "  "}, "/text"),
        ({"text": 7}, "/text"),
        ({"noted_on": "Monday"}, "/noted_on"),
        ({"shared_with": "dora"}, "/shared_with"),
        ({"shared_with_subject": "yes"}, "/shared_with_subject"),
        ({"about": "anna"}, "/about"),
    ],
)
async def test_a_wrong_field_is_named(desk: Office, fields: dict[str, Any], pointer: str) -> None:
    assert pointers(await writes(desk, **fields)) == [pointer]
    headers = desk.speaks("bob", "manager") | {"Content-Type": "application/json"}
    assert kind_of(await desk.http.post("/v1/notes", content=b"{", headers=headers)) == (400, "broken-json")


async def test_no_text_is_stored_in_the_clear(desk: Office, database_url: str) -> None:
    await note(desk, text="A sentence that nobody stores.")
    found = await desk.store.read(
        lambda reading: [str(row) for row in reading.connection.exec_driver_sql("SELECT data FROM events")]
    )
    assert any("note" in each.lower() for each in found)
    assert not any("nobody stores" in each for each in found)
