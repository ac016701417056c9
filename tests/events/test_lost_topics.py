"""A topic that was emptied or made anew is never read on as if nothing had happened: it is stopped, and said."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update

from events import consumer
from events.bookmarks import Bookmarks
from events.generations import topic_of
from events.stops import Stops
from events.store.tables import marks
from events.wire.cloudevents import Letter, source_of, to_message
from events.wire.embedded import EmbeddedWire
from events.wire.promises import Message, Place, partition_of
from tests.events.grocer import TreePlantedV1, letter, messages
from tests.events.orchard import Plant
from tests.events.stores import whole_log
from tests.events.trade import LOOK_SECONDS, Trade, do, heard_of, pick, plant, published_of, republish, running, until

TOPIC = topic_of("orchard")
TREES = tuple(f"t{number}" for number in range(30))
INSTRUCTION = "Run `attain republish orchard`"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what happens on the wire alone."""


def empty(wire_file: Path) -> None:
    """Take all messages away, as a broker does that lost its disk: topics are there and begin at 0."""
    change(wire_file, "DELETE FROM messages", "UPDATE places SET next_offset = 0")


def forget(wire_file: Path) -> None:
    """Take the topics away too."""
    change(wire_file, "DELETE FROM messages", "DELETE FROM places")


def let_expire(wire_file: Path, place: Place, before: int) -> None:
    """Take the oldest messages of a place away, as a topic does that does not keep them for ever."""
    base = f"(SELECT id << 40 FROM places WHERE topic = '{place.topic}' AND partition = {place.partition})"  # noqa: S608 a test's own words
    change(wire_file, f"DELETE FROM messages WHERE id >= {base} AND id < {base} + {before}")  # noqa: S608 the same


