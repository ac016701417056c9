"""What cannot be recorded, whatever the reason, is parked; what only the database failed at is not."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from events import consumer, hearing
from events.consumer import take_effect
from events.opening import Store
from events.store.readers import MarkWasMoved
from events.wire.cloudevents import Letter
from events.wire.embedded import EmbeddedWire
from events.wire.promises import Message
from tests.events import listening
from tests.events.faltering_database import FalteringDatabase
from tests.events.grocer import ROTTEN, TreePlantedV1, basket, baskets, broken, letter
from tests.events.listening import TOPIC, marks, nothing_is_left, reading, send, shelf, some, until_heard

DISCONNECT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)

on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


async def take(store: Store, wire: EmbeddedWire, *letters: Letter) -> None:
    """Send letters and let them take effect as one batch."""
    await send(wire, *letters)
    async with reading(store, wire) as reader:
        await take_effect(store.journal, reader, await some(reader))
        assert await nothing_is_left(reader)


async def waiting(store: Store) -> list[tuple[str, int]]:
    return [(each.stream, each.sequence) for each in await shelf(store)]


@pytest.mark.parametrize("poison", [basket("t1", 2, ROTTEN), broken("t1", 2), basket("t1", 2, 2**63 - 1)])
async def test_poison_waits_with_all_that_is_later_in_its_stream_and_the_rest_go_on(
    grocer: Store, wire: EmbeddedWire, poison: Letter
) -> None:
    await take(grocer, wire, basket("t1", 1, 1), poison, basket("t1", 3, 3), basket("t2", 1, 4), basket("t3", 1, 5))
    await take(grocer, wire, basket("t1", 4, 6), basket("t2", 2, 7))
    assert await baskets(grocer) == {"t1": "1", "t2": "4 7", "t3": "5"}
    assert await waiting(grocer) == [("heard-orchard-tree-t1", number) for number in (2, 3, 4)]
    assert sum((await marks(grocer)).values()) == 7


async def test_poison_that_comes_again_is_not_parked_again(grocer: Store, wire: EmbeddedWire) -> None:
    poison, later = basket("t1", 1, ROTTEN), basket("t1", 2, 2)
    await take(grocer, wire, poison, later)
    await take(grocer, wire, poison, later, poison)
    assert await waiting(grocer) == [("heard-orchard-tree-t1", 1), ("heard-orchard-tree-t1", 2)]
    assert "BasketIsRotten" in (await shelf(grocer))[0].problem


async def test_a_letter_with_the_id_of_another_one_is_parked(grocer: Store, wire: EmbeddedWire) -> None:
    first = basket("t1", 1, 1)
    await take(grocer, wire, first, basket("t2", 1, 2, id=first.id), basket("t3", 1, 3))
    assert await baskets(grocer) == {"t1": "1", "t3": "3"}
    assert await waiting(grocer) == [("heard-orchard-tree-t2", 1)]


async def test_a_message_that_is_no_letter_stops_nobody(grocer: Store, wire: EmbeddedWire) -> None:
    await wire.send(TOPIC, [Message(key="tree-\x00", headers={"ce_sequence": "9" * 5_000}, value=b"\xff")])
    await take(grocer, wire, basket("t1", 1, 1), basket("t2", 1, ROTTEN))
    assert await baskets(grocer) == {"t1": "1"}
    assert [each.source for each in await shelf(grocer)] == ["", hearing.MALFORMED]


@on_postgres
async def test_a_value_that_the_database_refuses_is_parked(grocer: Store, wire: EmbeddedWire) -> None:
    nul = letter("t1", 1, TreePlantedV1(orchard="north\x00"))
    async with listening.hearing(grocer, wire):
        await send(wire, nul, basket("t1", 2, 1), basket("t2", 1, 2))
        await until_heard(grocer, {"t2": "2"})
    assert await waiting(grocer) == [("heard-orchard-tree-t1", 1), ("heard-orchard-tree-t1", 2)]


async def test_parking_moves_no_mark_back_that_somebody_else_moved_on(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    await send(wire, basket("t1", 1, ROTTEN), basket("t1", 2, 2))
    async with reading(grocer, wire) as slow, reading(colleague, wire) as fast:
        late = await some(slow)
        await take_effect(colleague.journal, fast, await some(fast))
        before = await marks(grocer), await shelf(grocer)
        with pytest.raises(MarkWasMoved):
            await grocer.database.write(
                lambda writing: consumer.park(writing, grocer.journal, late[0], "BasketIsRotten")
            )
        await consumer.one_by_one(grocer.journal, slow, late)
        assert (await marks(grocer), await shelf(grocer)) == before
        assert await nothing_is_left(slow)


async def test_what_fails_because_the_database_cannot_be_reached_is_not_parked(
    grocer: Store, wire: EmbeddedWire
) -> None:
    faltering = replace(grocer.journal, database=FalteringDatabase(grocer.database, [ConnectionRefusedError()] * 2))
    await send(wire, basket("t1", 1, 1), basket("t2", 1, 2))
    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                await take_effect(faltering, reader, batch)
        await take_effect(faltering, reader, batch)
    assert await baskets(grocer) == {"t1": "1", "t2": "2"}
    assert await shelf(grocer) == []


@on_postgres
async def test_a_connection_that_breaks_parks_nothing(grocer: Store, colleague: Store, wire: EmbeddedWire) -> None:
    await send(wire, basket("t1", 1, 1), basket("t2", 1, 2))
    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        await colleague.read(lambda reading: reading.tuples(DISCONNECT))
        with pytest.raises(DBAPIError):
            await take_effect(grocer.journal, reader, batch)
        await take_effect(grocer.journal, reader, batch)
    assert await baskets(grocer) == {"t1": "1", "t2": "2"}
    assert await shelf(grocer) == []
