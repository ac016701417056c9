"""Statements computed twice: as they stand, and again from a copy of compensation's log with empty read models.

`python -m attain.real.recomputing URL` says as one JSON line whether they are the same to the cent; exit code 1 if not.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from compensation.main import BLUEPRINT
from compensation.projections.statements import all_statements
from edge.clock import utc_now
from events.opening import Store, open_store
from events.store import log
from events.store.database import Database, open_database
from events.store.migrate import migrate
from events.store.session import Writing
from events.store.tables import events

PAGE_SIZE = 5_000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many people's fiscal years were compared, and which differ, with all their lines and slices."""

    compared: int
    different: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Say whether there were any, and none differs."""
        return self.compared > 0 and not self.different


async def recompute(url: str, folder: Path) -> Outcome:
    """Compare the statements in a database with those computed anew in an empty one in the folder."""
    live = open_database(url)
    try:
        standing = await live.read(all_statements)
        store = await computed_anew(live, f"sqlite:///{folder}/compensation.db")
    finally:
        await live.close()
    try:
        return compare(standing, await store.read(all_statements))
    finally:
        await store.close()


async def computed_anew(live: Database, url: str) -> Store:
    """Copy the events, nothing else, into an empty database, and compute everything that follows from them."""
    empty = open_database(url)
    await empty.write(migrate)
    position = 0
    while page := await live.read(lambda reading, after=position: log.page(reading, after, PAGE_SIZE)):
        await empty.write(lambda writing, page=page: copy(writing, page))
        position = page[-1][0]
    await empty.close()
    return await open_store(
        url,
        codec=BLUEPRINT.codec(),
        clock=utc_now,
        projections=BLUEPRINT.projections,
        derivations=BLUEPRINT.derivations,
    )


def copy(writing: Writing, page: Sequence[Any]) -> None:
    """Insert rows of another log as they are."""
    names = [column.name for column in log.COLUMNS]
    writing.insert(events, [dict(zip(names, row, strict=True)) for row in page])


def compare(standing: Sequence[dict[str, Any]], again: Sequence[dict[str, Any]]) -> Outcome:
    """Compare two lists of the same people's years, each in the order of its keys."""
    pairs = zip_longest(standing, again, fillvalue={"person_year": "nobody"})
    different = tuple(one["person_year"] for one, other in pairs if one != other)
    return Outcome(compared=len(standing), different=different)


def main(url: str) -> int:
    """Compare, print the outcome, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="attain-recomputed-") as folder:
        outcome = asyncio.run(recompute(url, Path(folder)))
    print(json.dumps({"equal": outcome.equal, "compared": outcome.compared, "different": outcome.different}))
    return 0 if outcome.equal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
