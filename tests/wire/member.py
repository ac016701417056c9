"""Another process as a member of a group: it records which messages took effect, with the marks, in one database.

It moves the marks as a service does (`events.consumer`), but what it records would show an effect that came twice.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import msgspec
from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from events.bookmarks import Bookmarks, bookmarked
from events.consumer import move_marks
from events.domain import Value
from events.store.database import Database, open_database
from events.store.migrate import migrate
from events.store.readers import MarkWasMoved
from events.store.session import Writing
from events.wire.opening import open_wire
from events.wire.promises import Delivered

HOLD_SECONDS = 0.15
"""Between reading a batch and recording it: so that whoever freezes a member can do so in between."""

effects = Table(
    "effects",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("partition", Integer),
    Column("offset", Integer),
    Column("key", Text),
    Column("number", Integer),
    Column("member", Text),
)


async def prepare(url: str) -> Database:
    """Make the tables, and return their database."""
    database = open_database(url)
    await database.write(migrate)
    await database.write(lambda writing: effects.create(writing.connection))
    return database


class Effect(Value, tag=False):
    """A message that took effect, and by whose hand."""

    partition: int
    offset: int
    key: str
    number: int
    member: str


async def recorded(database: Database) -> Sequence[Effect]:
    """Return which messages took effect, in their order."""
    columns = [effects.c[name] for name in Effect.__struct_fields__]
    return await database.read(lambda reading: reading.rows(select(*columns).order_by(effects.c.id), Effect))


def record(writing: Writing, member: str, batch: Sequence[Delivered]) -> None:
    """Move the marks, and record each message."""
    move_marks(writing, batch)
    took_effect = [
        Effect(
            partition=each.partition,
            offset=each.offset,
            key=each.message.key,
            number=int(each.message.value),
            member=member,
        )
        for each in batch
    ]
    writing.insert(effects, [msgspec.structs.asdict(each) for each in took_effect])


async def work(wire_url: str, topic: str, group: str, database_url: str, member: str) -> None:
    """Read and record for ever, saying when a batch is in hand."""
    wire, database = await open_wire(wire_url), open_database(database_url)
    try:
        async with bookmarked(wire, group, topic, Bookmarks(database)) as reader:
            while True:
                batch = await reader.read(40, 0.5)
                if batch:
                    print("holding", flush=True)  # noqa: T201 the test reads it
                    await asyncio.sleep(HOLD_SECONDS)
                    try:
                        await database.write(lambda writing, batch=batch: record(writing, member, batch))
                    except MarkWasMoved:
                        for each in batch:
                            reader.seek(each.place, 0)
    finally:
        await wire.aclose()
        await database.close()


async def main(*words: str) -> None:
    """Work until the process is told to end."""
    working = asyncio.create_task(work(*words))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, working.cancel)
    with suppress(asyncio.CancelledError):
        await working


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
