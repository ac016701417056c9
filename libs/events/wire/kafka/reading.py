"""One member of a group: it holds some places, reads each from the mark in the database, and commits nothing to Kafka.

Whenever the group shares places out anew, the member forgets all that it held, asks for the marks of what it holds
now, and goes on there. What the library has fetched beside that, before or meanwhile, is dropped. Where the oldest
messages are gone it goes on at the oldest that there is: who keeps the marks sees the gap.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError

from events.signals import Signal
from events.wire.kafka.answers import answered, refused
from events.wire.kafka.clients import Consumer, Record, leave, new_consumer
from events.wire.kafka.settings import SESSION_BEATS, KafkaSettings
from events.wire.kafka.topics import require_topics
from events.wire.promises import Delivered, Message, Offsets, Place, Reader

FETCH_WAIT_MS = 250
FETCH_BYTES_MAX = 8 * 1024 * 1024
PLACE_BYTES_MAX = 512 * 1024
POLL_SECONDS_MAX = 300
"""How long a batch may take to have its effects before the member's places go to others."""

SHARE_SECONDS_MAX = 15
"""How long the group waits for its members when places are shared out; who is later joins again."""

_log = logging.getLogger("attain.wire")


@asynccontextmanager
async def reading(
    settings: KafkaSettings, group: str, topics: Sequence[str], offsets: Offsets
) -> AsyncGenerator[Reader]:
    """Join a group, and leave it at the end. Raises `KafkaDidNotAnswer` or `TopicsAreUnfit`."""
    await require_topics(settings, topics)
    consumer = new_consumer(member_settings(settings, group))
    member = Member(settings, consumer, offsets)
    try:
        async with answered(settings):
            await consumer.start()
        consumer.subscribe(topics=list(topics), listener=member)
        yield member
    finally:
        await leave(consumer)


def member_settings(settings: KafkaSettings, group: str) -> Mapping[str, Any]:
    """Return what the library's consumer is made with; under a lasting name a restart finds its places again."""
    session_ms = int(settings.session_seconds * 1000)
    return {
        **settings.connection,
        "group_id": group,
        "group_instance_id": settings.instance and f"{group}-{settings.instance}",
        "client_id": f"attain-{group}",
        "enable_auto_commit": False,
        "auto_offset_reset": "none",
        "isolation_level": "read_committed",
        "session_timeout_ms": session_ms,
        "heartbeat_interval_ms": session_ms // SESSION_BEATS,
        "rebalance_timeout_ms": SHARE_SECONDS_MAX * 1000,
        "max_poll_interval_ms": POLL_SECONDS_MAX * 1000,
        "fetch_max_wait_ms": FETCH_WAIT_MS,
        "fetch_max_bytes": FETCH_BYTES_MAX,
        "max_partition_fetch_bytes": PLACE_BYTES_MAX,
    }


class Member(ConsumerRebalanceListener):
    """Reads the places that it holds in turn, so that a long one does not hold up the others."""

    def __init__(self, settings: KafkaSettings, consumer: Consumer, offsets: Offsets) -> None:
        self._settings = settings
        self._consumer = consumer
        self._offsets = offsets
        self._next: dict[TopicPartition, int] = {}  # what is held, whose turn it is first, and where it goes on
        self._shared = Signal()  # rings when places have changed hands
        self._failure: Exception | None = None

    async def read(self, count_max: int, wait_seconds: float) -> Sequence[Delivered]:
        """Return up to `count_max` messages, or none after `wait_seconds`."""
        clock = asyncio.get_running_loop().time
        until = clock() + wait_seconds
        found = await self._gather(count_max, wait_seconds)
        while not found and (left := until - clock()) > 0:
            found = await self._gather(count_max, left)
        return found

    def seek(self, place: Place, offset: int) -> None:
        """Go on at an offset."""
        where = TopicPartition(place.topic, place.partition)
        if where in self._next:
            self._consumer.seek(where, offset)
            self._next[where] = offset

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Hold nothing until places are shared out anew."""
        self._next = {}
        self._shared.ring()

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride] it may be a coroutine, says its docstring
        self, assigned: Iterable[TopicPartition]
    ) -> None:
        """Go on at the marks. What fails here is raised by the next read: the library would only log it."""
        try:
            self._next = await self._beginnings(list(assigned))
        except Exception as error:
            self._failure = error
        self._shared.ring()

    async def _beginnings(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        marks = await self._offsets([Place(topic=each.topic, partition=each.partition) for each in places])
        async with answered(self._settings):
            oldest = await self._consumer.beginning_offsets(places)
            ends = await self._consumer.end_offsets(places)
        beginnings: dict[TopicPartition, int] = {}
        for each in places:
            mark = marks.get(Place(topic=each.topic, partition=each.partition), 0)
            self._consumer.seek(each, min(max(mark, oldest[each]), ends[each]))
            if mark > ends[each]:
                _log.warning("%s ends at %s, before its mark %s: it is not read", each, ends[each], mark)
                self._consumer.pause(each)
            else:
                beginnings[each] = max(mark, oldest[each])
        return beginnings

    async def _gather(self, count_max: int, wait_seconds: float) -> list[Delivered]:
        """Take from each place in turn what has come; where nothing has, wait for the first."""
        before = self._shared.rings
        found: list[Delivered] = []
        try:
            for place in list(self._next):
                if len(found) < count_max:
                    found += await self._fetch(count_max - len(found), 0.0, place)
            if not found and wait_seconds > 0:
                found += await self._fetch(count_max, wait_seconds)
        except BaseException:
            self._take_back(found if before == self._shared.rings else [])
            raise
        if self._failure is not None:
            raise self._failure
        return found if before == self._shared.rings else []

    async def _fetch(self, count_max: int, seconds: float, *places: TopicPartition) -> list[Delivered]:
        before = self._shared.rings
        try:
            # The library's own limit does not hold while places are being shared out.
            async with asyncio.timeout(seconds or None):
                fetching = self._consumer.getmany(*places, timeout_ms=int(seconds * 1000), max_records=count_max)
                fetched = await fetching
        except TimeoutError:
            return []
        except NoOffsetForPartitionError:
            # A place was given just now, and its mark is still being asked for.
            await self._shared.wait(before, seconds)
            return []
        except KafkaError as error:
            raise refused(self._settings, error) from error
        if before != self._shared.rings:
            # Fetched before the marks were known, perhaps: what is held is where the marks say.
            self._take_back([])
            return []
        return [delivered for where, records in fetched.items() for delivered in self._accept(where, records)]

    def _accept(self, where: TopicPartition, records: Sequence[Record]) -> list[Delivered]:
        """Return records of a place that is held, and let the others have their turn before it."""
        if where not in self._next:
            return []
        expected = self._next.pop(where)
        delivered = [delivered_from(each) for each in records if each.offset >= expected]
        self._next[where] = delivered[-1].offset + 1 if delivered else expected
        return delivered

    def _take_back(self, unread: Sequence[Delivered]) -> None:
        """Go on before what was fetched and is not returned."""
        for each in reversed(unread):
            self._next[TopicPartition(each.topic, each.partition)] = each.offset
        for where, offset in self._next.items():
            self._consumer.seek(where, offset)


def delivered_from(record: Record) -> Delivered:
    """Return a record as a message. What others sent may have no key, no value, and headers that are no text."""
    return Delivered(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        message=Message(
            key=(record.key or b"").decode(errors="replace"),
            headers={name: (value or b"").decode(errors="replace") for name, value in record.headers},
            value=record.value or b"",
        ),
    )
