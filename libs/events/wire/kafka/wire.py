"""The wire in Kafka: it connects when it is first used, and again after every failure."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aiokafka import TopicPartition

from events.wire.kafka.answers import answered
from events.wire.kafka.clients import Consumer, leave, new_consumer
from events.wire.kafka.reading import reading
from events.wire.kafka.sending import Sender
from events.wire.kafka.settings import KafkaSettings
from events.wire.kafka.topics import create_topics, require_topics
from events.wire.promises import PARTITIONS, Message, Offsets, Place, Reader


class KafkaWire:
    """Carries messages through Kafka."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._senders: dict[str, Sender] = {}
        self._watcher: Consumer | None = None
        self._watching = asyncio.Lock()
        self._closed = False

    async def require(self, topics: Sequence[str]) -> None:
        """Return when topics are there and fit, made first if the settings say so. Raises `TopicsAreUnfit`."""
        await require_topics(self._settings, topics)

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Add messages to a topic, durable when this returns; an `OSError` when they are not all known to be."""
        if self._closed:
            message = "the wire is closed"
            raise RuntimeError(message)
        if messages:
            await self._senders.setdefault(topic, Sender(self._settings, topic)).send(messages)

    def reader(self, group: str, topics: Sequence[str], offsets: Offsets) -> AbstractAsyncContextManager[Reader]:
        """Read topics as a member of a group, from where `offsets` says."""
        return reading(self._settings, group, topics, offsets)

    async def ends(self, topic: str) -> Mapping[Place, int]:
        """Return the offset that the next message of each place will have at least. Raises `TopicsAreUnfit`."""
        async with self._watch() as watcher:
            if topic not in await watcher.topics():
                await require_topics(self._settings, [topic])
            places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
            ends = await watcher.end_offsets(places)
        return {Place(topic=topic, partition=each.partition): ends[each] for each in places}

    async def topics(self) -> frozenset[str]:
        """Return the topics that there are."""
        async with self._watch() as watcher:
            return frozenset(await watcher.topics())

    async def create(self, topic: str) -> None:
        """Make a topic, empty; one that is there already stays as it is."""
        await create_topics(self._settings, [topic])

    async def aclose(self) -> None:
        """Wait for what is being sent, then let go."""
        self._closed = True
        for sender in self._senders.values():
            await sender.close()
        async with self._watching:
            await self._stop_watching()

    @asynccontextmanager
    async def _watch(self) -> AsyncGenerator[Consumer]:
        async with self._watching:
            try:
                async with answered(self._settings):
                    if self._watcher is None:
                        self._watcher = new_consumer(self._settings.connection)
                        await self._watcher.start()
                    yield self._watcher
            except BaseException:
                await self._stop_watching()
                raise

    async def _stop_watching(self) -> None:
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            await leave(watcher)
