"""Raw deliveries are kept for some days, then forgotten: their keys first, which ends copies in back-ups too."""

import asyncio
from datetime import date, timedelta

from sqlalchemy import delete

from events.journal import Journal
from events.personal import KeyStore
from events.store.session import Writing
from events.store.tables import deliveries
from events.undivided import undivided

LOOK_SECONDS = 3_600.0


async def run(journal: Journal, keys: KeyStore, days_kept: int) -> None:
    """Forget old deliveries for ever, looking every hour."""
    while True:
        await undivided(forget_deliveries(journal, keys, journal.clock().date() - timedelta(days=days_kept)))
        await asyncio.sleep(LOOK_SECONDS)


async def forget_deliveries(journal: Journal, keys: KeyStore, before: date) -> int:
    """Erase the keys of deliveries that came before a day, then their rows. Returns how many rows there were.

    What is parked of that time can be dropped, and no longer be read.
    """
    await keys.expire_delivery_keys(before)

    def forget(writing: Writing) -> int:
        return writing.execute(delete(deliveries).where(deliveries.c.day < before))

    return await journal.database.write(forget)
