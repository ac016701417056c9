"""The clients of the library, with types, which it has not, and an end in bounded time, whatever the broker does.

Left to themselves both wait for a broker that may not come back: a producer until its idempotent batches are
acknowledged, a member of a group until the others have joined.
"""

import asyncio
import logging
from asyncio import Future
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol, cast

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition

STOP_SECONDS_MAX = 3.0

_log = logging.getLogger("attain.wire")


class Record(Protocol):
    """A message as the library reads it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class Batch(Protocol):
    """What is sent to one partition at once."""

    def append(
        self, *, timestamp: int | None, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]
    ) -> object | None:
        """Add a message. Returns none when there is no room for it."""
        ...

    def close(self) -> None:
        """Let nobody add more."""
        ...


class Connection(Protocol):
    """What a client has open to brokers."""

    async def close(self) -> None:
        """Close it; twice is once."""
        ...


class Producer(Protocol):
    """Sends batches."""

    client: Connection

    async def start(self) -> None:
        """Connect."""
        ...

    def create_batch(self) -> Batch:
        """Return an empty batch."""
        ...

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "Future[object]":
        """Hand a batch over; the future is done when it is acknowledged."""
        ...


class Consumer(Protocol):
    """Reads places, and tells of topics."""

    async def start(self) -> None:
        """Connect."""
        ...

    def subscribe(self, topics: Sequence[str], *, listener: ConsumerRebalanceListener) -> None:
        """Share the topics' places with the others of the group."""
        ...

    async def getmany(
        self, *places: TopicPartition, timeout_ms: int, max_records: int
    ) -> Mapping[TopicPartition, Sequence[Record]]:
        """Return what has come, of all places if none are named."""
        ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Go on at an offset."""
        ...

    def pause(self, *partitions: TopicPartition) -> None:
        """Fetch nothing there."""
        ...

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offsets of the oldest messages."""
        ...

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """Return the offsets that the next messages will have."""
        ...

    async def topics(self) -> set[str]:
        """Return the topics that there are."""
        ...

    async def stop(self) -> None:
        """Leave the group and disconnect."""
        ...


def new_producer(settings: Mapping[str, Any]) -> Producer:
    """Return a producer that is not connected yet."""
    return cast("Producer", AIOKafkaProducer(**settings))


def new_consumer(settings: Mapping[str, Any]) -> Consumer:
    """Return a consumer that is not connected yet."""
    return cast("Consumer", AIOKafkaConsumer(**settings))


async def abandon(producer: Producer) -> None:
    """Close a producer; what is still under way is given up, and may or may not arrive."""
    parts = cast("Any", producer)
    parts._closed = True  # its own stop() would wait for what is under way, as long as that takes
    try:
        await in_time(parts._sender.close())
    finally:
        await in_time(producer.client.close())


async def leave(consumer: Consumer) -> None:
    """Leave the group, if the consumer is in one, and close it."""
    parts = cast("Any", consumer)
    try:
        await in_time(consumer.stop())
    finally:
        # A stop that was cut short leaves these open, and a second one does nothing.
        if parts._fetcher is not None and not parts._fetcher._closed:
            await in_time(parts._fetcher.close())
        await in_time(parts._client.close())


async def in_time(closing: Coroutine[Any, Any, None]) -> None:
    """Wait for something to close, but not for long, and whatever comes of it: nobody needs it any more."""
    doing = asyncio.ensure_future(closing)
    try:
        await asyncio.wait([doing], timeout=STOP_SECONDS_MAX)
    finally:
        doing.cancel()
    (outcome,) = await asyncio.gather(doing, return_exceptions=True)
    if outcome is not None:
        _log.debug("a client did not close in order: %r", outcome)
