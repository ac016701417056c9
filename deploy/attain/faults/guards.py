"""Guards that can be taken out, to see that the history checker notices, and slow places, to see that nothing breaks.

Nothing of this is in the product: a process of the rig changes the product's own modules before it begins.
"""

import asyncio
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

from sqlalchemy import text

from events import consumer, hearing, own_topic, read_models, relay
from events.bookmarks import Bookmarks
from events.generations import topic_of
from events.journal import Journal
from events.store import log, readers
from events.store.postgres import Postgres
from events.store.session import Reading, Writing
from events.store.tail import Tail
from events.wire.cloudevents import Letter
from events.wire.promises import Delivered, Reader, Wire

T = TypeVar("T")

SLOW_COMMIT_SECONDS = 0.15
SLOW_COMMIT_SHARE = 0.2
SLOW_HEARING_SECONDS = 0.5
GAP_SECONDS = 0.2
"""How long a process may be killed between two steps that belong together, once they are torn apart."""


class GuardIsUnknown(Exception):
    """There is no guard of this name; the message names those that there are."""


def without_tail() -> None:
    """Read the log by its highest position, as if a sequence were the order of commits."""

    def advance(self: Tail, reading: Reading, limit: int) -> Sequence[Any]:
        rows = log.page(reading, self.position, limit)
        if rows:
            self.position = rows[-1][0]
        return rows

    Tail.advance = advance


def without_relay_order() -> None:
    """Move the relay's mark before its messages are durable; count these afterwards, so that only the log tells."""

    async def tell(journal: Journal, wire: Wire, service: str, generation: int, page: relay.Page) -> None:
        await journal.database.write(
            lambda writing: relay.move_mark(writing, generation, page.before, page.position, sent=0)
        )
        await asyncio.sleep(GAP_SECONDS)
        if page.messages:
            await wire.send(topic_of(service, generation), page.messages)
            sent = own_topic.sent_of(generation)
            await journal.database.write(lambda writing: readers.count(writing, sent, len(page.messages)))

    relay.tell = tell


def without_one_transaction() -> None:
    """Move the consumer's mark in a transaction of its own, then record what it covers."""

    async def take_effect(journal: Journal, _reader: Reader, batch: Sequence[Delivered]) -> None:
        await journal.database.write(lambda writing: consumer.move_marks(writing, batch))
        await asyncio.sleep(GAP_SECONDS)
        messages = [each.message for each in batch]
        await journal.database.write(lambda writing: hearing.hear_messages(writing, journal, messages))
        journal.appended.ring()

    consumer.take_effect = take_effect


def without_known_versions() -> None:
    """Record whatever comes, whether it was heard before or not."""

    def known_versions(_reading: Reading, _letters: Sequence[Letter]) -> set[tuple[str, int]]:
        return set()

    hearing.known_versions = known_versions


def without_bookmarks() -> None:
    """Read and write on in a topic whatever it holds now."""

    def passed_over(self: Bookmarks, batch: Sequence[Delivered]) -> Sequence[Delivered]:
        return batch

    async def look(*_about: object) -> None:
        pass

    Bookmarks.passed_over = passed_over
    own_topic.check = own_topic.look = consumer.check_ends = look


def without_lock_at_switch() -> None:
    """Switch to a read model that was built anew while others append."""

    def lock_log(_writing: Writing) -> None:
        pass

    read_models.lock_log = lock_log


def with_slow_commits() -> None:
    """Let some transactions stay open for a while before they commit."""
    random = Random(1)
    as_it_is = Postgres.write

    async def write(self: Postgres, body: Callable[[Writing], T]) -> T:
        seconds = SLOW_COMMIT_SECONDS if random.random() < SLOW_COMMIT_SHARE else 0

        def slowly(writing: Writing) -> T:
            answer = body(writing)
            if seconds:
                writing.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
            return answer

        return await as_it_is(self, slowly)

    Postgres.write = write


def with_slow_hearing() -> None:
    """Take half a second for every batch that is heard."""
    as_it_is = consumer.take_effect

    async def take_effect(journal: Journal, reader: Reader, batch: Sequence[Delivered]) -> None:
        await asyncio.sleep(SLOW_HEARING_SECONDS)
        await as_it_is(journal, reader, batch)

    consumer.take_effect = take_effect


GUARDS: dict[str, Callable[[], None]] = {
    "tail": without_tail,
    "relay-order": without_relay_order,
    "one-transaction": without_one_transaction,
    "known-versions": without_known_versions,
    "bookmarks": without_bookmarks,
    "lock-at-switch": without_lock_at_switch,
}

SLOW_PLACES: dict[str, Callable[[], None]] = {"slow-commits": with_slow_commits, "slow-hearing": with_slow_hearing}


def check_names(names: str) -> Sequence[str]:
    """Return the guards and slow places that are named, with commas between them. Raises `GuardIsUnknown`."""
    named = list(filter(None, names.split(",")))
    for name in named:
        if name not in GUARDS | SLOW_PLACES:
            message = f"there is no guard {name}: {', '.join(GUARDS)}"
            raise GuardIsUnknown(message)
    return named


def take_out(names: str) -> None:
    """Take out guards and slow places down, in this process. Raises `GuardIsUnknown`."""
    for name in check_names(names):
        (GUARDS | SLOW_PLACES)[name]()
