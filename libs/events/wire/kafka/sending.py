"""Sending to one topic: all or an error, and each key in its order even after errors.

Every key has its partition, and of a partition only one batch is under way: a later one never gets there before an
earlier one. An idempotent producer never gives up by itself and is of no use after a batch was refused (its sequence
numbers have gone on), so it has a time limit here and is made anew after any failure.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from aiokafka.errors import MessageSizeTooLargeError

from events.wire.kafka.answers import answered
from events.wire.kafka.clients import Batch, Producer, abandon, new_producer
from events.wire.kafka.settings import KafkaSettings
from events.wire.kafka.topics import require_topics
from events.wire.promises import Message, partition_of

SEND_SECONDS_MAX = 30.0
BATCH_BYTES_MAX = 1_000_000
"""A little less than what brokers take at once if nothing else is said."""

PRODUCER = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "lz4",
    "max_batch_size": BATCH_BYTES_MAX,
    "request_timeout_ms": int(SEND_SECONDS_MAX * 500),
}


class Sender:
    """Sends to one topic, one call after the other."""

    def __init__(self, settings: KafkaSettings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._producer: Producer | None = None
        self._one_by_one = asyncio.Lock()

    async def send(self, messages: Sequence[Message]) -> None:
        """Send messages; all are durable when this returns. Raises `KafkaDidNotAnswer`."""
        async with self._one_by_one:
            try:
                async with answered(self._settings, SEND_SECONDS_MAX):
                    await self._send(self._producer or await self._make(), messages)
            except BaseException:
                await self._let_go()
                raise

    async def close(self) -> None:
        """Wait for what is being sent, then let go."""
        async with self._one_by_one:
            await self._let_go()

    async def _make(self) -> Producer:
        await require_topics(self._settings, [self._topic])
        self._producer = new_producer(self._settings.connection | PRODUCER)
        await self._producer.start()
        return self._producer

    async def _let_go(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await abandon(producer)

    async def _send(self, producer: Producer, messages: Sequence[Message]) -> None:
        waiting: defaultdict[int, list[Message]] = defaultdict(list)
        for message in messages:
            waiting[partition_of(message.key)].append(message)
        while waiting:
            acknowledgements = [
                await producer.send_batch(filled(producer, those), self._topic, partition=partition)
                for partition, those in waiting.items()
            ]
            await asyncio.gather(*acknowledgements)
            waiting = defaultdict(list, {partition: those for partition, those in waiting.items() if those})


def filled(producer: Producer, waiting: list[Message]) -> Batch:
    """Return a batch with as many of the waiting messages as it holds, at least one; take these from the waiting."""
    if len(waiting[0].value) > BATCH_BYTES_MAX:
        words = f"a message of {waiting[0].key} has {len(waiting[0].value)} bytes, more than Kafka takes at once"
        raise MessageSizeTooLargeError(words)
    batch = producer.create_batch()
    count = 0
    for message in waiting:
        headers = [(name, value.encode()) for name, value in message.headers.items()]
        if batch.append(timestamp=None, key=message.key.encode(), value=message.value, headers=headers) is None:
            break
        count += 1
    del waiting[:count]
    batch.close()
    return batch
