"""The loop that tells: one more reader of the log, with a mark. What it reads is published in the log's order.

One relay of a service works at a time. It sends, waits until all is durable, then moves its mark by compare-and-set:
at least once, never out of order. What it sends twice is dropped by those who hear it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from events.consumer import topic_of
from events.domain import Recorded, Value
from events.journal import Journal
from events.store import log, readers
from events.store.session import Writing
from events.store.tail import PREFIX, Tail
from events.wire.cloudevents import Letter, schema_of, source_of, to_message, type_of
from events.wire.promises import Message, Wire

BATCH_SIZE_MAX = 1_000
IDLE_SECONDS = 0.1
RETRY_SECONDS = 1.0

Publish = Callable[[Recorded[Any]], Value | None]

_log = logging.getLogger("attain.relay")


async def run(journal: Journal, wire: Wire, service: str, publish: Publish) -> None:
    """Publish for ever, as long as this process holds the relay's lock."""
    async with journal.database.exclusive("relay"):
        while True:
            position = await journal.database.read(lambda reading: readers.mark_of(reading, PREFIX))
            try:
                await follow(journal, wire, service, publish, Tail(journal.database, position))
            except OSError as error:
                _log.warning("the wire does not take messages (%s); trying again from the mark", error)
                await asyncio.sleep(RETRY_SECONDS)


async def follow(journal: Journal, wire: Wire, service: str, publish: Publish, tail: Tail) -> None:
    """Publish what comes behind the tail's position, for ever."""
    while True:
        seen = journal.appended.rings
        if not await relay_page(journal, wire, service, publish, tail):
            await journal.appended.wait(seen, IDLE_SECONDS)


async def relay_page(journal: Journal, wire: Wire, service: str, publish: Publish, tail: Tail) -> bool:
    """Publish one page and move the mark over it. Returns whether there was any."""
    before = tail.position
    page = await tail.page(BATCH_SIZE_MAX)
    if not page:
        return False
    messages = letters(journal, service, publish, page)
    if messages:
        await wire.send(topic_of(service), messages)

    def move(writing: Writing) -> None:
        readers.advance(writing, PREFIX, before, tail.position)

    await journal.database.write(move)
    return True


def letters(journal: Journal, service: str, publish: Publish, page: Sequence[Any]) -> list[Message]:
    """Return the messages of a page: what others hear of it. What was heard is never told again."""
    messages: list[Message] = []
    for row in page:
        if row.stream.startswith(f"{Recorded.HEARD}-"):
            continue
        recorded = log.recorded(journal.codec, row)
        contract = publish(recorded)
        if contract is not None:
            messages.append(to_message(letter(journal, service, recorded, contract)))
    return messages


def letter(journal: Journal, service: str, recorded: Recorded[Any], contract: Value) -> Letter:
    """Address a contract."""
    envelope = recorded.envelope
    name = type_of(service, type(contract).__name__)
    return Letter(
        id=envelope.id,
        source=source_of(service),
        type=name,
        subject=envelope.stream,
        time=envelope.occurred_at,
        dataschema=schema_of(name),
        sequence=envelope.version,
        position=envelope.position,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        traceparent=envelope.traceparent,
        data=journal.codec.text(contract),
    )
