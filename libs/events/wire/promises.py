"""The log between services: what every wire promises. `embedded` keeps it in SQLite, Kafka's adapter in a broker."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from typing import Protocol, TypeAlias

from events.domain import Value

PARTITIONS = 12
"""Of every topic, for ever: another number would send a key to another partition."""

KEYS_REMEMBERED_MAX = 65_536


class Message(Value, tag=False):
    """What is sent. Messages with the same key, the id of their stream, keep their order."""

    key: str
    headers: Mapping[str, str]
    value: bytes


class Place(Value, tag=False):
    """One partition of one topic: within it offsets grow, across places nothing is promised."""

    topic: str
    partition: int


class Delivered(Value, tag=False):
    """A message as it was read. Offsets of a place grow and may have gaps."""

    topic: str
    partition: int
    offset: int
    message: Message

    @property
    def place(self) -> Place:
        """Where it was read."""
        return Place(topic=self.topic, partition=self.partition)


Offsets: TypeAlias = Callable[[Sequence[Place]], Awaitable[Mapping[Place, int]]]
"""Answers with the offset to read next at each place; a place that it leaves out is read from its beginning."""


class Reader(Protocol):
    """One reader of some topics. Not to be used by two tasks at once.

    A reader may hold only some of the topics' places, and they may change between two reads, as others of its group
    come and go: whenever it gets a place, it asks `offsets` where to go on. So keep no marks in memory, and expect a
    message that another reader of the group has had: the mark in the database decides who takes effect.
    """

    async def read(self, count_max: int, wait_seconds: float) -> Sequence[Delivered]:
        """Return up to `count_max` messages, each place's in order, going on after those returned before.

        Waits until there is one, at most `wait_seconds`, then returns none.
        """
        ...

    def seek(self, place: Place, offset: int) -> None:
        """Go on at an offset, back or forth. A place that the reader does not hold is passed over."""
        ...


class Wire(Protocol):
    """Carries messages between services, at least once."""

    async def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Add messages to a topic: durable when this returns, in their order for each key.

        Raises when not all of them are known to be durable; some may be, so that sending again repeats them.
        """
        ...

    def reader(self, group: str, topics: Sequence[str], offsets: Offsets) -> AbstractAsyncContextManager[Reader]:
        """Read topics as one of a group, from where `offsets` says."""
        ...

    async def ends(self, topic: str) -> Mapping[Place, int]:
        """Return the offset that the next message of each place will have at least: less the mark, that is the lag."""
        ...

    async def topics(self) -> frozenset[str]:
        """Return the topics that there are: cheap enough to be asked every few seconds."""
        ...

    async def create(self, topic: str) -> None:
        """Make a topic, empty; one that is there already stays as it is."""
        ...

    async def aclose(self) -> None:
        """Wait for what is being sent, then let go."""
        ...


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def partition_of(key: str) -> int:
    """Return a key's partition, as Kafka's own producers choose it."""
    return (murmur2(key.encode()) & 0x7FFF_FFFF) % PARTITIONS


def murmur2(text: bytes) -> int:
    """Return the unsigned 32-bit MurmurHash2 of a text with the seed that Kafka uses."""
    mask, multiplier, length = 0xFFFF_FFFF, 0x5BD1_E995, len(text)
    mixed = 0x9747_B28C ^ length
    whole = length & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(text[at : at + 4], "little") * multiplier & mask
        word = (word ^ word >> 24) * multiplier & mask
        mixed = mixed * multiplier & mask ^ word
    if whole < length:
        mixed = (mixed ^ int.from_bytes(text[whole:], "little")) * multiplier & mask
    mixed = (mixed ^ mixed >> 13) * multiplier & mask
    return mixed ^ mixed >> 15
