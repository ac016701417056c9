"""Two workers at the same keys, at the worst moments: what changes keeps its mark, and nobody is overtaken."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.util import await_only

from events import deriver, rebuild
from events.deriving import Derivation
from events.opening import Store
from events.store.session import Reading
from tests.events.farms import (
    apples,
    assert_nothing_is_stale,
    derive,
    opened,
    pick,
    plant,
    told,
    until_it_waits,
)
from tests.events.harvest import ESTATES, HARVESTS
from tests.events.stores import marked
from tests.events.writers import INSERT, event, open_writers

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]

Meanwhile = Callable[[], Awaitable[Any]]

LOCK = text("SELECT pg_advisory_xact_lock(:number)")


def interrupted(
    derivation: Derivation[Any, Any], before: Meanwhile | None = None, after: Meanwhile | None = None
) -> Derivation[Any, Any]:
    """Let something happen right before or after the facts are read for the first time."""
    moments = [before, after]

    def facts(reading: Reading, keys: Sequence[str]) -> Mapping[str, Any]:
        early, late = moments
        moments[:] = [None, None]
        if early is not None:
            await_only(early())
        found = derivation.facts(reading, keys)
        if late is not None:
            await_only(late())
        return found

    return replace(derivation, facts=facts)


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm with a worker of its own: another process, as far as the database can tell."""
    async with opened(database_url) as store:
        yield store


@pytest.fixture
async def other(database_url: str) -> AsyncGenerator[AsyncConnection]:
    """Another transaction."""
    engine = open_writers(database_url, 1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def test_a_fact_that_comes_between_marks_and_facts_keeps_its_mark(farm: Store, database_url: str) -> None:
    harvests = interrupted(HARVESTS, before=lambda: pick(farm, "t1", 3))
    async with opened(database_url, (harvests, ESTATES)) as store:
        await plant(farm, "t1")
        await deriver.derive_marked(store.journal)
        assert await apples(store) == {"north": 3}
        assert await marked(store) == 1
        await derive(store)
        assert await told(store) == {"north": [3]}
        await assert_nothing_is_stale(store)


async def test_a_fact_that_comes_between_facts_and_the_commit_keeps_its_mark(farm: Store, database_url: str) -> None:
    harvests = interrupted(HARVESTS, after=lambda: pick(farm, "t1", 3))
    async with opened(database_url, (harvests, ESTATES)) as store:
        await plant(farm, "t1")
        await deriver.derive_marked(store.journal)
        assert await apples(store) == {"north": 0}
        assert await store.read(deriver.computed_up_to) == 1
        await derive(store)
        assert await apples(store) == {"north": 3}
        await assert_nothing_is_stale(store)


async def test_who_derives_a_key_is_not_overtaken_by_who_read_newer_facts(farm: Store, database_url: str) -> None:
    async def pick_and_derive() -> None:
        await pick(farm, "t1", 3)
        await derive(farm)

    harvests = interrupted(HARVESTS, after=pick_and_derive)
    async with opened(database_url, (harvests, ESTATES)) as store:
        await plant(farm, "t1")
        await plant(farm, "t2", "south")
        await derive(store)
        assert await apples(store) == {"north": 3, "south": 0}
        assert await told(store) == {"north": [0, 3], "south": [0]}
        await assert_nothing_is_stale(store)


async def test_a_key_that_another_worker_holds_is_left_to_it_and_the_others_go_on(
    farm: Store, other: AsyncConnection
) -> None:
    await plant(farm, "t1", "north.a")
    await plant(farm, "t2", "south.a")
    await other.execute(LOCK, {"number": deriver.lock_number("harvests", "north.a")})
    await derive(farm)
    assert await apples(farm) == {"south.a": 0}
    assert await marked(farm) == 1
    assert await farm.read(deriver.computed_up_to) == 0
    await other.rollback()
    await derive(farm)
    await assert_nothing_is_stale(farm)


async def test_no_worker_derives_while_its_rows_are_computed_anew(farm: Store, database_url: str) -> None:
    working: list[asyncio.Task[None]] = []

    async def pick_and_derive() -> None:
        await pick(farm, "t1", 3)
        working.append(asyncio.create_task(derive(farm)))
        await until_it_waits(farm, working[0])

    harvests = interrupted(HARVESTS, after=pick_and_derive)
    await plant(farm, "t1")
    await derive(farm)
    async with opened(database_url, (harvests, ESTATES)) as store:
        await rebuild.rebuild(store.journal)
    await working[0]
    assert await apples(farm) == {"north": 3}
    await assert_nothing_is_stale(farm)


async def test_answers_are_computed_up_to_the_first_hole_at_most(farm: Store, other: AsyncConnection) -> None:
    await plant(farm, "t1")
    await derive(farm)
    last = await farm.read(deriver.computed_up_to)
    await other.execute(INSERT, event("tree-late", 1))
    await pick(farm, "t1", 1)
    await derive(farm)
    assert await farm.read(deriver.computed_up_to) <= last
    await other.commit()
    await derive(farm)
    assert await farm.read(deriver.computed_up_to) == last + 3
