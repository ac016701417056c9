"""What is seen of the log at work: a span for each batch, linked to where it comes from, and numbers that are right."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.trace import SpanKind
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from events import deriver, relay
from events.execute import Beside, Step, execute, execute_all
from events.opening import Store
from events.store.codec import Codec
from events.store.tables import parked
from events.store.tail import Tail
from events.wire.embedded import EmbeddedWire
from tests.events.grocer import KNOWN, crops_of, publish
from tests.events.harvest import HARVESTS
from tests.events.orchard import TREE, Pick, Plant, TreeDoesNotStand
from tests.events.stores import history, whole_log
from tests.events.trade import Trade, until
from tests.events.watched import Watcher, asking_in, itself, links, parent, traced

ROOT = Path(__file__).parents[2]

IMPORT_ALL = """
import importlib, pkgutil, sys
sys.modules["opentelemetry.sdk"] = None
import events
for module in pkgutil.walk_packages(events.__path__, "events."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
assert "opentelemetry" in sys.modules
"""


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


async def plant(store: Store, tree: str, traceparent: str | None, orchard: str = "north") -> None:
    await execute(store, TREE, tree, Plant(orchard=orchard), asking_in(traceparent))


async def test_a_command_is_appended_and_projected_in_its_own_trace(watcher: Watcher, database_url: str) -> None:
    store = await watcher.open(database_url)
    await plant(store, "t1", traced(1))
    await store.close()

    (append,) = watcher.spans("append")
    (project,) = watcher.spans("project")
    assert (parent(append), links([append])) == (traced(1), {traced(1)})
    assert parent(project) == itself(append)
    assert append.attributes == {"attain.append.commands": 1}


async def test_commands_that_share_a_transaction_share_a_span_that_is_linked_to_each(
    watcher: Watcher, database_url: str
) -> None:
    store = await watcher.open(database_url)
    await asyncio.gather(*(plant(store, f"t{number}", traced(number)) for number in range(1, 9)))
    await store.close()

    appends = watcher.spans("append")
    assert links(appends) == {traced(number) for number in range(1, 9)}
    assert len(appends) < 8
    assert [parent(each) for each in appends if len(each.links) > 1] == [None] * sum(len(a.links) > 1 for a in appends)
    assert {parent(each) for each in watcher.spans("project")} == {itself(each) for each in appends}


async def test_a_task_that_others_began_leaves_no_trace_of_them(watcher: Watcher, database_url: str) -> None:
    store = await watcher.open(database_url)
    with watcher.telemetry.deriving("another", 1, [traced(7)]):
        await plant(store, "t1", traced(1))
    await store.close()

    assert [parent(each) for each in watcher.spans("append")] == [traced(1)]


@pytest.mark.parametrize(
    "traceparents",
    [(None, None), (traced(1, recorded=False), traced(2, recorded=False)), ("no trace at all", None)],
    ids=["none", "not recorded", "malformed"],
)
async def test_what_is_recorded_nowhere_has_no_span(
    watcher: Watcher, database_url: str, traceparents: tuple[str | None, str | None]
) -> None:
    store = await watcher.open(database_url, derivations=(HARVESTS,))
    await asyncio.gather(*(plant(store, f"t{number}", each) for number, each in enumerate(traceparents)))
    await deriver.derive_all(store.journal)
    await store.close()

    assert watcher.spans() == []


async def test_what_is_told_and_heard_is_linked_to_the_requests_that_brought_it_about(
    watcher: Watcher, database_url: str, tmp_path: Path
) -> None:
    listening = Watcher()
    trade = Trade(
        orchard=await watcher.open(database_url),
        grocer=await listening.open(f"sqlite:///{tmp_path / 'grocer.sqlite'}", (crops_of(1),), codec=Codec(KNOWN)),
        wire=await EmbeddedWire.open(tmp_path / "wire.sqlite"),
    )
    for number in (1, 2):
        await plant(trade.orchard, f"t{number}", traced(number))
        await execute(trade.orchard, TREE, f"t{number}", Pick(baskets=(number,)), asking_in(traced(number)))
    await relay.relay_page(trade.orchard.journal, trade.wire, "orchard", publish, Tail(trade.orchard.database, 0))
    async with trade.hearing():
        await until(trade.heard_all)
    heard = await whole_log(trade.grocer)
    for each in (trade.orchard, trade.grocer):
        await each.close()
    await trade.wire.aclose()

    (send,) = watcher.spans("send attain.orchard.v1")
    processes = listening.spans("process attain.orchard.v1")
    assert (send.kind, {each.kind for each in processes}) == (SpanKind.PRODUCER, {SpanKind.CONSUMER})
    assert links([send]) == links(processes) == {traced(1), traced(2)}
    assert {each.envelope.traceparent for each in heard} == {traced(1), traced(2)}
    assert {parent(each) for each in listening.spans("project")} == {itself(each) for each in processes}
    assert send.attributes == {
        "messaging.system": "sqlite",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "attain.orchard.v1",
        "messaging.batch.message_count": 4,
    }
    assert watcher.numbers()["messaging.client.sent.messages", "attain.orchard.v1"] == 4
    assert listening.numbers()["messaging.client.consumed.messages", "attain.orchard.v1"] == 4
    assert listening.numbers()["attain.append.events", "heard"] == 4


async def test_what_was_derived_is_linked_to_what_marked_it_and_told_in_the_trace_of_deriving(
    watcher: Watcher, database_url: str
) -> None:
    store = await watcher.open(database_url, derivations=(HARVESTS,))
    await plant(store, "t1", traced(1), "north")
    await plant(store, "t2", traced(2), "south")
    await deriver.derive_all(store.journal)
    told = await history(store, "harvest-north", "harvest-south")
    await store.close()

    (derive,) = watcher.spans("derive")
    assert links([derive]) == {traced(1), traced(2)}
    assert {each.envelope.traceparent for events in told.values() for each in events} == {itself(derive)}
    assert watcher.numbers()["attain.derivation.keys", "harvests"] == 2


async def test_the_numbers_are_those_of_the_load_and_nothing_counts_that_was_rolled_back(
    watcher: Watcher, database_url: str
) -> None:
    store = await watcher.open(database_url)
    await asyncio.gather(*(plant(store, f"t{number}", None) for number in range(20)))
    with pytest.raises(TreeDoesNotStand):
        await execute(store, TREE, "none", Pick(), asking_in(None))
    unfit = Beside(table=parked, rows=({"id": None, "kind": "without an id"},))
    with pytest.raises(DBAPIError):
        await execute_all(store, [Step(decider=TREE, key="lost", command=Plant())], asking_in(None), [unfit])
    await execute(store, TREE, "t1", Pick(baskets=(1, 2, 3)), asking_in(None))
    await store.close()

    numbers = watcher.numbers()
    assert numbers["attain.append.events", "own"] == 23
    assert numbers["attain.projection.rows", "trees"] == 21
    assert numbers["attain.commands.refused", "TreeDoesNotStand"] == 1
    assert numbers["attain.append.duration", ""] == numbers["attain.append.group.size", ""]


async def test_a_hole_is_as_old_as_the_first_look_at_it(watcher: Watcher) -> None:
    telemetry = watcher.telemetry
    telemetry.saw_hole(None)
    assert telemetry.hole_seconds == 0
    telemetry.saw_hole(7)
    watcher.now += 3
    telemetry.saw_hole(7)
    assert telemetry.hole_seconds == 3
    telemetry.saw_hole(9)
    assert telemetry.hole_seconds == 0
    watcher.now += 1
    telemetry.saw_hole(None)
    assert telemetry.hole_seconds == 0


def test_the_log_needs_no_more_than_the_interface_of_telemetry() -> None:
    subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, check=True)


async def test_a_fault_of_the_database_does_not_say_with_what_values(watcher: Watcher, database_url: str) -> None:
    store = await watcher.open(database_url)
    wrong = text("SELECT no_such_function(:amount)")
    with pytest.raises(DBAPIError) as fault:
        await store.database.write(lambda writing: writing.execute(wrong, {"amount": "swordfish"}))
    with pytest.raises(DBAPIError) as another:
        await store.read(lambda reading: reading.tuples(wrong, {"amount": "swordfish"}))
    await store.close()
    assert "no_such_function" in str(fault.value)
    assert "swordfish" not in str(fault.value) + str(another.value)
