"""What every wire promises: durable, in order for each key, nothing lost, nothing twice but on request."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from events.wire.promises import PARTITIONS, Delivered, Message, Place, Wire, murmur2, partition_of
from tests.wire.peer import BATCH_SIZE, KEYS, from_the_beginning, numbered, numbers, read_some

ROOT = Path(__file__).parents[2]


async def peer(*words: object) -> Process:
    """Start another process at the wire."""
    command = [sys.executable, "-m", "tests.wire.peer", *map(str, words)]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)


def by_place(delivered: Sequence[Delivered]) -> Mapping[Place, list[int]]:
    offsets: defaultdict[Place, list[int]] = defaultdict(list)
    for each in delivered:
        offsets[each.place].append(each.offset)
    return offsets


def by_key(delivered: Sequence[Delivered], name: str) -> Mapping[str, list[int]]:
    return {key: numbers([each for each in delivered if each.message.key == key], name) for key in KEYS}


def in_order(count: int) -> Mapping[str, list[int]]:
    return {key: list(range(first, count, len(KEYS))) for first, key in enumerate(KEYS)}


async def test_a_message_arrives_whole(wire: Wire, topic: str) -> None:
    sent = Message(key="person-ä", headers={"ce_type": "attain.goals.PersonHired.v1"}, value=b"\x00\xff{}")
    await wire.send(topic, [sent])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        assert [each.message for each in await read_some(reader, 1)] == [sent]


async def test_messages_with_one_key_keep_their_order(wire: Wire, topic: str) -> None:
    await wire.send(topic, [numbered("ada", number) for number in range(70)])
    await wire.send(topic, [numbered("ada", number) for number in range(70, 140)])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        assert by_key(await read_some(reader, 140), "ada") == in_order(140)


@pytest.mark.system
async def test_two_processes_send_at_once_and_each_key_keeps_its_order(wire: Wire, wire_url: str, topic: str) -> None:
    senders = [await peer("send", wire_url, topic, name, 700) for name in ("ada", "bob")]
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        delivered = await read_some(reader, 1400)
    for sender in senders:
        await sender.communicate()
    assert [by_key(delivered, name) for name in ("ada", "bob")] == [in_order(700), in_order(700)]
    assert all(offsets == sorted(set(offsets)) for offsets in by_place(delivered).values())


@pytest.mark.system
@pytest.mark.parametrize("seed", range(4))
async def test_what_was_acknowledged_outlives_a_killed_sender(wire: Wire, wire_url: str, topic: str, seed: int) -> None:
    sender = await peer("send", wire_url, topic, "ada", 1_000_000)
    assert sender.stdout
    await sender.stdout.readline()
    await asyncio.sleep(random.Random(seed).uniform(0.01, 0.3))  # noqa: S311 a moment, not a secret
    sender.kill()
    out, _ = await sender.communicate()
    acknowledged = int((out.split() or [BATCH_SIZE])[-1])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        delivered = await read_some(reader, acknowledged) + list(await reader.read(100, 0.1))
    found = numbers(delivered, "ada")
    assert set(found) >= set(range(acknowledged))
    sent = in_order(max(found) + 1)
    for key, each in by_key(delivered, "ada").items():
        assert each == sent[key][: len(each)]  # of what was on its way, each key has the beginning or nothing


async def test_a_reader_goes_on_where_its_marks_say(wire: Wire, topic: str) -> None:
    await wire.send(topic, [numbered("ada", number) for number in range(60)])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        before = await read_some(reader, 25)
    marks = {place: offsets[-1] + 1 for place, offsets in by_place(before).items()}

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        return {place: marks[place] for place in places if place in marks}

    async with wire.reader(topic, [topic], offsets) as reader:
        after = await read_some(reader, 35)
        assert await reader.read(100, 0.1) == []
    assert sorted(numbers(before, "ada") + numbers(after, "ada")) == list(range(60))


async def test_nothing_is_read_twice_and_no_batch_is_larger_than_asked_for(wire: Wire, topic: str) -> None:
    found: list[Delivered] = []
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        for first, count_max in ((0, 1), (50, 7), (100, 1000)):
            await wire.send(topic, [numbered("ada", number) for number in range(first, first + 50)])
            while batch := await reader.read(count_max, 0.3):
                assert len(batch) <= count_max
                found += batch
    assert sorted(numbers(found, "ada")) == list(range(150))


async def test_a_reader_that_seeks_back_reads_again_from_there(wire: Wire, topic: str) -> None:
    await wire.send(topic, [Message(key="deal-1", headers={"sender": "ada"}, value=b"%d" % n) for n in range(10)])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        read = await read_some(reader, 10)
        reader.seek(read[6].place, read[6].offset)
        reader.seek(Place(topic="attain.other.v1", partition=0), 3)
        assert numbers(await read_some(reader, 4), "ada") == [6, 7, 8, 9]


async def test_a_long_place_does_not_hold_up_the_others(wire: Wire, topic: str) -> None:
    long, short = "deal-0", next(key for key in KEYS if partition_of(key) != partition_of("deal-0"))
    await wire.send(topic, [Message(key=long, headers={}, value=b"") for _ in range(500)])
    await wire.send(topic, [Message(key=short, headers={}, value=b"")])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        first = await read_some(reader, 200, batch=50)
    assert short in {each.message.key for each in first}


async def test_a_reader_reads_several_topics(wire: Wire, topic: str) -> None:
    topics = [topic, f"{topic}2"]
    for each in topics:
        await wire.send(each, [numbered(each, number) for number in range(20)])
    async with wire.reader(topic, topics, from_the_beginning) as reader:
        delivered = await read_some(reader, 40)
    assert [sorted(numbers(delivered, each)) for each in topics] == [list(range(20))] * 2
    assert {each.topic for each in delivered} == set(topics)


async def test_a_waiting_reader_is_woken_by_a_message(wire: Wire, topic: str) -> None:
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        reading = asyncio.create_task(reader.read(10, 20.0))
        await asyncio.sleep(0.1)
        await wire.send(topic, [numbered("ada", 1)])
        assert numbers(await reading, "ada") == [1]


async def test_a_cancelled_read_loses_nothing(wire: Wire, topic: str) -> None:
    found: list[Delivered] = []
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        for number in range(20):
            reading = asyncio.create_task(reader.read(1, 5.0))
            await wire.send(topic, [numbered("ada", number)])
            reading.cancel()
            [outcome] = await asyncio.gather(reading, return_exceptions=True)
            found += [] if isinstance(outcome, BaseException) else outcome
        found += await read_some(reader, 20 - len(found))
    assert sorted(numbers(found, "ada")) == list(range(20))


@pytest.mark.system
async def test_two_processes_read_and_each_reads_everything(wire: Wire, wire_url: str, topic: str) -> None:
    other = await peer("read", wire_url, topic, f"{topic}-other", 100)
    for first in range(0, 100, 10):
        await wire.send(topic, [numbered("ada", number) for number in range(first, first + 10)])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        here = await read_some(reader, 100)
    out, _ = await other.communicate()
    there = {tuple(map(int, line.split())) for line in out.decode().splitlines()}
    assert there == {(each.partition, each.offset, int(each.message.value)) for each in here}
    assert len(there) == 100


async def test_the_ends_are_one_past_what_was_sent(wire: Wire, topic: str) -> None:
    await wire.send(topic, [numbered("ada", number) for number in range(30)])
    ends = await wire.ends(topic)
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        last = {place: offsets[-1] for place, offsets in by_place(await read_some(reader, 30)).items()}
    assert {place: end - 1 for place, end in ends.items() if place in last} == last
    assert {place.partition for place in ends} == set(range(PARTITIONS))


async def test_a_topic_that_is_made_is_there_and_empty(wire: Wire, topic: str) -> None:
    assert topic not in await wire.topics()
    await wire.create(topic)
    assert topic in await wire.topics()
    assert await wire.ends(topic) == {Place(topic=topic, partition=number): 0 for number in range(PARTITIONS)}


async def test_a_topic_that_is_made_again_keeps_its_messages(wire: Wire, topic: str) -> None:
    await wire.create(topic)
    await wire.send(topic, [numbered("ada", number) for number in range(10)])
    await wire.create(topic)
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        assert sorted(numbers(await read_some(reader, 10), "ada")) == list(range(10))


async def test_a_closed_wire_refuses_to_send(wire: Wire, topic: str) -> None:
    await wire.aclose()
    with pytest.raises(RuntimeError):
        await wire.send(topic, [numbered("ada", 1)])


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_keys_are_hashed_as_kafka_hashes_them(text: str, signed: int) -> None:
    assert murmur2(text.encode()) == signed & 0xFFFF_FFFF
    assert partition_of(text) == (signed & 0x7FFF_FFFF) % PARTITIONS
