"""What a CRM may deliver, and what becomes of it: durable at once, once, and never half."""

import asyncio
import json
from datetime import timedelta

import httpx
from sqlalchemy import func, select, text

from events.store.session import Reading
from events.store.tables import deliveries, events
from tests.performance.crm import NOW, SECRET, Office, says, signed, won

OTHER_SECRET = "whsec_" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"


def count_of_events(reading: Reading) -> int:
    return reading.scalar(select(func.count()).select_from(events))


def everything_stored(reading: Reading) -> str:
    tables = ("events", "deals", "booked", "bookings", "requests", "parked", "deliveries")
    return "".join(repr(row) for table in tables for row in reading.tuples(text(f"SELECT * FROM {table}")))  # noqa: S608 the names above


async def test_a_signed_delivery_is_durable_and_shown_when_it_is_answered(crm: Office) -> None:
    answer = await crm.deliver(won(1234.5, owner="Anna Snelling", account="Cancity", stage="Won", product="GTX Pro"))
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "parked": [], "position": 1})
    deal = await crm.deal("D-1")
    assert deal["owner"].pop("owner_hash") == crm.keys.hash_of("crm-owner:crm", "Anna Snelling")
    assert deal == {
        "id": "crm.D-1",
        "source": "crm",
        "status": "won",
        "owner": {"person_id": None, "name": None},
        "amount": {"amount": "1234.50", "currency": "USD"},
        "splits": [],
        "stage": "Won",
        "account": "Cancity",
        "product": "GTX Pro",
        "opened_on": None,
        "booked_on": "2017-03-31",
        "cancelled_on": None,
        "lines": [],
        "lines_add_up": True,
        "fields": [],
        "updated_at": "2017-03-31T16:20:00Z",
        "version": 1,
    }


async def test_a_delivery_that_comes_again_gets_the_same_answer_and_changes_nothing(crm: Office) -> None:
    first = await crm.deliver(won())
    crm.clock.now += timedelta(minutes=3)
    again = await crm.deliver(won())
    assert again.status_code == 202
    assert again.json() == first.json()
    assert await crm.store.read(count_of_events) == 1


async def test_an_id_that_comes_with_another_body_is_refused_and_parked_once(crm: Office) -> None:
    await crm.deliver(won(100))
    for _ in range(2):
        answer = await crm.deliver(won(200))
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("delivery-id-was-used-for-another-body")
    assert (await crm.deal("D-1"))["amount"]["amount"] == "100.00"
    assert [each["faults"][0]["detail"] for each in await crm.parked()] == [
        "its webhook-id came before with another body"
    ]


async def test_events_are_the_source_s_word_at_the_source_s_time(crm: Office) -> None:
    await crm.deliver(won(), "msg_7")
    history = (await crm.get("/v1/deals/crm.D-1/history")).json()["events"]
    assert [(e["type"], e["actor"], e["delivery_id"], e["source_at"]) for e in history] == [
        ("DealWon", "webhook:crm", "msg_7", "2017-03-31T16:20:00Z")
    ]
    occurred = await crm.store.read(lambda reading: reading.scalar(select(events.c.occurred_at)))
    assert occurred.isoformat() == "2017-03-31T16:20:00+00:00"


async def test_the_owner_s_name_is_stored_nowhere_in_the_clear(crm: Office) -> None:
    await crm.deliver(won(owner="Zane Levy", splits=[{"owner": "Zane Levy", "percent": 100}]))
    await crm.deliver(won(-1, owner="Zane Levy"), "msg_2")
    await crm.deliver(b'{"owner": "Zane Levy"', "msg_3")
    stored = await crm.store.read(everything_stored)
    assert "Zane" not in stored
    assert "Levy" not in stored
    assert len(stored) > 1000


async def test_the_raw_delivery_is_kept_sealed(crm: Office) -> None:
    await crm.deliver(won(), "msg_9")
    [row] = await crm.store.read(lambda reading: reading.tuples(select(deliveries)))
    assert (row.source, row.id, row.day) == ("crm", "msg_9", NOW.date())
    opened = await crm.keys.open_bytes("crm", row.day, row.box)
    assert opened is not None
    assert b'"D-1"' in opened


SPOILT = (
    {"webhook-signature": "v1,AAAA"},
    {"webhook-signature": "nonsense"},
    {"webhook-signature": ""},
    {"webhook-timestamp": "0"},
    {"webhook-timestamp": "soon"},
    {"webhook-id": "another"},
    {"webhook-id": "a.b"},
)


