"""The loop that tells: one more reader of the log, with a mark. What it reads is published in the log's order.

One relay of a service works at a time. It sends, waits until all is durable, then moves its mark by compare-and-set:
at least once, never out of order. What it sends twice is dropped by those who hear it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from events import generations, own_topic
from events.domain import Recorded, Value
from events.generations import GenerationHasChanged, topic_of
from events.journal import Journal
from events.stops import Stops, TopicIsStopped
from events.store import log, readers
from events.store.session import Writing
from events.store.tail import PREFIX, Tail
from events.undivided import end, undivided
from events.wire.cloudevents import Letter, schema_of, source_of, to_message, type_of
from events.wire.promises import Message, Wire

BATCH_SIZE_MAX = 1_000
PAGES_MAX = 10
"""Told one after the other before the loop looks around again."""

IDLE_SECONDS = 0.025
"""Between two looks when nothing comes: what API processes append is found by looking. Half of it is added on average
to the way from a deal to a statement; an idle worker that looks so often takes 4% of a core, at 0.1 s it takes 2%.
"""

RETRY_SECONDS = 1.0

Publish = Callable[[Recorded[Any]], Value | None]

_log = logging.getLogger("attain.relay")


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the log on its way: the marks before and behind it, and what others hear of it."""

    before: int
    position: int
    messages: Sequence[Message]
    is_full: bool


async def run(journal: Journal, wire: Wire, service: str, publish: Publish, stops: Stops | None = None) -> None:
    """Publish for ever, as long as this process holds the relay's lock."""
    stops = stops or Stops()
    async with journal.database.exclusive("relay"):
        while True:
            generation = await journal.database.read(generations.written)
            try:
                await publish_generation(journal, wire, service, publish, generation, stops)
            except GenerationHasChanged:
                _log.info("%s is published anew, in the next generation of its topic", service)
            except TopicIsStopped as stopped:
                stops.stop(stopped)
                await asyncio.sleep(stops.look_seconds)
            except OSError as error:
                _log.warning("the wire does not take messages (%s); trying again from the mark", error)
                await asyncio.sleep(RETRY_SECONDS)


async def publish_generation(
    journal: Journal, wire: Wire, service: str, publish: Publish, generation: int, stops: Stops
) -> None:
    """Publish in one generation of the topic, from its mark on, until another one is to be written."""
    await own_topic.check(journal.database, wire, service, generation)
    stops.go_on(service)
    position = await journal.database.read(lambda reading: readers.mark_of(reading, generations.mark_of(generation)))
    tail, clock = Tail(journal.database, position), asyncio.get_running_loop().time
    look_at = clock() + stops.look_seconds
    while True:
        seen = journal.appended.rings
        if not await undivided(relay_page(journal, wire, service, publish, tail, generation)):
            await journal.appended.wait(seen, IDLE_SECONDS)
        if clock() >= look_at:
            await own_topic.look(journal.database, wire, service, generation)
            look_at = clock() + stops.look_seconds


async def relay_page(
    journal: Journal, wire: Wire, service: str, publish: Publish, tail: Tail, generation: int = 1
) -> bool:
    """Publish a page and move the mark over it. Returns whether there was any.

    Behind a full page there is more: it is made ready while that page is on its way, and told next, a few pages in all.
    """
    page = await next_page(journal, service, publish, tail)
    any_there = page is not None
    for pages_left in reversed(range(PAGES_MAX)):
        if page is None:
            break
        ahead = (
            asyncio.ensure_future(next_page(journal, service, publish, tail)) if page.is_full and pages_left else None
        )
        try:
            await tell(journal, wire, service, generation, page)
            page = None if ahead is None else await ahead
        finally:
            if ahead is not None:
                await end(ahead, 0.0)
    return any_there


async def next_page(journal: Journal, service: str, publish: Publish, tail: Tail) -> Page | None:
    """Read the next page of the log and return what is to be told of it; none if there is no page yet."""
    before = tail.position
    rows = await tail.page(BATCH_SIZE_MAX)
    journal.telemetry.saw_hole(tail.hole)
    if not rows:
        return None
    messages = letters(journal, service, publish, rows)
    return Page(before=before, position=tail.position, messages=messages, is_full=len(rows) == BATCH_SIZE_MAX)


async def tell(journal: Journal, wire: Wire, service: str, generation: int, page: Page) -> None:
    """Send a page, and move the mark over it when all of it is durable."""
    if page.messages:
        with journal.telemetry.sending(topic_of(service, generation), page.messages):
            await wire.send(topic_of(service, generation), page.messages)
    await journal.database.write(
        lambda writing: move_mark(writing, generation, page.before, page.position, sent=len(page.messages))
    )


def move_mark(writing: Writing, generation: int, before: int, position: int, *, sent: int) -> None:
    """Move the mark of a generation. The log's closed prefix, the mark of the first, never goes back.

    Raises `GenerationHasChanged` or `MarkWasMoved`.
    """
    generations.confirm(writing, generation)
    readers.advance(writing, generations.mark_of(generation), before, position)
    if sent:
        readers.count(writing, own_topic.sent_of(generation), sent)
    closed = readers.mark_of(writing, PREFIX)
    if position > closed:
        readers.advance(writing, PREFIX, closed, position)


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
