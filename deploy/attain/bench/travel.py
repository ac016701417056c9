"""The way over Kafka measured: a relay beside bare sends of the same bytes, those that hear beside bare reads.

Each round has topics and databases of its own. A relay publishes a log that is ready; then workers, each in a process
of its own, hear the topic, record it in their log and fold it into a read model: one, and two that share an empty log.
The floors send and read the same messages, and decode and insert them, 500 in one transaction, and do nothing else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from aiokafka import TopicPartition

from attain.bench.journey import Journey, SaleMadeV1, journey, open_listener, publish
from attain.bench.log import BATCH, Databases, insert_bare, rate_of, raw_row
from attain.bench.report import Bar, Measured, Pair, median_of
from attain.bench.worker import HEAR, TELL, working
from events import consumer, relay
from events.store.tail import Tail
from events.wire.kafka.clients import abandon, new_consumer, new_producer
from events.wire.kafka.sending import PRODUCER, filled
from events.wire.kafka.settings import settings_of
from events.wire.promises import PARTITIONS, Message, partition_of

LOOK_SECONDS = 0.02
SECONDS_MAX = 600.0
STORE = "PostgreSQL, Kafka"


async def measure_travel(databases: Databases, kafka_url: str, count: int, rounds: int) -> list[Pair]:
    """Measure some journeys, and return the median of each leg."""
    legs: list[tuple[Measured, ...]] = []
    for _ in range(rounds):
        async with journey(databases, kafka_url) as travelling:
            await travelling.fill(count)
            legs.append(await measure_round(travelling, databases, count))
    told, sent, heard, both, read, inserted = (median_of(leg) for leg in zip(*legs, strict=True))
    return [
        Pair(store=STORE, measured=told, floor=sent),
        Pair(store=STORE, measured=heard, floor=read),
        Pair(store=STORE, measured=heard, floor=inserted),
        Pair(store=STORE, measured=both, floor=heard),
    ]


async def measure_round(travelling: Journey, databases: Databases, count: int) -> tuple[Measured, ...]:
    """Let the same messages go each way, one after the other."""
    pages = await messages_of(travelling)

    async def rate(run: Callable[[], Awaitable[Any]]) -> float:
        return await rate_of(count, run)

    async with working(travelling, TELL):
        told = await pace(travelling.told, count)
    sent = await rate(lambda: bare_send(travelling, pages))
    heard = await hearing_pace(travelling, await databases(), count, workers=1)
    both = await hearing_pace(travelling, await databases(), count, workers=2)
    read = await rate(lambda: bare_read(travelling, count))
    inserted = await rate(lambda: decode_and_insert(travelling, pages))
    return (
        Measured(name="relay to Kafka", value=told, unit="events/s", bar=Bar(least=50_000)),
        Measured(name="bare send_batch", value=sent, unit="events/s"),
        Measured(name="heard, recorded, projected by one worker", value=heard, unit="events/s", bar=Bar(least=15_000)),
        Measured(name="the same by two workers", value=both, unit="events/s", bar=Bar(times=1)),
        Measured(name="bare getmany", value=read, unit="events/s"),
        Measured(name="bare decode and insert", value=inserted, unit="events/s"),
    )


async def messages_of(travelling: Journey) -> list[list[Message]]:
    """Return what the relay will send, as many in each page as it sends at once."""
    tail, pages = Tail(travelling.teller.database, 0), list[list[Message]]()
    while page := await tail.page(relay.BATCH_SIZE_MAX):
        pages.append(relay.letters(travelling.teller.journal, travelling.service, publish, page))
    return pages


async def hearing_pace(travelling: Journey, url: str, count: int, *, workers: int) -> float:
    """Let some workers hear all that was told, into a log that is empty; return how many a second they did."""
    listener = await open_listener(url, travelling.service)
    there = replace(travelling, listener_url=url, listener=listener)
    async with working(there, HEAR, workers):
        found = await pace(there.heard, count)
    await listener.close()
    return found


async def pace(progress: Callable[[], Awaitable[int]], count: int) -> float:
    """Watch until so many are done, and return how many a second, from the first ones on: workers have to connect."""
    async with asyncio.timeout(SECONDS_MAX):
        before, began = await reached(progress, 1)
        _, ended = await reached(progress, count)
    return (count - before) / (ended - began)


async def reached(progress: Callable[[], Awaitable[int]], count: int) -> tuple[int, float]:
    """Wait until so many are done; return how many are then, and when."""
    while (done := await progress()) < count:  # noqa: ASYNC110 a database tells nobody
        await asyncio.sleep(LOOK_SECONDS)
    return done, time.perf_counter()


async def bare_send(travelling: Journey, pages: Sequence[Sequence[Message]]) -> None:
    """Send messages that are ready, a page at a time, as durably as the relay."""
    producer = new_producer(settings_of(travelling.kafka_url).connection | PRODUCER)
    await producer.start()
    for page in pages:
        waiting: dict[int, list[Message]] = {}
        for message in page:
            waiting.setdefault(partition_of(message.key), []).append(message)
        await asyncio.gather(
            *[
                await producer.send_batch(filled(producer, those), travelling.floor, partition=at)
                for at, those in waiting.items()
            ]
        )
    await abandon(producer)


async def bare_read(travelling: Journey, count: int) -> None:
    """Read all messages, as many at a time as the worker, and drop them."""
    reader: Any = new_consumer(settings_of(travelling.kafka_url).connection | {"auto_offset_reset": "earliest"})
    await reader.start()
    reader.assign([TopicPartition(travelling.topic, partition) for partition in range(PARTITIONS)])
    found = 0
    while found < count:
        fetched = await reader.getmany(timeout_ms=1_000, max_records=consumer.BATCH_SIZE_MAX)
        found += sum(map(len, fetched.values()))
    await reader.stop()


async def decode_and_insert(travelling: Journey, pages: Sequence[Sequence[Message]]) -> None:
    """Decode each message's event, and insert it as a row into an empty log."""
    decoder = msgspec.json.Decoder(SaleMadeV1)
    messages = [message for page in pages for message in page]
    for start in range(0, len(messages), BATCH):
        rows: list[dict[str, Any]] = []
        for message in messages[start : start + BATCH]:
            decoder.decode(message.value)
            rows.append(raw_row(f"floor-{message.key}", message.value.decode()))
        await travelling.listener.database.write(lambda writing, rows=rows: insert_bare(writing, rows))
