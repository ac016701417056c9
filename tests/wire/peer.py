"""Another process at the wire: sends numbered messages, saying what is acknowledged, or reads some and says what."""

import asyncio
import sys
from collections.abc import Mapping, Sequence

from events.wire.opening import open_wire
from events.wire.promises import Delivered, Message, Place, Reader

KEYS = tuple(f"deal-{number}" for number in range(7))
BATCH_SIZE = 5
READ_SECONDS_MAX = 30.0


def numbered(name: str, number: int) -> Message:
    """Return a sender's message of some number; seven keys take turns."""
    return Message(key=KEYS[number % len(KEYS)], headers={"sender": name}, value=str(number).encode())


def numbers(delivered: Sequence[Delivered], name: str) -> list[int]:
    """Return the numbers of one sender's messages, in the order of their delivery."""
    return [int(each.message.value) for each in delivered if each.message.headers["sender"] == name]


async def from_the_beginning(places: Sequence[Place]) -> Mapping[Place, int]:
    """Leave every place to be read from its beginning."""
    return {}


async def read_some(reader: Reader, count: int, batch: int = 100) -> list[Delivered]:
    """Read until there are that many, or long enough to know that there are not."""
    found: list[Delivered] = []
    until = asyncio.get_running_loop().time() + READ_SECONDS_MAX
    while len(found) < count and asyncio.get_running_loop().time() < until:
        found += await reader.read(min(batch, count - len(found)), 1.0)
    return found


def say(*words: object) -> None:
    """Tell the test, at once."""
    print(*words, flush=True)  # noqa: T201 the test reads it


async def send(url: str, topic: str, name: str, count: int) -> None:
    """Send batches; print the first number of the next one whenever one is acknowledged."""
    wire = await open_wire(url)
    for first in range(0, count, BATCH_SIZE):
        await wire.send(topic, [numbered(name, number) for number in range(first, first + BATCH_SIZE)])
        say(first + BATCH_SIZE)
    await wire.aclose()


async def read(url: str, topic: str, group: str, count: int) -> None:
    """Read messages; print each one's partition, offset and text."""
    wire = await open_wire(url)
    async with wire.reader(group, [topic], from_the_beginning) as reader:
        for each in await read_some(reader, count):
            say(each.partition, each.offset, each.message.value.decode())
    await wire.aclose()


def main(act: str, url: str, topic: str, name: str, count: str) -> None:
    """Send or read."""
    asyncio.run((send if act == "send" else read)(url, topic, name, int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
