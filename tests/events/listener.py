"""A process that hears the orchard for ever: `python -m tests.events.listener DATABASE_URL WIRE_FILE`."""

import asyncio
import sys

from events import consumer
from events.running import keep_running
from events.wire.embedded import EmbeddedWire
from tests.events.grocer import open_grocer


async def listen(database_url: str, wire_file: str) -> None:
    """Open the grocer's store and the wire, say so, and hear."""
    store = await open_grocer(database_url)
    wire = await EmbeddedWire.open(wire_file)
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    await keep_running("listener", lambda: consumer.run(store.journal, wire, "grocer", ["orchard"]))


if __name__ == "__main__":
    asyncio.run(listen(*sys.argv[1:]))
