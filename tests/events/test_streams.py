"""The log's promises: versions are unique, positions grow, and what has happened stays."""

import asyncio

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from events.asking import StreamIsAtAnotherVersion
from events.execute import Step, execute, execute_all
from events.journal import Entry, record
from events.opening import Store
from events.store.ids import new_id
from events.store.session import Writing
from events.store.tables import events
from tests.events.orchard import TREE, ApplesPicked, Fell, Pick, Plant, TreeDoesNotStand, TreePlanted
from tests.events.stores import NOON, asking, count, happened, history, whole_log


def entry(stream: str, version: int) -> Entry:
    return Entry(
        stream=stream,
        version=version,
        id=new_id(),
        event=ApplesPicked(count=version),
        occurred_at=NOON,
        actor="ada",
        correlation_id=new_id(),
    )


async def test_what_was_answered_is_in_the_log(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(orchard="north"), asking())
    done = await execute(store, TREE, "t1", Pick(baskets=(3, 4)), asking())
    assert (done.id, done.version, done.events) == ("t1", 3, 2)
    assert await happened(store, "tree-t1") == [
        TreePlanted(orchard="north"),
        ApplesPicked(count=3),
        ApplesPicked(count=4),
    ]


async def test_an_event_keeps_who_when_and_why(store: Store) -> None:
    asked = asking(actor="bob")
    done = await execute(store, TREE, "t1", Plant(), asked)
    (planted,) = (await history(store, "tree-t1"))["tree-t1"]
    envelope = planted.envelope
    assert (planted.kind, planted.key, planted.version, planted.position) == ("tree", "t1", 1, done.position)
    assert (envelope.actor, envelope.correlation_id, envelope.causation_id) == ("bob", asked.correlation_id, None)
    assert (envelope.occurred_at, envelope.recorded_at, envelope.id.version) == (NOON, NOON, 7)


async def test_versions_of_a_stream_are_unique(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())

    def again(writing: Writing) -> None:
        record(writing, store.journal, [entry("tree-t1", 1)])

    with pytest.raises(IntegrityError):
        await store.database.write(again)
    assert await happened(store, "tree-t1") == [TreePlanted(orchard="north")]


async def test_positions_grow_with_the_versions_of_a_stream(store: Store) -> None:
    await asyncio.gather(*(execute(store, TREE, f"t{n}", Plant(), asking()) for n in range(20)))
    for _ in range(3):
        await asyncio.gather(*(execute(store, TREE, f"t{n}", Pick(baskets=(1, 1)), asking()) for n in range(20)))
    log = await whole_log(store)
    positions = [each.position for each in log]
    assert positions == sorted(set(positions))
    assert min(positions) >= 1
    for key in {each.key for each in log}:
        assert [each.version for each in log if each.key == key] == list(range(1, 8))


async def test_a_position_is_never_given_twice_even_after_a_rollback(store: Store) -> None:
    first = await execute(store, TREE, "t1", Plant(), asking())

    def fail(writing: Writing) -> None:
        record(writing, store.journal, [entry("tree-t1", 2)])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.database.write(fail)
    second = await execute(store, TREE, "t1", Pick(), asking())
    assert second.version == 2
    assert second.position > first.position


async def test_events_are_never_updated(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    with pytest.raises(DBAPIError, match="never updated or deleted"):
        await store.database.write(lambda writing: writing.execute(update(events).values(actor="eve")))


async def test_events_are_never_deleted(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    with pytest.raises(DBAPIError, match="never updated or deleted"):
        await store.database.write(lambda writing: writing.execute(delete(events)))
    assert await count(store) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_events_are_never_truncated(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    with pytest.raises(DBAPIError, match="never updated or deleted"):
        await store.database.write(lambda writing: writing.execute(text("TRUNCATE events")))
    assert await count(store) == 1


async def test_a_refused_command_appends_nothing(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    await execute(store, TREE, "t1", Fell(), asking())
    with pytest.raises(TreeDoesNotStand):
        await execute(store, TREE, "t1", Pick(), asking())
    assert await count(store) == 2


async def test_a_command_that_is_already_so_is_done_and_appends_nothing(store: Store) -> None:
    done = await execute(store, TREE, "t1", Fell(), asking())
    assert (done.id, done.version, done.events) == ("t1", 0, 0)
    assert await count(store) == 0


async def test_an_expected_version_that_is_right_is_taken(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking(version=0))
    assert (await execute(store, TREE, "t1", Pick(), asking(version=1))).version == 2


async def test_an_expected_version_that_is_wrong_is_refused_with_both(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    with pytest.raises(StreamIsAtAnotherVersion) as refused:
        await execute(store, TREE, "t1", Pick(), asking(version=0))
    assert refused.value.details == {"expected": 0, "version": 1}


async def test_of_many_who_expect_the_same_version_one_wins(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    picks = (execute(store, TREE, "t1", Pick(), asking(version=1)) for _ in range(20))
    answers = await asyncio.gather(*picks, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, StreamIsAtAnotherVersion)]
    assert (len(refused), await count(store)) == (19, 2)


async def test_several_streams_are_appended_whole(store: Store) -> None:
    steps = [Step(decider=TREE, key=f"t{n}", command=Plant()) for n in range(3)]
    steps.append(Step(decider=TREE, key="t0", command=Pick(baskets=(5,))))
    done = await execute_all(store, steps, asking())
    assert (done.id, done.version, done.events) == ("t0", 2, 4)
    assert await happened(store, "tree-t0") == [TreePlanted(orchard="north"), ApplesPicked(count=5)]
    assert await count(store) == 4


async def test_several_streams_are_appended_not_at_all_when_the_last_refuses(store: Store) -> None:
    steps = [Step(decider=TREE, key=f"t{n}", command=Plant()) for n in range(3)]
    steps.append(Step(decider=TREE, key="t9", command=Pick()))
    with pytest.raises(TreeDoesNotStand):
        await execute_all(store, steps, asking())
    assert await count(store) == 0


async def test_an_answer_names_the_position_of_its_own_last_event(store: Store) -> None:
    await execute(store, TREE, "t1", Plant(), asking())
    picks = [execute(store, TREE, "t1", Pick(baskets=(1, 1)), asking()) for _ in range(10)]
    for done in await asyncio.gather(*picks):
        events_of = (await history(store, "tree-t1"))["tree-t1"]
        assert [each.version for each in events_of if each.position == done.position] == [done.version]