async def test_what_is_not_authentic_is_refused_without_saying_why(crm: Office) -> None:
    for spoilt in SPOILT:
        headers = signed('{"a":1}', "msg_1", NOW) | spoilt
        answer = await crm.http.post("/v1/webhooks/crm", content=b'{"a":1}', headers=headers)
        assert answer.status_code == 401
        assert answer.json()["title"] == "This delivery could not be authenticated."
    assert await crm.parked() == []


async def test_a_stranger_s_secret_an_old_delivery_and_an_unknown_source_are_refused(crm: Office) -> None:
    assert (await crm.deliver(won(), secret=OTHER_SECRET)).status_code == 401
    assert (await crm.deliver(won(), path="erp")).status_code == 401
    headers = signed("{}", "msg_1", NOW - timedelta(minutes=6))
    assert (await crm.http.post("/v1/webhooks/crm", content=b"{}", headers=headers)).status_code == 401


async def test_bodies_that_are_too_large_are_refused(crm: Office) -> None:
    assert (await crm.deliver(won(account="x" * (64 << 10)))).status_code == 413
    assert (await crm.deliver({"deliveries": "x" * (2 << 20)}, path="crm/batch")).status_code == 413
    assert await crm.parked() == []


def places(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 0
    [parked] = answer.json()["parked"]
    return [fault["pointer"] for fault in parked["faults"]]


SPLIT = {"owner": "Anna", "percent": 50}
BAD: list[tuple[object, list[str]]] = [
    (won(-1), ["/data/amount"]),
    (won(10**12 + 1), ["/data/amount"]),
    (won("1e3"), ["/data/amount"]),
    (won("12.345"), ["/data/amount"]),
    (won(True), ["/data/amount"]),
    (won([1]), ["/data/amount"]),
    (won(100.5, currency="JPY"), ["/data/amount"]),
    (won(currency="XXZ"), ["/data/currency"]),
    (won(currency=7), ["/data/currency"]),
    (says("updated", amount=5), ["/data/currency"]),
    (says("updated", currency="USD"), ["/data/currency"]),
    (says("won", closed_on="2017-03-31"), ["/data/amount"]),
    (won(splits=[SPLIT, SPLIT]), ["/data/splits/1/owner"]),
    (won(splits=[SPLIT, {"owner": "Carl", "percent": 51}]), ["/data/splits"]),
    (won(splits=[SPLIT, {"owner": "Carl", "percent": "49.99"}]), ["/data/splits"]),
    (won(splits=[SPLIT, {"owner": "Carl", "percent": 0}]), ["/data/splits/1/percent"]),
    (won(splits=[{"owner": "Carl"}, 5]), ["/data/splits/0/percent", "/data/splits/1"]),
    (won(splits={"Carl": 100}), ["/data/splits"]),
    (won(closed_on="1989-12-31"), ["/data/closed_on"]),
    (won(closed_on="2100-01-01"), ["/data/closed_on"]),
    (won(closed_on="2017-02-30"), ["/data/closed_on"]),
    (won(closed_on=20170331), ["/data/closed_on"]),
    (won(opened_on="31.03.2017"), ["/data/opened_on"]),
    (won(owner=5), ["/data/owner"]),
    (won(owner=""), ["/data/owner"]),
    (won(account="a\x00b"), ["/data/account"]),
    (won(deal_id="a/b"), ["/data/deal_id"]),
    (won(deal_id=7), ["/data/deal_id"]),
    (won(colour="red", **{"a/b": 1}), ["/data/colour", "/data/a~1b"]),
    ({"type": "deal.won", "timestamp": "2017-03-31T16:20:00Z", "data": {}}, ["/data/deal_id"]),
    ({"type": "deal.won", "timestamp": "2017-03-31T16:20:00Z", "data": []}, ["/data"]),
    ({"type": "deal.won", "timestamp": "2017-03-31T16:20:00Z"}, ["/data"]),
    (won() | {"type": "deal.forgotten"}, ["/type"]),
    (won() | {"type": None}, ["/type"]),
    (won() | {"timestamp": "yesterday"}, ["/timestamp"]),
    (won() | {"timestamp": "2017-03-31T16:20:00"}, ["/timestamp"]),
    (won() | {"timestamp": "2017-04-05T09:00:01Z"}, ["/timestamp"]),
    (won() | {"version": 2}, ["/version"]),
    (says("updated"), ["/data"]),
    ([won()], [""]),
    (b'{"type": "deal.won"', [""]),
    (b"", [""]),
    (b"[" * 5000, [""]),
    (json.dumps(won(7777)).replace("7777", "1e9999").encode(), ["/data/amount"]),
    (json.dumps(won(7777)).replace("7777", "1e99999999999999999999").encode(), ["/data/amount"]),
    (json.dumps(won(7777)).replace("7777", "0.1000000000000000000001").encode(), ["/data/amount"]),
    ({"type": 1, "timestamp": 2, "data": {"deal_id": 3}}, ["/type", "/timestamp", "/data/deal_id"]),
]  # fmt: skip


async def test_what_cannot_be_understood_is_parked_with_the_place_of_each_fault(crm: Office) -> None:
    for number, (body, pointers) in enumerate(BAD):
        answer = await crm.deliver(body, f"msg_{number}")
        assert places(answer) == pointers, body
        shown = (await crm.get(f"/v1/parked/{answer.json()['parked'][0]['id']}", "auditor")).json()
        assert shown["content"] == (body.decode() if isinstance(body, bytes) else json.dumps(body))
    assert await crm.store.read(count_of_events) == 0
    assert len((await crm.get("/v1/parked", "integration", limit=200)).json()["items"]) == len(BAD)


async def test_a_parked_delivery_that_comes_again_is_still_parked_once(crm: Office) -> None:
    first = await crm.deliver(won(-1))
    again = await crm.deliver(won(-1))
    assert first.json() == again.json()
    assert len(await crm.parked()) == 1


async def test_a_batch_takes_what_it_understands_and_parks_the_rest_in_one_append(crm: Office) -> None:
    answer = await crm.batch([won(deal_id="A"), won(-1, deal_id="B"), won(5, deal_id="C")])
    body = answer.json()
    assert (answer.status_code, body["accepted"], body["position"]) == (202, 2, 2)
    assert [(each["index"], each["pointer"]) for each in body["parked"]] == [(1, "/data/amount")]
    [entry] = await crm.parked()
    assert (entry["stream"], entry["index"], entry["source"]) == ("msg_1.0001", 1, "crm")
    deals = (await crm.get("/v1/deals")).json()["items"]
    assert [deal["id"] for deal in deals] == ["crm.A", "crm.C"]


async def test_deliveries_of_one_deal_in_a_batch_are_taken_in_their_order(crm: Office) -> None:
    same_instant = [
        says("opened", stage="Prospecting", amount=5, currency="USD"),
        says("updated", stage="Engaging"),
        says("updated", amount="7.50"),
        says("won", closed_on="2017-03-30"),
    ]
    answer = await crm.batch(same_instant)
    assert answer.json()["parked"] == []
    deal = await crm.deal("D-1")
    assert (deal["stage"], deal["amount"]["amount"], deal["status"], deal["version"]) == ("Engaging", "7.50", "won", 4)


async def test_a_batch_that_is_none_is_parked_whole(crm: Office) -> None:
    none: list[object] = [{"deliveries": []}, {"deliveries": [1] * 1001}, {"deliveries": 1}, {}, [], {"x": [1]}]
    for number, body in enumerate(none):
        answer = await crm.deliver(body, f"msg_{number}", "crm/batch")
        assert answer.status_code == 202
        assert [each["index"] for each in answer.json()["parked"]] == [-1]


async def test_one_delivery_that_comes_many_times_at_once_takes_effect_once(crm: Office) -> None:
    answers = await asyncio.gather(*(crm.deliver(won(), "msg_1") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.text for answer in answers if answer.status_code == 202}) == 1
    assert await crm.store.read(count_of_events) == 1


async def test_many_deliveries_of_one_deal_at_once_end_as_if_they_had_come_in_order(crm: Office) -> None:
    stages = [says("updated", f"2017-03-{day:02}T00:00:00Z", stage=f"stage {day}") for day in range(1, 21)]
    await asyncio.gather(*(crm.deliver(each, f"msg_{number}") for number, each in enumerate(reversed(stages))))
    assert (await crm.deal("D-1"))["stage"] == "stage 20"


async def test_an_instant_is_a_day_only_where_the_calendar_says_so(crm: Office) -> None:
    late = says("won", at="2017-04-01T06:30:00Z", amount=5, currency="USD")
    assert places(await crm.deliver(late)) == ["/data/closed_on"]
    await crm.set_calendar("America/Los_Angeles")
    [entry] = await crm.parked()
    assert (await crm.post(f"/v1/parked/{entry['id']}/retry", None, "integration")).status_code == 200
    assert (await crm.deal("D-1"))["booked_on"] == "2017-03-31"


async def test_secrets_may_be_changed_while_both_are_valid(crm: Office) -> None:
    crm.app.state.webhook_secrets = {"crm": (OTHER_SECRET, SECRET)}
    assert (await crm.deliver(won(), "msg_1")).status_code == 202
    assert (await crm.deliver(won(), "msg_2", secret=OTHER_SECRET)).status_code == 202
