"""How far a service is behind is known, counted exactly, and asked for at most once a second."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import text

from events import relay, standing
from events.execute import execute
from events.opening import Store
from events.standing import Lookout, Standing
from events.store.migrate import is_of_this_release
from events.store.tail import Tail
from events.wire.embedded import EmbeddedWire
from events.wire.promises import PARTITIONS, Place, partition_of
from tests.events.grocer import basket, messages, publish
from tests.events.harvest import HARVESTS
from tests.events.orchard import TREE, Plant
from tests.events.stores import asking
from tests.events.watched import Watcher
from tests.events.writers import INSERT, event, open_writers

TOPIC = "attain.orchard.v1"
NOTHING_PARKED = {"delivery": 0, "heard": 0, "key": 0}


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
async def store(watcher: Watcher, database_url: str) -> AsyncGenerator[Store]:
    opened = await watcher.open(database_url, derivations=(HARVESTS,))
    yield opened
    await opened.close()


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncGenerator[EmbeddedWire]:
    opened = await EmbeddedWire.open(tmp_path / "wire.sqlite")
    yield opened
    await opened.aclose()


async def plant(store: Store, tree: str, orchard: str = "north") -> None:
    await execute(store, TREE, tree, Plant(orchard=orchard), asking())


async def test_what_is_untold_unheard_and_underived_is_counted(store: Store, wire: EmbeddedWire) -> None:
    for tree in ("a", "b", "c"):
        await plant(store, tree)
    await plant(store, "d", "south")
    await wire.send(TOPIC, messages(basket("a", 1, 3), basket("a", 2, 3), basket("b", 1, 3)))

    before = await standing.standing(store.journal, wire, ("orchard",))
    await relay.relay_page(store.journal, wire, "trees", publish, Tail(store.database, 0))
    after = await standing.standing(store.journal, wire, ())

    unheard = {Place(topic=TOPIC, partition=number): 0 for number in range(PARTITIONS)}
    unheard[Place(topic=TOPIC, partition=partition_of("tree-a"))] += 2
    unheard[Place(topic=TOPIC, partition=partition_of("tree-b"))] += 1
    assert before == Standing(untold=4, unheard=unheard, waiting={"harvests": 2}, parked=NOTHING_PARKED)
    assert (before.lag, after.untold, after.unheard) == (4, 0, {})


async def test_it_is_looked_at_once_a_second_and_never_after_the_end(
    watcher: Watcher, store: Store, wire: EmbeddedWire
) -> None:
    lookout = Lookout(store.journal, wire, ())
    await plant(store, "a")
    assert (await lookout.look()).untold == 1
    await plant(store, "b")
    assert (await lookout.look()).untold == 1
    watcher.now += 1.5
    assert (await lookout.look()).untold == 2
    await plant(store, "c")
    await lookout.close()
    watcher.now += 1.5
    assert (await lookout.look()).untold == 2


async def test_a_wire_that_does_not_answer_leaves_the_rest_to_be_seen(store: Store, wire: EmbeddedWire) -> None:
    class Deaf(EmbeddedWire):
        async def topics(self) -> frozenset[str]:
            raise OSError

    await plant(store, "a")
    deaf = Deaf(wire._database)  # pyright: ignore[reportPrivateUsage] the same file, through another wire
    seen = await standing.standing(store.journal, deaf, ("orchard",))
    assert (seen.untold, seen.unheard) == (1, {})


async def test_a_meter_reads_how_the_service_stands(watcher: Watcher, store: Store, wire: EmbeddedWire) -> None:
    await plant(store, "a")
    await wire.send(TOPIC, messages(basket("a", 1, 3)))
    seen: Standing | None = await standing.standing(store.journal, wire, ("orchard",))
    standing.show(watcher.meter, lambda: seen, lambda: 2.5)

    numbers = watcher.numbers()
    assert numbers["attain.relay.lag", ""] == numbers["attain.consumer.lag", TOPIC] == 1
    assert numbers["attain.derivation.waiting", "harvests"] == 1
    assert numbers["attain.parked.entries", "heard"] == 0
    assert numbers["attain.tail.hole.age", ""] == 2.5
    seen = None
    assert ("attain.relay.lag", "") not in watcher.numbers()


async def test_a_database_of_another_release_is_known(store: Store) -> None:
    assert await store.read(is_of_this_release)
    await store.database.write(lambda writing: writing.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    assert not await store.read(is_of_this_release)


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_writer_that_holds_a_position_makes_the_hole_grow_old(
    watcher: Watcher, store: Store, wire: EmbeddedWire, database_url: str
) -> None:
    tail, writers = Tail(store.database, 0), open_writers(database_url, 1)

    async def hole_seconds() -> float:
        await relay.relay_page(store.journal, wire, "trees", publish, tail)
        return watcher.telemetry.hole_seconds

    async with writers.connect() as other:
        await other.execute(INSERT, event("slow", 1))
        await plant(store, "a")
        assert await hole_seconds() == 0
        watcher.now += 4
        assert await hole_seconds() == 4
        await other.commit()
        assert await hole_seconds() == 0
    await writers.dispose()
