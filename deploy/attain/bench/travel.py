"""The way over Kafka measured: a relay beside bare sends of the same bytes, one that hears beside bare reads.

Each round has a topic and databases of its own. The relay publishes a log that is ready; then one worker hears the
topic, records it in its own log and folds it into a read model. The floors send and read the same messages, and decode
and insert them, 500 in one transaction, and do nothing else.
"""

import asyncio
import secrets
import string
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec
from aiokafka import TopicPartition

from attain.bench.log import BATCH, Databases, insert_bare, rate_of, raw_row
from attain.bench.report import Bar, Measured, Pair, median_of
from attain.bench.sample import SALE, SALES, MakeSale, SaleMade, asking
from edge.clock import utc_now
from events import consumer, generations, relay
from events.bookmarks import bookmarks_of
from events.domain import Recorded
from events.execute import Step, execute_all
from events.opening import Store, open_store
from events.store.codec import Codec
from events.store.tail import Tail
from events.wire.kafka.clients import abandon, new_consumer, new_producer
from events.wire.kafka.sending import PRODUCER, filled
from events.wire.kafka.settings import settings_of
from events.wire.opening import open_wire
from events.wire.promises import PARTITIONS, Message, Place, Wire, partition_of

NAME_LENGTH = 12
LOOK_SECONDS = 0.02
SECONDS_MAX = 600.0


class SaleMadeV1(SaleMade):
    """Something was sold: what others hear of it."""


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A log that tells, one that hears, and what travels between them."""

    service: str
    teller: Store
    listener: Store
    wire: Wire
    kafka_url: str
    count: int
    pages: Sequence[list[Message]]
    """The messages that the relay is about to send, as many in each as it sends at once."""

    @property
    def topic(self) -> str:
        """Where they travel."""
        return generations.topic_of(self.service)

    async def told(self) -> int:
        """Return how many events the relay has published."""
        return (await self.teller.read(generations.how_far)).position

    async def heard(self) -> int:
        """Return how many messages the listener's marks cover."""
        places = [Place(topic=self.topic, partition=partition) for partition in range(PARTITIONS)]
        marks = await self.listener.read(lambda reading: bookmarks_of(reading, places))
        return sum(mark.position for mark in marks.values())


def publish(recorded: Recorded[Any]) -> SaleMadeV1:
    """Tell of every sale."""
    return SaleMadeV1(**msgspec.structs.asdict(recorded.event))


async def measure_travel(databases: Databases, kafka_url: str, count: int, rounds: int) -> list[Pair]:
    """Measure some journeys, and return the median of each leg."""
    legs: list[tuple[Measured, ...]] = []
    for _ in range(rounds):
        async with journey(databases, kafka_url, count) as travelling:
            legs.append(await measure_round(travelling))
    told, sent, heard, read, inserted = (median_of(leg) for leg in zip(*legs, strict=True))
    return [
        Pair(store="PostgreSQL, Kafka", measured=told, floor=sent),
        Pair(store="PostgreSQL, Kafka", measured=heard, floor=read),
        Pair(store="PostgreSQL, Kafka", measured=heard, floor=inserted),
    ]


async def measure_round(travelling: Journey) -> tuple[Measured, ...]:
    """Let the same messages go each way, one after the other."""
    telling = relay.run(travelling.teller.journal, travelling.wire, travelling.service, publish)
    hearing = consumer.run(travelling.listener.journal, travelling.wire, "listener", [travelling.service])
    count = travelling.count

    async def rate(run: Callable[[], Awaitable[Any]]) -> float:
        return await rate_of(count, run)

    told = await pace(telling, travelling.told, count)
    sent = await rate(lambda: bare_send(travelling))
    heard = await pace(hearing, travelling.heard, count)
    read = await rate(lambda: bare_read(travelling))
    inserted = await rate(lambda: decode_and_insert(travelling))
    return (
        Measured(name="relay to Kafka", value=told, unit="events/s", bar=Bar(least=50_000)),
        Measured(name="bare send_batch", value=sent, unit="events/s"),
        Measured(name="heard, recorded, projected by one worker", value=heard, unit="events/s", bar=Bar(least=15_000)),
        Measured(name="bare getmany", value=read, unit="events/s"),
        Measured(name="bare decode and insert", value=inserted, unit="events/s"),
    )


