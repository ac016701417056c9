"""What others make of our messages on a real broker, and we of theirs: two client libraries, an SDK, a command."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Consumer, Producer

from events.wire.cloudevents import Letter, from_message, source_of, to_message, type_of
from events.wire.kafka.settings import SCHEME, settings_of
from events.wire.kafka.topics import create_topics
from events.wire.kafka.wire import KafkaWire
from events.wire.opening import open_wire
from events.wire.promises import Message, partition_of
from tests.wire.peer import from_the_beginning, read_some

pytestmark = pytest.mark.kafka

ID = UUID("01930000-0000-7000-8000-000000000001")
HIRED = Letter(
    id=ID,
    source=source_of("goals"),
    type=type_of("goals", "PersonHiredV1"),
    subject="person-ä",
    time=datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
    sequence=7,
    position=12,
    correlation_id=ID,
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    data=b'{"person_id":"p1"}',
)
KEYS = [f"person-{number}" for number in range(40)]
SECONDS_MAX = 20.0


async def sent(url: str, topic: str, *messages: Message) -> None:
    await create_topics(settings_of(url, {}), [topic])
    wire = KafkaWire(settings_of(url, {}))
    await wire.send(topic, messages)
    await wire.aclose()


async def read_by_librdkafka(url: str, topic: str, count: int) -> Sequence[Any]:
    settings: dict[str, str | int | float | bool | None] = {
        "bootstrap.servers": url.removeprefix(SCHEME),
        "group.id": f"{topic}-others",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
    consumer = Consumer(settings)
    consumer.subscribe([topic])
    found = await asyncio.to_thread(consumer.consume, count, SECONDS_MAX)
    consumer.close()
    return found


async def send_by_librdkafka(url: str, topic: str, codec: str, *messages: Message) -> None:
    await create_topics(settings_of(url, {}), [topic])
    producer = Producer(
        {"bootstrap.servers": url.removeprefix(SCHEME), "compression.type": codec, "partitioner": "murmur2_random"}
    )
    for each in messages:
        producer.produce(topic, key=each.key, value=each.value, headers=dict(each.headers))
    assert await asyncio.to_thread(producer.flush, SECONDS_MAX) == 0


async def read_by_us(url: str, topic: str, count: int) -> list[tuple[int, Message]]:
    wire = await open_wire(url)
    async with wire.reader(topic, [topic], from_the_beginning) as reader:
        found = [(each.partition, each.message) for each in await read_some(reader, count)]
    await wire.aclose()
    return found


async def test_another_library_sees_keys_headers_and_values(kafka_url: str, topic: str) -> None:
    message = to_message(HIRED)
    await sent(kafka_url, topic, message)
    [found] = await read_by_librdkafka(kafka_url, topic, 1)
    assert found.key().decode() == message.key
    assert found.value() == message.value
    assert {name: value.decode() for name, value in found.headers()} == message.headers


async def test_another_library_chooses_the_same_partitions(kafka_url: str, topic: str) -> None:
    ours = [Message(key=key, headers={}, value=b"ours") for key in KEYS]
    await sent(kafka_url, topic, *ours)
    await send_by_librdkafka(kafka_url, topic, "none", *ours)
    placed = {(each.key().decode(), each.partition()) for each in await read_by_librdkafka(kafka_url, topic, 80)}
    assert placed == {(key, partition_of(key)) for key in KEYS}


async def test_the_sdk_of_cloudevents_reads_our_letters(kafka_url: str, topic: str) -> None:
    await sent(kafka_url, topic, to_message(HIRED))
    [found] = await read_by_librdkafka(kafka_url, topic, 1)
    event = kafka.from_kafka_event(
        kafka.KafkaMessage(headers=dict(found.headers()), key=found.key(), value=found.value())
    )
    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": str(ID),
        "source": "/services/goals",
        "type": "attain.goals.PersonHired.v1",
        "subject": "person-ä",
        "time": datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
        "datacontenttype": "application/json",
        "sequence": "00000000000000000007",
        "position": "12",
        "partitionkey": "person-ä",
        "correlationid": str(ID),
    }
    assert event.get_data() == {"person_id": "p1"}


@pytest.mark.parametrize("to_kafka", [kafka.to_binary_event, kafka.to_structured_event], ids=["binary", "structured"])
async def test_letters_that_the_sdk_wrote_are_read(kafka_url: str, topic: str, to_kafka: Any) -> None:
    attributes = {
        "id": str(ID),
        "source": HIRED.source,
        "type": HIRED.type,
        "subject": HIRED.subject,
        "time": HIRED.time,
        "datacontenttype": "application/json",
        "sequence": "7",
        "position": "12",
        "correlationid": str(ID),
        "traceparent": HIRED.traceparent,
        "partitionkey": HIRED.subject,
    }
    written = to_kafka(CloudEvent(attributes=attributes, data={"person_id": "p1"}))
    headers = {name: value.decode() for name, value in cast("dict[str, bytes]", written.headers).items()}
    if "traceparent" not in headers and "ce_traceparent" in headers:
        headers["traceparent"] = headers.pop("ce_traceparent")  # W3C wants its own name, the SDK knows only its prefix
    message = Message(key=HIRED.subject, headers=headers, value=cast("bytes", written.value))
    await send_by_librdkafka(kafka_url, topic, "none", message)
    [(_, found)] = await read_by_us(kafka_url, topic, 1)
    letter = from_message(found)
    assert json.loads(letter.data) == {"person_id": "p1"}
    assert {name: getattr(letter, name) for name in Letter.__struct_fields__ if name != "data"} == {
        name: getattr(HIRED, name) for name in Letter.__struct_fields__ if name != "data"
    }


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
async def test_messages_are_read_however_others_compressed_them(kafka_url: str, topic: str, codec: str) -> None:
    theirs = [Message(key=key, headers={"ce_type": "x"}, value=b"{}" * 500) for key in KEYS]
    await send_by_librdkafka(kafka_url, topic, codec, *theirs)
    assert sorted(await read_by_us(kafka_url, topic, len(KEYS)), key=str) == sorted(
        ((partition_of(each.key), each) for each in theirs), key=str
    )


async def test_a_message_without_key_value_or_readable_headers_stops_nobody(kafka_url: str, topic: str) -> None:
    await create_topics(settings_of(kafka_url, {}), [topic])
    producer = Producer({"bootstrap.servers": kafka_url.removeprefix(SCHEME)})
    producer.produce(topic, headers=[("bytes", b"\xff"), ("none", None)])
    producer.produce(topic, key=b"\xff", value=b"text")
    assert await asyncio.to_thread(producer.flush, SECONDS_MAX) == 0
    found = [message for _, message in await read_by_us(kafka_url, topic, 2)]
    assert sorted(found, key=lambda message: message.value) == [
        Message(key="", headers={"bytes": "\ufffd", "none": ""}, value=b""),
        Message(key="\ufffd", headers={}, value=b"text"),
    ]


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
async def test_kcat_prints_what_was_sent(kafka_url: str, topic: str) -> None:
    message = to_message(HIRED)
    await sent(kafka_url, topic, message)
    command = ["kcat", "-b", kafka_url.removeprefix(SCHEME), "-C", "-t", topic, "-e", "-q", "-J"]
    done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, timeout=SECONDS_MAX)
    [line] = done.stdout.splitlines()
    shown = json.loads(line)
    assert (shown["key"], shown["payload"].encode()) == (message.key, message.value)
    assert dict(zip(shown["headers"][::2], shown["headers"][1::2], strict=True)) == message.headers
