"""What is authentic and cannot be understood is kept, looked at, retried and dropped by people: nothing is lost."""

import json

from tests.performance.crm import Office, says, won

WRONG = "comes twice: say it once"


async def test_a_parked_delivery_is_taken_when_it_is_retried_after_its_cause_is_gone(crm: Office) -> None:
    await crm.deliver(says("updated", amount="1.05", at="2017-03-02T00:00:00Z"), "msg_1")
    [entry] = await crm.parked()
    refused = await crm.post(f"/v1/parked/{entry['id']}/retry", None, "integration")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["pointer"] == "/data/currency"
    await crm.deliver(says("opened", amount=9, currency="USD", at="2017-03-01T00:00:00Z"), "msg_2")
    taken = await crm.post(f"/v1/parked/{entry['id']}/retry", None, "integration")
    assert taken.json() == {"id": "crm.D-1", "version": 2}
    assert (await crm.deal("D-1"))["amount"]["amount"] == "1.05"
    assert await crm.parked() == []
    assert (await crm.post(f"/v1/parked/{entry['id']}/retry", None, "integration")).status_code == 404


async def test_a_body_that_was_parked_for_its_id_counts_as_the_later_word_when_a_person_retries_it(crm: Office) -> None:
    await crm.deliver(won(100))
    await crm.deliver(won(200))
    [entry] = await crm.parked()
    taken = await crm.post(f"/v1/parked/{entry['id']}/retry", None, "integration")
    assert taken.json() == {"id": "crm.D-1", "version": 2}
    assert (await crm.deal("D-1"))["amount"]["amount"] == "200.00"


async def test_a_parked_delivery_is_dropped_for_a_reason_by_those_who_may(crm: Office) -> None:
    await crm.deliver(won(-1))
    [entry] = await crm.parked()
    path = f"/v1/parked/{entry['id']}/drop"
    assert (await crm.post(path, {"reason": "a test"}, "auditor")).status_code == 403
    assert (await crm.post(path, {}, "integration")).status_code == 422
    assert (await crm.post(path, {"reason": "a test"}, "integration")).status_code == 204
    assert await crm.parked() == []
    assert (await crm.get("/v1/parked", "rep")).status_code == 403


async def test_a_retry_that_comes_again_gets_the_same_answer_and_changes_nothing(crm: Office) -> None:
    await crm.deliver(says("updated", amount="1.05", at="2017-03-02T00:00:00Z"), "msg_1")
    [entry] = await crm.parked()
    path = f"/v1/parked/{entry['id']}/retry"
    early = await crm.post(path, None, "integration", **{"Idempotency-Key": "k-1"})
    await crm.deliver(says("opened", amount=9, currency="USD", at="2017-03-01T00:00:00Z"), "msg_2")
    answers = [await crm.post(path, None, "integration", **{"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert early.status_code == 409
    assert [(each.status_code, each.json()) for each in answers] == [(200, {"id": "crm.D-1", "version": 2})] * 2


async def test_a_drop_that_comes_again_is_done_already_and_for_another_reason_refused(crm: Office) -> None:
    await crm.deliver(won(-1))
    [entry] = await crm.parked()
    path, key = f"/v1/parked/{entry['id']}/drop", {"Idempotency-Key": "k-1"}
    twice = [await crm.post(path, {"reason": "a test"}, "integration", **key) for _ in range(2)]
    other = await crm.post(path, {"reason": "another"}, "integration", **key)
    unknown = await crm.post(path, {"reason": "a test"}, "integration")
    assert [each.status_code for each in (*twice, other, unknown)] == [204, 204, 422, 404]


async def test_a_delivery_that_says_something_twice_is_parked_and_never_guessed_at(crm: Office) -> None:
    text = json.dumps(won(10)).replace('"amount": 10', '"amount": 10, "amount": 99')
    answer = await crm.deliver(text.encode())
    assert answer.json()["accepted"] == 0
    assert answer.json()["parked"][0]["faults"] == [{"pointer": "/data/amount", "detail": WRONG}]
    assert (await crm.get("/v1/deals/crm.D-1")).status_code == 404


async def test_in_a_batch_only_the_delivery_that_says_something_twice_is_parked(crm: Office) -> None:
    good, bad = (
        json.dumps(won(deal_id="A")),
        json.dumps(won(10, deal_id="B")).replace('"USD"', '"USD", "currency": "EUR"'),
    )
    answer = await crm.deliver(f'{{"deliveries": [{good}, {bad}]}}'.encode(), path="crm/batch")
    assert answer.json()["accepted"] == 1
    [entry] = answer.json()["parked"]
    assert (entry["index"], entry["faults"]) == (1, [{"pointer": "/data/currency", "detail": WRONG}])


async def test_a_batch_that_comes_twice_in_one_body_is_parked_whole(crm: Office) -> None:
    one = json.dumps(won(deal_id="A"))
    answer = await crm.deliver(f'{{"deliveries": [{one}], "deliveries": [{one}]}}'.encode(), path="crm/batch")
    [entry] = answer.json()["parked"]
    assert (entry["index"], entry["pointer"]) == (-1, "/deliveries")
    assert (await crm.get("/v1/deals")).json()["items"] == []


async def test_no_more_faults_are_named_than_anybody_mends(crm: Office) -> None:
    absurd = won(**{f"field_{number}": 1 for number in range(2_000)})
    said_twice = b'{"deliveries": [{' + b",".join(b'"a": 1' for _ in range(9)) + b', "b": 1' * 3 + b"}]}"
    single = await crm.deliver(absurd, "msg_1")
    batch = await crm.deliver({"deliveries": [absurd] * 3}, "msg_2", path="crm/batch")
    twice = await crm.deliver(said_twice, "msg_3", path="crm/batch")
    for answer in (single, batch):
        assert {len(each["faults"]) for each in answer.json()["parked"]} == {20}
    assert [each["pointer"] for each in twice.json()["parked"][0]["faults"]] == ["/a", "/b"]


async def test_a_stream_whose_name_no_database_takes_is_a_wrong_parameter(crm: Office) -> None:
    answer = await crm.get("/v1/parked", "integration", stream="deal\x00")
    assert answer.status_code == 422
    assert [each["parameter"] for each in answer.json()["errors"]] == ["stream"]


async def test_nothing_has_no_sign(crm: Office) -> None:
    for number, amount in enumerate(("-0.00", -0.0)):
        await crm.deliver(won(amount, deal_id=f"D-{number}"), f"msg_{number}")
        history = (await crm.get(f"/v1/deals/crm.D-{number}/history")).json()["events"]
        assert history[0]["terms"]["amount"] == {"amount": "0.00", "currency": "USD"}