def change(wire_file: Path, *statements: str) -> None:
    with sqlite3.connect(wire_file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.fixture
def wire_file(tmp_path: Path) -> Path:
    return tmp_path / "wire.sqlite"


@pytest.fixture
async def traded(trade: Trade) -> Trade:
    """A trade in which everything planted was told and heard."""
    async with trade.telling(), trade.hearing():
        await plant(trade.orchard, *TREES)
        await until(trade.heard_all)
    return trade


async def hears_no_more(trade: Trade) -> bool:
    return TOPIC in trade.heard.reasons


async def tells_no_more(trade: Trade) -> bool:
    return TOPIC in trade.told.reasons


async def test_an_emptied_topic_stops_who_tells_and_who_hears_until_it_is_republished(
    traded: Trade, wire_file: Path
) -> None:
    empty(wire_file)
    async with traded.telling(), traded.hearing():
        await until(lambda: tells_no_more(traded))
        await until(lambda: hears_no_more(traded))
        await pick(traded.orchard, "t1", 1, 2)
        assert INSTRUCTION in traded.told.reasons[TOPIC]
        assert INSTRUCTION in traded.heard.reasons[TOPIC]
        assert sum((await traded.wire.ends(TOPIC)).values()) == 0
        await republish(traded)
        await until(traded.heard_all)
        await until(lambda: no_stop(traded))
    assert await heard_of(traded) == await published_of(traded)


async def no_stop(trade: Trade) -> bool:
    return not trade.told.reasons and not trade.heard.reasons


@on_sqlite
async def test_a_topic_that_is_emptied_while_it_is_written_and_read_stops_both(traded: Trade, wire_file: Path) -> None:
    async with traded.telling(), traded.hearing():
        await pick(traded.orchard, "t1", 1)
        await until(traded.heard_all)
        empty(wire_file)
        await until(lambda: tells_no_more(traded))
        await until(lambda: hears_no_more(traded))
        await republish(traded)
        await pick(traded.orchard, "t1", 1, 2)
        await until(traded.heard_all)


@on_sqlite
async def test_a_topic_that_is_gone_stops_who_tells_and_who_hears(traded: Trade, wire_file: Path) -> None:
    forget(wire_file)
    async with traded.telling(), traded.hearing():
        await until(lambda: tells_no_more(traded))
        await until(lambda: hears_no_more(traded))
        assert "is gone" in traded.told.reasons[TOPIC]
        assert "is gone" in traded.heard.reasons[TOPIC]
        assert TOPIC not in await traded.wire.topics()


@on_sqlite
async def test_a_topic_that_was_made_anew_and_filled_beyond_the_marks_is_known_by_its_messages(
    traded: Trade, wire_file: Path
) -> None:
    heard = await whole_log(traded.grocer)
    empty(wire_file)
    others = [letter(f"u{number}", 1, TreePlantedV1(orchard="south")) for number in range(600)]
    await traded.wire.send(TOPIC, messages(*others))
    async with traded.hearing():
        await until(lambda: hears_no_more(traded))
        assert "made anew" in traded.heard.reasons[TOPIC]
        await asyncio.sleep(LOOK_SECONDS * 5)
        assert await hears_no_more(traded)
    assert [each.position for each in await whole_log(traded.grocer)] == [each.position for each in heard]


@on_sqlite
async def test_the_relay_counts_that_a_topic_holds_fewer_messages_than_it_sent(traded: Trade, wire_file: Path) -> None:
    empty(wire_file)
    await traded.wire.send(TOPIC, messages(letter("u1", 1, TreePlantedV1(orchard="south"))))
    async with traded.telling():
        await until(lambda: tells_no_more(traded))
    assert "holds 1 of the 30 messages" in traded.told.reasons[TOPIC]


@on_sqlite
async def test_a_stopped_topic_does_not_stop_the_others(traded: Trade, wire_file: Path) -> None:
    empty(wire_file)
    stops = Stops(look_seconds=LOOK_SECONDS)
    bees = letter("b1", 1, TreePlantedV1(orchard="south"), source=source_of("meadow"))

    async def bees_are_heard() -> bool:
        return any("meadow" in each.envelope.stream for each in await whole_log(traded.grocer))

    async with running(consumer.run(traded.grocer.journal, traded.wire, "grocer", ["orchard", "meadow"], stops)):
        await until(lambda: stopped_in(stops))
        await traded.wire.send(topic_of("meadow"), [to_message(bees)])
        await until(bees_are_heard)
    assert list(stops.reasons) == [TOPIC]


async def stopped_in(stops: Stops) -> bool:
    return bool(stops.reasons)


@on_sqlite
async def test_who_hears_a_generation_that_is_emptied_does_not_go_back_to_one_before_it(
    traded: Trade, wire_file: Path
) -> None:
    async with traded.telling(), traded.hearing():
        await republish(traded)
        await until(traded.told_all)
        await pick(traded.orchard, "t1", 1)
        await until(traded.heard_all)
        await until(lambda: marked(traded, topic_of("orchard", 2)))
    second = "topic = 'attain.orchard.v1.g2'"
    change(wire_file, f"UPDATE places SET next_offset = 0 WHERE {second}")  # noqa: S608 a test's own words
    async with traded.hearing():
        await until(lambda: stopped_in(traded.heard))
    assert list(traded.heard.reasons) == [topic_of("orchard", 2)]


async def marked(trade: Trade, topic: str) -> bool:
    return await trade.grocer.read(lambda reading: consumer.heard_generation(reading, "orchard")) == 2


def place_of(tree: str) -> Place:
    return Place(topic=TOPIC, partition=partition_of(f"tree-{tree}"))


@on_sqlite
async def test_messages_that_expired_before_they_were_heard_are_missed(traded: Trade, wire_file: Path) -> None:
    async with traded.telling():
        await pick(traded.orchard, "t1", *(1,) * 20)
        await until(traded.told_all)
    end = (await traded.wire.ends(TOPIC))[place_of("t1")]
    let_expire(wire_file, place_of("t1"), end - 5)
    async with traded.hearing():
        await until(lambda: hears_no_more(traded))
    assert "never heard" in traded.heard.reasons[TOPIC]


@on_sqlite
async def test_messages_that_expired_before_anybody_heard_them_are_missed_too(trade: Trade, wire_file: Path) -> None:
    async with trade.telling():
        await plant(trade.orchard, *TREES)
        await until(trade.told_all)
    let_expire(wire_file, place_of("t1"), 1)
    async with trade.hearing():
        await until(lambda: hears_no_more(trade))


@on_sqlite
async def test_messages_that_expired_after_they_were_heard_are_not_missed(traded: Trade, wire_file: Path) -> None:
    let_expire(wire_file, place_of("t1"), (await traded.wire.ends(TOPIC))[place_of("t1")])
    async with traded.telling(), traded.hearing():
        await pick(traded.orchard, "t1", 1)
        await until(traded.heard_all)
    assert await no_stop(traded)


async def test_who_goes_on_reads_the_last_message_again_and_passes_it_over(traded: Trade) -> None:
    places = [Place(topic=TOPIC, partition=number) for number in range(12)]
    ends = await traded.wire.ends(TOPIC)
    bookmarks = Bookmarks(traded.grocer.database)
    assert await bookmarks.offsets(places) == {place: max(end - 1, 0) for place, end in ends.items()}
    for _ in range(3):
        async with traded.telling(), traded.hearing():
            await pick(traded.orchard, "t1", 1)
            await until(traded.heard_all)


@on_sqlite
async def test_a_mark_from_before_ids_were_remembered_is_gone_on_from(traded: Trade) -> None:
    await traded.grocer.database.write(lambda writing: writing.execute(update(marks).values(last=None)))
    async with traded.telling(), traded.hearing():
        await pick(traded.orchard, "t1", 1, 2)
        await until(traded.heard_all)


@on_sqlite
async def test_a_message_that_is_no_letter_is_remembered_by_what_it_holds(traded: Trade) -> None:
    stray = Message(key="tree-t1", headers={"ce_id": "a\0b"}, value=b"\xff")
    await traded.wire.send(TOPIC, [stray])
    for _ in range(2):
        async with traded.hearing():
            await asyncio.sleep(LOOK_SECONDS * 5)
        assert await no_stop(traded)


@on_sqlite
async def test_a_relay_that_ended_before_it_counted_is_not_taken_for_an_older_day(traded: Trade) -> None:
    sent = [to_message(each) for each in await letters_of(traded)]
    await traded.wire.send(TOPIC, sent)
    async with traded.telling(), traded.hearing():
        await pick(traded.orchard, "t1", 1)
        await until(traded.heard_all)
    assert await no_stop(traded)


async def letters_of(trade: Trade) -> list[Letter]:
    """Return what the orchard's relay sends, once more."""
    return [
        letter(each.key, each.version, TreePlantedV1(orchard="north"), id=each.envelope.id)
        for each in await whole_log(trade.orchard)
    ]


@on_sqlite
async def test_a_relay_does_not_tell_on_from_an_older_day(trade: Trade, wire: EmbeddedWire) -> None:
    unknown = letter("t1", 2, TreePlantedV1(orchard="north"))
    await wire.send(TOPIC, messages(unknown))
    await do(trade.orchard, "t1", Plant())
    async with trade.telling():
        await until(lambda: tells_no_more(trade))
    assert "attain restored orchard" in trade.told.reasons[TOPIC]
    assert sum((await wire.ends(TOPIC)).values()) == 1


@on_sqlite
async def test_a_relay_does_not_tell_in_a_generation_before_the_newest(trade: Trade, wire: EmbeddedWire) -> None:
    await plant(trade.orchard, "t1")
    await wire.send(topic_of("orchard", 2), messages(letter("t1", 1, TreePlantedV1(orchard="north"))))
    async with trade.telling():
        await until(lambda: tells_no_more(trade))
    assert "attain restored orchard" in trade.told.reasons[TOPIC]
    assert TOPIC not in await wire.topics()
