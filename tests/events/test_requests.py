"""A request under an idempotency key takes effect once, however often it is sent; the same answer comes again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import pytest
from sqlalchemy import Table
from sqlalchemy.util import await_only

from events.asking import Done, KeyWasUsedForAnotherBody, RequestIsStillRunning, StreamIsAtAnotherVersion, Unit
from events.deciding import commit
from events.execute import Beside, Step, execute, execute_all
from events.opening import Store
from events.store.session import Writing
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


T = TypeVar("T")


class Interrupted(Writing):
    """Lets somebody else act right after the first question."""

    def __init__(self, writing: Writing, act: Callable[[], Awaitable[object]]) -> None:
        super().__init__(writing.connection)
        self._act: Callable[[], Awaitable[object]] | None = act

    def keyed(
        self, table: Table, names: tuple[str, ...], place: str, keys: Iterable[str], order: tuple[str, ...] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows as they were before."""
        return self._then_act(super().keyed(table, names, place, keys, order))

    def matching(
        self, table: Table, names: tuple[str, ...], places: tuple[str, ...], keys: Sequence[tuple[str | int, ...]]
    ) -> Sequence[tuple[Any, ...]]:
        """Return the rows as they were before."""
        return self._then_act(super().matching(table, names, places, keys))

    def _then_act(self, answer: T) -> T:
        act, self._act = self._act, None
        if act is not None:
            await_only(act())
        return answer


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("version", [None, 0])
async def test_a_request_that_another_process_answers_in_the_middle_of_ours_gets_the_same_answer(
    store: Store, database_url: str, version: int | None
) -> None:
    asked = asking(key="k1", version=version)
    other = await open_orchard(database_url)
    given: list[Done] = []

    async def answer() -> None:
        given.append(await execute(other, TREE, "t1", Plant(), asked))

    unit = Unit(steps=(Step(decider=TREE, key="t1", command=Plant()),), asking=asked)
    found = await store.database.write(lambda writing: commit(Interrupted(writing, answer), store.journal, [unit]))
    assert found == {0: given[0]}
    assert await count(store) == 1
    await other.close()


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
