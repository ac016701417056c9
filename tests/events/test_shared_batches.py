"""A full batch is shared among transactions: each message takes effect once, whatever becomes of the others' places."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from events import consumer
from events.consumer import shared, take_effect, take_effects
from events.opening import Store
from events.read_models import ReadModelIsNewer
from events.store.session import Writing
from events.store.tables import read_models
from events.wire.embedded import EmbeddedWire
from events.wire.promises import Delivered
from tests.events.grocer import basket, baskets, messages
from tests.events.listening import marks, nothing_is_left, reading, send, some
from tests.events.stores import count

TREES = tuple(f"t{number}" for number in range(8))


@pytest.fixture(autouse=True)
async def sent(wire: EmbeddedWire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two baskets of each tree on the wire, as many as make a full batch."""
    monkeypatch.setattr(consumer, "BATCH_SIZE_MAX", 2 * len(TREES))
    for sequence in (1, 2):
        await send(wire, *(basket(tree, sequence, sequence) for tree in TREES))


async def test_a_full_batch_takes_effect_once_and_moves_every_mark(grocer: Store, wire: EmbeddedWire) -> None:
    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        await take_effects(grocer.journal, reader, batch)
        await take_effects(grocer.journal, reader, batch)
        assert await nothing_is_left(reader)
    assert await baskets(grocer) == dict.fromkeys(TREES, "1 2")
    assert sum((await marks(grocer)).values()) == await count(grocer) == len(batch)


async def test_a_share_whose_place_somebody_else_has_read_waits_for_the_marks(
    grocer: Store, colleague: Store, wire: EmbeddedWire
) -> None:
    async with reading(grocer, wire) as slow, reading(colleague, wire) as fast:
        late = await some(slow)
        ahead = [each for each in await some(fast) if each.place == late[0].place][:1]
        await take_effect(colleague.journal, fast, ahead)
        await take_effects(grocer.journal, slow, late)
        while rest := await slow.read(1_000, 0.01):
            await take_effects(grocer.journal, slow, rest)
    assert await baskets(grocer) == dict.fromkeys(TREES, "1 2")
    assert await count(grocer) == len(late)


async def test_what_stops_a_share_stops_the_batch_and_nothing_of_that_share_is_lost(
    grocer: Store, wire: EmbeddedWire
) -> None:
    def of_release(difference: int) -> Callable[[Writing], int]:
        newer = update(read_models).values(version=read_models.c.version + difference)
        return lambda writing: writing.execute(newer)

    async with reading(grocer, wire) as reader:
        batch = await some(reader)
        await grocer.database.write(of_release(1))
        with pytest.raises(ReadModelIsNewer):
            await take_effects(grocer.journal, reader, batch)
        assert await marks(grocer) == {}
        await grocer.database.write(of_release(-1))
        await take_effects(grocer.journal, reader, batch)
    assert await baskets(grocer) == dict.fromkeys(TREES, "1 2")


@pytest.mark.parametrize("parts", [1, 2, 3, 20])
def test_a_place_is_in_one_share_and_in_order(parts: int) -> None:
    [message] = messages(basket("t1", 1, 1))
    batch = [
        Delivered(topic="fruit", partition=partition, offset=offset, message=message)
        for partition, offset in ((5, 0), (5, 1), (2, 7), (5, 2), (9, 0), (2, 8), (0, 1))
    ]
    found = shared(batch, parts)
    assert len(found) == min(parts, 4)
    assert sorted((each for share in found for each in share), key=batch.index) == batch
    for share in found:
        assert share == sorted(share, key=batch.index)
    where = [{each.partition for each in share} for share in found]
    assert sum(map(len, where)) == 4
