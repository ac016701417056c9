"""A broker that is killed, stopped, away or refuses, and topics that have lost something: nothing is lost silently."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.records_to_delete import RecordsToDelete

from attain.broker import Broker
from events.wire.kafka import sending
from events.wire.kafka.answers import KafkaDidNotAnswer
from events.wire.kafka.settings import KafkaSettings, settings_of
from events.wire.kafka.topics import KEPT, create_topics
from events.wire.kafka.wire import KafkaWire
from events.wire.opening import open_wire
from events.wire.promises import PARTITIONS, Delivered, Message, Place, Wire, partition_of
from tests.wire.peer import KEYS, from_the_beginning, numbered, numbers, read_some

SECONDS_MAX = 90.0
NOBODY = "kafka://127.0.0.1:9"
NOISE = random.Random(1).randbytes(9_000)  # noqa: S311 incompressible, not secret

pytestmark = pytest.mark.kafka


@pytest.fixture
async def own_broker(kafka_url: str, tmp_path: Path) -> AsyncGenerator[Broker]:
    """A broker that nobody else uses, where there can be one."""
    own = Broker(tmp_path / "kafka", quick=True, temporary=True)
    await asyncio.to_thread(own.start)
    yield own
    own.kill()


@pytest.fixture
async def kafka(kafka_url: str, topic: str) -> AsyncGenerator[KafkaWire]:
    """A wire with a topic."""
    settings = settings_of(kafka_url, {})
    await create_topics(settings, [topic])
    wire = KafkaWire(settings)
    yield wire
    await wire.aclose()


class Load:
    """One who sends in order and again after every failure, and one who reads whatever happens, as services do."""

    def __init__(self, wire: Wire, topic: str) -> None:
        self._wire = wire
        self._topic = topic
        self.acknowledged = 0
        self.failures = 0
        self.read: list[Delivered] = []

    async def send(self) -> None:
        """Send for ever."""
        while True:
            batch = [numbered("ada", self.acknowledged + number) for number in range(20)]
            try:
                await self._wire.send(self._topic, batch)
            except OSError:
                self.failures += 1
                await asyncio.sleep(0.2)
            else:
                self.acknowledged += len(batch)

    async def receive(self) -> None:
        """Read for ever."""
        marks: dict[Place, int] = {}

        async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
            return marks

        while True:
            try:
                async with self._wire.reader(self._topic, [self._topic], offsets) as reader:
                    while True:
                        batch = await reader.read(100, 1.0)
                        marks.update((each.place, each.offset + 1) for each in batch)
                        self.read += batch
            except OSError:
                await asyncio.sleep(0.2)

    async def goes_on(self) -> None:
        """Wait until messages are acknowledged again, and read."""
        enough = self.acknowledged + 100
        while self.acknowledged < enough or not set(range(enough)) <= set(numbers(self.read, "ada")):  # noqa: ASYNC110 tasks of its own
            await asyncio.sleep(0.05)


def first_of_each_key(delivered: Sequence[Delivered]) -> Mapping[str, list[int]]:
    """Return the numbers by key, each where it came first."""
    found: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for each in delivered:
        found[each.message.key].setdefault(int(each.message.value))
    return {key: list(those) for key, those in found.items()}


@pytest.mark.system
async def test_what_was_acknowledged_outlives_a_broker_that_is_killed_and_stopped_under_load(
    own_broker: Broker, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SEND_SECONDS_MAX", 1.0)  # less than the broker is away: sends fail
    settings = settings_of(own_broker.url, {})
    await create_topics(settings, [topic])
    wire = KafkaWire(settings)
    load = Load(wire, topic)
    async with asyncio.timeout(SECONDS_MAX):
        working = [asyncio.create_task(load.send()), asyncio.create_task(load.receive())]
        await load.goes_on()
        for end in (own_broker.kill, own_broker.stop):
            end()
            await asyncio.to_thread(own_broker.start)
            await load.goes_on()
        for task in working:
            task.cancel()
        await asyncio.wait(working)
    await wire.aclose()
    places: defaultdict[Place, list[int]] = defaultdict(list)
    for each in load.read:
        places[each.place].append(each.offset)
    assert load.failures > 0
    assert all(offsets == list(range(len(offsets))) for offsets in places.values())
    assert all(found == sorted(found) for found in first_of_each_key(load.read).values())


async def test_a_send_that_needs_many_batches_keeps_each_keys_order(
    kafka: KafkaWire, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sending.PRODUCER, "max_batch_size", 400)
    await kafka.send(topic, [numbered("ada", number) for number in range(300)])
    async with kafka.reader(topic, [topic], from_the_beginning) as reader:
        delivered = await read_some(reader, 300)
    assert first_of_each_key(delivered) == {key: list(range(at, 300, len(KEYS))) for at, key in enumerate(KEYS)}


async def test_a_message_that_is_too_large_is_named_and_the_next_one_is_sent(kafka: KafkaWire, topic: str) -> None:
    with pytest.raises(KafkaDidNotAnswer, match="a message of deal-9 has 2000000 bytes"):
        await kafka.send(topic, [Message(key="deal-9", headers={}, value=bytes(2_000_000))])
    await kafka.send(topic, [numbered("ada", 0)])
    async with kafka.reader(topic, [topic], from_the_beginning) as reader:
        assert numbers(await read_some(reader, 1), "ada") == [0]


async def test_a_batch_that_the_broker_refuses_does_not_spoil_the_next_one(kafka_url: str, topic: str) -> None:
    settings = settings_of(kafka_url, {})
    admin = AIOKafkaAdminClient(**settings.connection)
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1, topic_configs={**KEPT, "max.message.bytes": "2000"})])
    await admin.close()
    await create_topics(settings, [topic])  # waits until it can be used
    wire = KafkaWire(settings)
    await wire.send(topic, [numbered("ada", number) for number in range(20)])
    with pytest.raises(KafkaDidNotAnswer, match="MessageSizeTooLarge"):
        await wire.send(topic, [Message(key=KEYS[0], headers={}, value=NOISE)])
    await wire.send(topic, [numbered("ada", number) for number in range(20, 40)])
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        delivered = await read_some(reader, 40)
    await wire.aclose()
    assert first_of_each_key(delivered) == {key: list(range(at, 40, len(KEYS))) for at, key in enumerate(KEYS)}


async def test_a_cancelled_send_does_not_spoil_the_next_one(kafka: KafkaWire, topic: str) -> None:
    for number in range(20):
        sending_one = asyncio.create_task(kafka.send(topic, [numbered("ada", number)]))
        await asyncio.sleep(0.001 * number)
        sending_one.cancel()
        await asyncio.wait([sending_one])
        await kafka.send(topic, [numbered("ada", number)])
    async with kafka.reader(topic, [topic], from_the_beginning) as reader:
        delivered = [*await read_some(reader, 20), *await reader.read(100, 0.5)]
    assert first_of_each_key(delivered) == {key: list(range(at, 20, len(KEYS))) for at, key in enumerate(KEYS)}


async def test_a_broker_that_is_away_is_named_and_the_log_starts_without_it(topic: str) -> None:
    wire = await open_wire(NOBODY, [topic])
    with pytest.raises(KafkaDidNotAnswer, match=r"Kafka at 127\.0\.0\.1:9"):
        await wire.send(topic, [numbered("ada", 1)])
    with pytest.raises(KafkaDidNotAnswer, match=r"Kafka at 127\.0\.0\.1:9"):
        await wire.ends(topic)
    with pytest.raises(KafkaDidNotAnswer, match=r"Kafka at 127\.0\.0\.1:9"):
        async with wire.reader(topic, [topic], from_the_beginning):
            pass
    await wire.aclose()


async def delete_before(settings: KafkaSettings, place: TopicPartition, offset: int) -> None:
    admin = AIOKafkaAdminClient(**settings.connection)
    await admin.start()
    await admin.delete_records({place: RecordsToDelete(before_offset=offset)})
    await admin.close()


async def test_where_the_oldest_messages_are_gone_it_goes_on_at_the_oldest_that_there_is(
    kafka: KafkaWire, kafka_url: str, topic: str
) -> None:
    await kafka.send(topic, [Message(key="deal-1", headers={}, value=b"") for _ in range(10)])
    await delete_before(settings_of(kafka_url, {}), TopicPartition(topic, partition_of("deal-1")), 6)

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        return {Place(topic=topic, partition=partition_of("deal-1")): 3}

    for marks in (offsets, from_the_beginning):
        async with kafka.reader(topic, [topic], marks) as reader:
            assert [each.offset for each in await read_some(reader, 4)] == [6, 7, 8, 9]


async def test_a_place_that_ends_before_its_mark_is_not_read_and_the_others_are(kafka: KafkaWire, topic: str) -> None:
    await kafka.send(topic, [numbered("ada", number) for number in range(70)])
    lost = partition_of(KEYS[0])

    async def offsets(places: Sequence[Place]) -> Mapping[Place, int]:
        return {Place(topic=topic, partition=lost): 1_000}

    others = [number for number in range(70) if partition_of(KEYS[number % len(KEYS)]) != lost]
    async with kafka.reader(topic, [topic], offsets) as reader:
        delivered = await read_some(reader, len(others))
        await kafka.send(topic, [numbered("ada", 70)])
        delivered += await reader.read(100, 0.5)
    assert sorted(numbers(delivered, "ada")) == others
