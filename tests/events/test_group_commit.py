"""Commands that wait at the same moment share one transaction, and each fails alone."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from events.asking import Done, TooManyWriters
from events.domain import Value
from events.execute import Beside, Step, execute, execute_all
from events.opening import Store
from events.store.tables import deliveries
from tests.events.orchard import (
    NOWHERE,
    TREE,
    ApplesPicked,
    Fell,
    Pick,
    PickOneMore,
    Plant,
    Stumble,
    TreeCommand,
    TreeDoesNotStand,
    TreePlanted,
    should_be,
)
from tests.events.stores import NOON, asking, count, happened, orchard_rows, tree_rows

TOGETHER = 128
BAD = 77
TOO_MANY_APPLES = 2**63

Answer = Done | BaseException


async def all_at_once(store: Store, commands: Sequence[TreeCommand]) -> list[Answer]:
    """Run each command on a tree of its own, all waiting at the same moment."""
    running = (execute(store, TREE, f"t{n:03}", command, asking()) for n, command in enumerate(commands))
    return list(await asyncio.gather(*running, return_exceptions=True))


def with_one_bad(good: TreeCommand, bad: TreeCommand) -> list[TreeCommand]:
    return [bad if number == BAD else good for number in range(TOGETHER)]


async def only_one_failed(store: Store, answers: Sequence[Answer], left: Sequence[Value]) -> Answer:
    """Insist that all others are in the log and in the read model, and return how the bad one failed."""
    others = [answer for number, answer in enumerate(answers) if number != BAD]
    assert all(isinstance(answer, Done) and answer.events == 1 for answer in others)
    assert await happened(store, f"tree-t{BAD:03}") == list(left)
    rows = await store.read(tree_rows)
    assert len(rows) == TOGETHER - (not left)
    assert await store.read(orchard_rows) == should_be(rows)
    return answers[BAD]


async def test_one_of_128_that_a_rule_refuses_fails_alone(store: Store) -> None:
    answers = await all_at_once(store, with_one_bad(Plant(), Pick()))
    assert isinstance(await only_one_failed(store, answers, ()), TreeDoesNotStand)


async def test_one_of_128_that_runs_into_a_bug_fails_alone(store: Store) -> None:
    answers = await all_at_once(store, with_one_bad(Plant(), Stumble()))
    assert isinstance(await only_one_failed(store, answers, ()), ZeroDivisionError)


async def test_one_of_128_whose_row_lacks_a_value_fails_alone(store: Store) -> None:
    answers = await all_at_once(store, with_one_bad(Plant(), Plant(orchard=NOWHERE)))
    assert isinstance(await only_one_failed(store, answers, ()), IntegrityError)


async def test_one_of_128_whose_row_overflows_fails_alone(store: Store) -> None:
    await all_at_once(store, [Plant()] * TOGETHER)
    answers = await all_at_once(store, with_one_bad(Pick(), Pick(baskets=(TOO_MANY_APPLES,))))
    assert isinstance(
        await only_one_failed(store, answers, (TreePlanted(orchard="north"),)), DBAPIError | OverflowError
    )


async def test_what_waits_together_shares_a_transaction(store: Store) -> None:
    before = store.appended.rings
    await all_at_once(store, [Plant()] * TOGETHER)
    assert store.appended.rings - before <= TOGETHER // 32


async def test_commands_to_one_stream_in_one_batch_see_each_other(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    picks = (execute(store, TREE, "t1", PickOneMore(), asking()) for _ in range(TOGETHER))
    answers = await asyncio.gather(*picks)
    assert sorted(answer.version for answer in answers) == list(range(2, TOGETHER + 2))
    assert (await happened(store, "tree-t1"))[1:] == [ApplesPicked(count=n + 1) for n in range(TOGETHER)]


async def test_a_bad_unit_leaves_nothing_in_any_of_its_streams(store: Store) -> None:
    steps = [
        Step(decider=TREE, key=key, command=Plant(orchard=orchard))
        for key, orchard in zip("abc", ("x", "y", NOWHERE), strict=True)
    ]
    answers = await asyncio.gather(
        execute_all(store, steps, asking()), execute(store, TREE, "d", Plant(), asking()), return_exceptions=True
    )
    assert isinstance(answers[0], IntegrityError)
    assert [row.tree_id for row in await store.read(tree_rows)] == ["d"]
    assert await count(store) == 1


async def test_rows_beside_go_in_with_the_events_or_not_at_all(store: Store) -> None:
    row = {"source": "crm", "id": "d1", "day": NOON.date(), "received_at": NOON, "box": b"raw"}
    beside = [Beside(table=deliveries, rows=(row,))]
    with pytest.raises(TreeDoesNotStand):
        await execute_all(store, [Step(decider=TREE, key="t1", command=Pick())], asking(), beside)
    assert await count(store, deliveries) == 0
    await execute_all(store, [Step(decider=TREE, key="t1", command=Plant())], asking(), beside)
    assert (await count(store, deliveries), await count(store)) == (1, 1)


async def test_who_never_wins_gives_up_after_a_few_tries(store: Store) -> None:
    row = {"source": "crm", "id": "d1", "day": NOON.date(), "received_at": NOON, "box": b"raw"}
    await execute_all(store, [], asking(), [Beside(table=deliveries, rows=(row,))])
    with pytest.raises(TooManyWriters):
        await execute_all(
            store, [Step(decider=TREE, key="t1", command=Plant())], asking(), [Beside(table=deliveries, rows=(row,))]
        )
    assert await count(store) == 0


async def test_a_stream_that_proves_not_to_be_new_is_loaded(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    new = [Step(decider=TREE, key=key, command=Plant(), is_new=True) for key in ("t1", "t2")]
    answers = await asyncio.gather(*(execute_all(store, [step], asking()) for step in new), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["TreeIsPlantedAlready", "Done"]
    assert await count(store) == 2


async def test_what_is_refused_or_already_so_on_a_stream_that_proves_not_to_be_new_is_decided_again(
    store: Store,
) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    picked = await execute_all(store, [Step(decider=TREE, key="t1", command=Pick(), is_new=True)], asking(version=1))
    felled = await execute_all(store, [Step(decider=TREE, key="t1", command=Fell(), is_new=True)], asking())
    assert (picked.version, felled.version) == (2, 3)


async def test_who_stops_waiting_takes_nobody_with_him(store: Store) -> None:
    waiting = [asyncio.create_task(execute(store, TREE, f"t{n}", Plant(), asking())) for n in range(10)]
    await asyncio.sleep(0)
    waiting[3].cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [n for n, answer in enumerate(answers) if not isinstance(answer, Done)] == [3]
