"""Transactions of those who build anew: run to their end, and tried again while others hold what they want."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from events.journal import Journal
from events.store.database import lost_a_race
from events.store.session import Writing
from events.undivided import undivided

T = TypeVar("T")

TRIES_MAX = 100
PAUSE_SECONDS = 0.05


async def giving_way(attempt: Callable[[], Awaitable[None]]) -> None:
    """Try until others leave the locks that are wanted, or fail after `TRIES_MAX`."""
    for tries_left in reversed(range(TRIES_MAX)):
        try:
            await attempt()
        except DBAPIError as error:
            if not tries_left or not lost_a_race(error):
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def whole(journal: Journal, body: Callable[[Writing], T]) -> T:
    """Run a transaction to its end, even if the rebuild is cancelled: nobody else begins one before."""
    return await undivided(journal.database.write(body))
