"""A request under an idempotency key takes effect once, however often it is sent; the same answer comes again."""

import asyncio

import pytest

from events.asking import Done, KeyWasUsedForAnotherBody, RequestIsStillRunning, StreamIsAtAnotherVersion
from events.execute import Beside, Step, execute, execute_all
from events.opening import Store
from events.store.tables import deliveries, requests
from tests.events.orchard import TREE, Fell, Pick, Plant, TreeDoesNotStand
from tests.events.processes import together
from tests.events.stores import NOON, asking, count, open_orchard, tree_rows, whole_log


async def test_the_same_request_gets_the_same_answer_and_takes_effect_once(store: Store) -> None:
    first = await execute(store, TREE, "t1", Plant(), asking(key="k1"))
    await execute(store, TREE, "t1", Pick(), asking())
    assert await execute(store, TREE, "t1", Plant(), asking(key="k1")) == first
    assert (await count(store), await count(store, requests)) == (2, 1)


async def test_the_answer_comes_again_from_another_process_of_the_service(store: Store, database_url: str) -> None:
    first = await execute(store, TREE, "t1", Plant(), asking(key="k1"))
    restarted = await open_orchard(database_url)
    assert await execute(restarted, TREE, "t1", Plant(), asking(key="k1")) == first
    await restarted.close()


async def test_the_same_key_with_another_body_is_refused(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking(key="k1", body="one"))
    with pytest.raises(KeyWasUsedForAnotherBody):
        await execute(store, TREE, "t2", Plant(), asking(key="k1", body="another"))
    assert await count(store) == 1


async def test_a_key_belongs_to_who_used_it(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking(key="k1", actor="ada"))
    done = await execute(store, TREE, "t2", Plant(), asking(key="k1", body="another", actor="bob"))
    assert done.id == "t2"


async def test_a_request_that_is_still_running_is_refused(store: Store) -> None:
    running = [asyncio.create_task(execute(store, TREE, "t1", Plant(), asking(key="k1"))) for _ in range(5)]
    answers = await asyncio.gather(*running, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Done, *[RequestIsStillRunning] * 4]
    assert await execute(store, TREE, "t1", Plant(), asking(key="k1")) == answers[0]


async def test_a_request_whose_asker_went_away_is_answered_when_it_comes_again(store: Store) -> None:
    gone = asyncio.create_task(execute(store, TREE, "t1", Plant(), asking(key="k1")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    again = await execute(store, TREE, "t1", Plant(), asking(key="k1"))
    assert (again.version, await count(store), await count(store, requests)) == (1, 1, 1)


async def test_a_refused_command_is_not_remembered(store: Store) -> None:
    with pytest.raises(TreeDoesNotStand):
        await execute(store, TREE, "t1", Pick(), asking(key="k1"))
    await execute(store, TREE, "t1", Plant(), asking())
    done = await execute(store, TREE, "t1", Pick(), asking(key="k1", body="another"))
    assert (done.version, await count(store, requests)) == (2, 1)


async def test_a_command_that_saw_another_version_is_not_remembered(store: Store) -> None:
    with pytest.raises(StreamIsAtAnotherVersion):
        await execute(store, TREE, "t1", Plant(), asking(key="k1", version=7))
    assert (await execute(store, TREE, "t1", Plant(), asking(key="k1", version=0))).version == 1


async def test_a_command_that_is_already_so_remembers_its_request_alone(store: Store) -> None:
    first = await execute(store, TREE, "t1", Fell(), asking(key="k1"))
    await execute(store, TREE, "t1", Plant(), asking())
    assert await execute(store, TREE, "t1", Fell(), asking(key="k1")) == first
    assert (first.events, await count(store), await count(store, requests)) == (0, 1, 1)


async def test_a_request_of_many_streams_and_rows_takes_effect_once(store: Store) -> None:
    steps = [Step(decider=TREE, key=key, command=Plant()) for key in ("t1", "t2")]
    row = {"source": "crm", "id": "d1", "day": NOON.date(), "received_at": NOON, "box": b"raw"}
    beside = [Beside(table=deliveries, rows=(row,))]
    first = await execute_all(store, steps, asking(key="k1"), beside)
    assert await execute_all(store, steps, asking(key="k1"), beside) == first
    assert (await count(store), await count(store, deliveries)) == (2, 1)


@pytest.mark.system
async def test_two_processes_that_send_the_same_requests_cause_one_effect_and_get_one_answer(
    store: Store, database_url: str
) -> None:
    for key in ("t00", "t01", "t02", "t03"):
        await execute(store, TREE, key, Plant(), asking())
    said = {"url": database_url, "requests": 200}
    one, other = await together("repeat", said, said)
    assert one == other
    assert {answer["events"] for answer in one} == {2}
    assert len(await whole_log(store)) == 4 + 2 * 200
    assert sum(row.apples for row in await store.read(tree_rows)) == 2 * 200