@asynccontextmanager
async def journey(databases: Databases, kafka_url: str, count: int) -> AsyncGenerator[Journey]:
    """Make a journey: a log of so many events, nothing of it told yet."""
    service = "bench" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(NAME_LENGTH))
    wire = await open_wire(kafka_url)
    for topic in (generations.topic_of(service), floor_of(service)):
        await wire.create(topic)
    teller = await open_store(await databases(), codec=Codec([SaleMade, SaleMadeV1]), clock=utc_now)
    hears = replace(SALES, kind=f"heard-{service}-sale")
    codec = Codec([SaleMadeV1])
    listener = await open_store(await databases(), codec=codec, clock=utc_now, projections=[hears])
    await fill(teller, count)
    yield Journey(
        service=service,
        teller=teller,
        listener=listener,
        wire=wire,
        kafka_url=kafka_url,
        count=count,
        pages=await messages_of(teller, service),
    )
    await teller.close()
    await listener.close()
    await wire.aclose()


def floor_of(service: str) -> str:
    """Return the topic to which the floor sends."""
    return f"{generations.topic_of(service)}.floor"


async def fill(teller: Store, count: int) -> None:
    """Fill a log."""
    command = MakeSale(amount=Decimal("12.50"), person_id="ada")
    for start in range(0, count, BATCH):
        steps = [Step(decider=SALE, key=f"new-{start + n}", command=command, is_new=True) for n in range(BATCH)]
        await execute_all(teller, steps, asking())


async def messages_of(teller: Store, service: str) -> list[list[Message]]:
    """Return what the relay will send."""
    tail, pages = Tail(teller.database, 0), list[list[Message]]()
    while page := await tail.page(relay.BATCH_SIZE_MAX):
        pages.append(relay.letters(teller.journal, service, publish, page))
    return pages


async def pace(loop: Awaitable[None], progress: Callable[[], Awaitable[int]], count: int) -> float:
    """Run a loop until it has done so many, and return how many a second, from its first on: it has to connect."""
    task = asyncio.ensure_future(loop)
    try:
        async with asyncio.timeout(SECONDS_MAX):
            before, began = await reached(task, progress, 1)
            _, ended = await reached(task, progress, count)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return (count - before) / (ended - began)


async def reached(task: asyncio.Future[None], progress: Callable[[], Awaitable[int]], count: int) -> tuple[int, float]:
    """Wait until so many are done; return how many are then, and when."""
    while (done := await progress()) < count and not task.done():  # noqa: ASYNC110 a database tells nobody
        await asyncio.sleep(LOOK_SECONDS)
    return done, time.perf_counter()


async def bare_send(travelling: Journey) -> None:
    """Send messages that are ready, a page at a time, as durably as the relay."""
    producer = new_producer(settings_of(travelling.kafka_url).connection | PRODUCER)
    await producer.start()
    for page in travelling.pages:
        waiting: dict[int, list[Message]] = {}
        for message in page:
            waiting.setdefault(partition_of(message.key), []).append(message)
        topic = floor_of(travelling.service)
        await asyncio.gather(
            *[await producer.send_batch(filled(producer, those), topic, partition=at) for at, those in waiting.items()]
        )
    await abandon(producer)


async def bare_read(travelling: Journey) -> None:
    """Read all messages, as many at a time as the worker, and drop them."""
    reader: Any = new_consumer(settings_of(travelling.kafka_url).connection | {"auto_offset_reset": "earliest"})
    await reader.start()
    reader.assign([TopicPartition(travelling.topic, partition) for partition in range(PARTITIONS)])
    found = 0
    while found < travelling.count:
        fetched = await reader.getmany(timeout_ms=1_000, max_records=consumer.BATCH_SIZE_MAX)
        found += sum(map(len, fetched.values()))
    await reader.stop()


async def decode_and_insert(travelling: Journey) -> None:
    """Decode each message's event, and insert it as a row into an empty log."""
    decoder = msgspec.json.Decoder(SaleMadeV1)
    messages = [message for page in travelling.pages for message in page]
    for start in range(0, len(messages), BATCH):
        rows: list[dict[str, Any]] = []
        for message in messages[start : start + BATCH]:
            decoder.decode(message.value)
            rows.append(raw_row(f"floor-{message.key}", message.value.decode()))
        await travelling.listener.database.write(lambda writing, rows=rows: insert_bare(writing, rows))
