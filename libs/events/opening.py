"""A service's store, opened: its tables migrated, its read models there, its group commit ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from events import frozen, rebuild
from events.deriving import Derivation
from events.group_commit import GroupCommit
from events.journal import Clock, Journal
from events.projector import Projection
from events.signals import Signal
from events.store.codec import Codec
from events.store.database import Database, open_database
from events.store.ids import Ids, new_id
from events.store.migrate import migrate
from events.store.session import Reading
from events.telemetry import SILENT, Telemetry

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Store:
    """One service's log, open: `execute` writes to it, queries read from it."""

    journal: Journal
    commits: GroupCommit

    @property
    def database(self) -> Database:
        """Where it is kept."""
        return self.journal.database

    @property
    def appended(self) -> Signal:
        """Rings after every append of this process."""
        return self.journal.appended

    async def read(self, query: Callable[[Reading], T]) -> T:
        """Ask the read models."""
        return await self.database.read(query)

    async def close(self) -> None:
        """Wait for what is being committed, then give the database back."""
        await self.commits.aclose()
        await self.database.close()


async def open_store(  # noqa: PLR0913 what a store is made of, each once and by name
    url: str,
    *,
    codec: Codec,
    clock: Clock,
    projections: Sequence[Projection[Any]] = (),
    derivations: Sequence[Derivation[Any, Any]] = (),
    ids: Ids = new_id,
    telemetry: Telemetry = SILENT,
) -> Store:
    """Open a service's database: migrate the log's tables, build the read models that are new or have changed."""
    database = open_database(url)
    journal = Journal(
        database=database,
        codec=codec,
        clock=clock,
        ids=ids,
        projections=tuple(sorted(projections, key=lambda each: each.name)),
        derivations=tuple(derivations),
        telemetry=telemetry,
    )
    try:
        await database.write(migrate)
        await rebuild.bring_up_to_date(journal)
        journal = replace(journal, frozen=await database.read(frozen.every))
    except BaseException:
        await database.close()
        raise
    return Store(journal=journal, commits=GroupCommit(journal))
