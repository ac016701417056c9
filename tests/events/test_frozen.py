"""A stream that a restored log cannot complete is frozen: nothing is decided on half of it, nothing of it is lost."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from events import parked
from events.deriver import derive_all
from events.execute import StreamIsAtAnotherVersion, execute
from events.frozen import Frozen, StreamIsFrozen, every, put
from events.opening import Store
from events.parked import Parked
from events.recovering import LOST, Recovery, StreamIsNotFrozen, nothing, release
from events.restoring import restore
from events.store.codec import Codec
from events.store.tables import frozen
from events.wire.embedded import EmbeddedWire
from tests.events.backups import RECOVERY, Safe, harvesting, opened, restored, trading
from tests.events.grocer import baskets
from tests.events.harvest import HarvestMeasured
from tests.events.orchard import TREE, ApplesPicked, Fell, Pick, Plant, TreePlanted
from tests.events.stores import asking, happened, history, noon
from tests.events.trade import do, pick, plant

CANNOT = Recovery(service="orchard", contracts=RECOVERY.contracts, recover=nothing)

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is the same on both databases, and shown on both elsewhere."""


async def torn(url: str, safe: Safe, grocer: Store, wire: EmbeddedWire) -> str:
    """Plant two trees; lose what is picked from both, of one also an empty basket of which nobody heard."""
    async with trading(url, grocer, wire) as trade:
        await plant(trade.orchard, "whole", "torn")
    copy = safe.copy(url)
    async with trading(url, grocer, wire) as trade:
        await pick(trade.orchard, "whole", 1, 2)
        await pick(trade.orchard, "torn", 1, 0, 2, 4)
    return copy


async def held(store: Store) -> dict[str, Frozen]:
    return await store.read(every)


async def lost_letters(store: Store) -> list[tuple[str, int]]:
    rows = await store.read(lambda reading: reading.rows(parked.listed(LOST), Parked))
    return sorted((row.stream, row.sequence) for row in rows)


async def let_go(store: Store, stream: str | None = None, recovery: Recovery = RECOVERY) -> list[Frozen]:
    return await store.database.write(lambda writing: release(writing, store.journal, recovery, stream))


async def versions(store: Store, tree: str) -> list[int]:
    return await versions_of(store, f"tree-{tree}")


async def test_a_stream_with_a_hole_is_frozen_and_its_letters_are_kept(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        report = await restored(orchard, wire)
        reason = "version 3 is missing before version 4: nobody else heard of it"
        assert report.events_taken_back == 3
        assert report.frozen == (Frozen(stream="tree-torn", version=5, reason=reason, since=noon()),)
        assert await lost_letters(orchard) == [("tree-torn", 4), ("tree-torn", 5)]
        assert await happened(orchard, "tree-torn") == [TreePlanted(orchard="north"), ApplesPicked(count=1)]
        again = await restored(orchard, wire)
        assert (again.events_taken_back, again.frozen) == (0, report.frozen)
        assert await lost_letters(orchard) == [("tree-torn", 4), ("tree-torn", 5)]


@on_sqlite
async def test_nobody_decides_on_a_frozen_stream_and_the_others_go_on(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        await restored(orchard, wire)
    async with trading(copy, next_door, wire, torn=True) as trade:
        with pytest.raises(StreamIsFrozen) as refused:
            await do(trade.orchard, "torn", Pick())
        assert "missing" in refused.value.details["reason"]
        with pytest.raises(StreamIsFrozen):
            await do(trade.orchard, "torn", Plant())
        await pick(trade.orchard, "whole", 7)
        await pick_of_new(trade.orchard)


async def pick_of_new(orchard: Store) -> None:
    await plant(orchard, "new")
    await pick(orchard, "new", 7)


async def test_a_released_stream_gets_back_what_others_heard_and_goes_on_above_it(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        await restored(orchard, wire)
        [released] = await let_go(orchard, "tree-torn")
        assert released.released_at == noon()
        assert await lost_letters(orchard) == []
        assert await versions(orchard, "torn") == [1, 2, 4, 5]
        again = await restored(orchard, wire)
        assert (again.events_taken_back, again.frozen) == (0, ())
    async with trading(copy, next_door, wire, torn=True) as trade:
        await pick(trade.orchard, "torn", 7)
        assert await versions(trade.orchard, "torn") == [1, 2, 4, 5, 6]
    assert await baskets(next_door) == {"torn": "1 2 4 7", "whole": "1 2"}


@on_sqlite
async def test_a_released_stream_of_which_nothing_comes_back_goes_on_above_what_others_know(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        report = await restore(orchard.journal, wire, CANNOT)
        assert {each.stream: each.version for each in report.frozen} == {"tree-torn": 5, "tree-whole": 3}
        assert all("more than others heard of it" in each.reason for each in report.frozen)
        assert len(await let_go(orchard, recovery=CANNOT)) == 2
        assert len(await lost_letters(orchard)) == 5
        assert (await restore(orchard.journal, wire, CANNOT)).frozen == ()
    async with trading(copy, next_door, wire, torn=True) as trade:
        with pytest.raises(StreamIsAtAnotherVersion):
            await execute(trade.orchard, TREE, "torn", Pick(), asking(version=5))
        done = await execute(trade.orchard, TREE, "torn", Pick(baskets=(7, 8)), asking(version=1))
        assert done.version == 7
        await pick(trade.orchard, "torn", 9)
        assert await versions(trade.orchard, "torn") == [1, 6, 7, 8]
    assert (await baskets(next_door))["torn"] == "1 2 4 7 8 9"


@on_sqlite
async def test_what_is_lost_again_after_a_release_comes_back(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        await restored(orchard, wire)
        await let_go(orchard)
    second = safe.copy(copy)
    async with trading(copy, next_door, wire, torn=True) as trade:
        await pick(trade.orchard, "torn", 7)
    async with opened(second) as orchard:
        report = await restored(orchard, wire)
        assert (report.events_taken_back, report.frozen) == (1, ())
        assert await versions(orchard, "torn") == [1, 2, 4, 5, 6]


async def test_a_log_that_was_served_before_it_was_restored_is_frozen_where_it_says_otherwise(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    async with opened(copy) as orchard:
        await pick(orchard, "whole", 9)
        report = await restored(orchard, wire)
        reasons = {each.stream: each.reason for each in report.frozen}
        assert "served before it was restored" in reasons["tree-whole"]
        assert await lost_letters(orchard) == [
            ("tree-torn", 4),
            ("tree-torn", 5),
            ("tree-whole", 2),
            ("tree-whole", 3),
        ]
        await let_go(orchard, "tree-whole")
        assert await lost_letters(orchard) == [("tree-torn", 4), ("tree-torn", 5), ("tree-whole", 2)]
    async with trading(copy, next_door, wire, torn=True) as trade:
        await pick(trade.orchard, "whole", 5)
        assert await versions(trade.orchard, "whole") == [1, 2, 3, 4]
    assert (await baskets(next_door))["whole"] == "1 2 5"


@on_sqlite
async def test_a_stream_that_the_log_does_not_have_at_all_may_be_frozen_and_released(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    async with opened(database_url):
        copy = safe.copy(database_url)
    async with trading(database_url, next_door, wire) as trade:
        await plant(trade.orchard, "t1")
    async with opened(copy) as orchard:
        await restore(orchard.journal, wire, CANNOT)
    async with opened(copy) as orchard:
        with pytest.raises(StreamIsFrozen):
            await do(orchard, "t1", Plant())
        await let_go(orchard, recovery=CANNOT)
    async with opened(copy) as orchard:
        await do(orchard, "t1", Plant())
        assert await versions(orchard, "t1") == [2]


@on_sqlite
async def test_only_what_is_frozen_is_released(store: Store) -> None:
    with pytest.raises(StreamIsNotFrozen):
        await let_go(store, "tree-t1")
    assert await let_go(store) == []


@on_sqlite
async def test_letters_that_this_release_cannot_read_wait(
    database_url: str, safe: Safe, next_door: Store, wire: EmbeddedWire
) -> None:
    copy = await torn(database_url, safe, next_door, wire)
    unable = replace(RECOVERY, contracts=Codec(()))
    async with opened(copy) as orchard:
        report = await restore(orchard.journal, wire, unable)
        assert report.events_taken_back == 0
        assert len(await lost_letters(orchard)) == 5
        await let_go(orchard)
        assert await versions(orchard, "whole") == [1, 2, 3]


@on_sqlite
async def test_what_is_frozen_is_known_when_the_store_is_opened(store: Store, database_url: str) -> None:
    row = {"stream": "tree-t1", "version": 3, "reason": "so", "since": noon(), "released_at": None}
    await store.database.write(lambda writing: writing.insert(frozen, [row]))
    async with opened(database_url) as other:
        assert list(other.journal.frozen) == ["tree-t1"]
        with pytest.raises(StreamIsFrozen):
            await do(other, "t1", Fell())
    assert await store.read(lambda reading: len(reading.tuples(select(frozen)))) == 1


@on_sqlite
async def test_nothing_is_told_in_a_frozen_stream_until_it_goes_on_above_what_others_know(database_url: str) -> None:
    async with harvesting(database_url) as orchard:
        await plant(orchard, "t1")
        await derive_all(orchard.journal)
        row = Frozen(stream="harvest-north", version=5, reason="so", since=noon())
        await orchard.database.write(lambda writing: put(writing, [row]))
    async with harvesting(database_url) as orchard:
        await pick(orchard, "t1", 3)
        await derive_all(orchard.journal)
        assert await versions_of(orchard, "harvest-north") == [1]
        await let_go(orchard)
    async with harvesting(database_url) as orchard:
        await pick(orchard, "t1", 4)
        await derive_all(orchard.journal)
        assert await versions_of(orchard, "harvest-north") == [1, 6]
        assert (await happened(orchard, "harvest-north"))[-1] == HarvestMeasured(orchard="north", apples=7)


async def versions_of(store: Store, stream: str) -> list[int]:
    return [each.version for each in (await history(store, stream)).get(stream, [])]
