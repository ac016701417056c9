"""A service's store, keys and wire, opened by a command as the environment says, beside the service or in its place.

Nothing is migrated, made or started by looking.
"""

import inspect
import sys
from collections.abc import AsyncGenerator, Awaitable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from attain.everything import SERVICES, surroundings_of
from attain.quiet import blueprint
from events import frozen
from events.domain import Refused
from events.group_commit import GroupCommit
from events.journal import Journal
from events.opening import Store
from events.personal import KeyStore, master_key_in, open_keys
from events.running import Blueprint, Surroundings
from events.stops import TopicIsStopped
from events.store.database import open_database
from events.store.migrate import is_of_this_release
from events.store.readers import MarkWasMoved
from events.wire.opening import open_wire
from events.wire.promises import Wire

WIDTH = 160

FAILURES = (Refused, TopicIsStopped, MarkWasMoved, OSError, DBAPIError)
"""What ends such a command with one line instead of a traceback."""


class DatabaseIsMissing(OSError):
    """There is no database where the environment says."""


class TablesAreOfAnotherRelease(OSError):
    """The database's tables are not those of this release."""


class ServiceIsUnknown(Refused):
    """There is no service of this name. There are:"""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A service's parts, as a command needs them."""

    blueprint: Blueprint
    surroundings: Surroundings
    store: Store
    keys: KeyStore
    wire: Wire

    @property
    def name(self) -> str:
        """The service's name."""
        return self.blueprint.name

    @property
    def journal(self) -> Journal:
        """Its log."""
        return self.store.journal


def named(services: Sequence[str] | None) -> Sequence[str]:
    """Return the services that are named, all if none is. Refuses `ServiceIsUnknown`."""
    for name in services or ():
        if name not in SERVICES:
            raise ServiceIsUnknown(known=", ".join(SERVICES))
    return services or SERVICES


@asynccontextmanager
async def opened(name: str) -> AsyncGenerator[Opened]:
    """Open a service's store, keys and wire; its loops do not run.

    Raises `DatabaseIsMissing` or `TablesAreOfAnotherRelease`.
    """
    plan, where = blueprint(name), surroundings_of(name)
    refuse_missing(name, where.database_url)
    async with AsyncExitStack() as stack:
        database = open_database(where.database_url)
        stack.push_async_callback(database.close)
        if not await answered(database.read(is_of_this_release)):
            message = f"the tables of {name} are not those of this release: run `attain migrate {name}`"
            raise TablesAreOfAnotherRelease(message)
        journal = Journal(
            database=database,
            codec=plan.codec(),
            clock=where.clock,
            ids=where.ids,
            projections=tuple(sorted(plan.projections, key=lambda each: each.name)),
            derivations=plan.derivations,
            frozen=await database.read(frozen.every),
        )
        store = Store(journal=journal, commits=GroupCommit(journal))
        stack.push_async_callback(store.commits.aclose)
        keys = await open_keys(where.keys_url, where.master_key or master_key_in(where.folder))
        stack.push_async_callback(keys.close)
        wire = await open_wire(where.wire_url)
        stack.push_async_callback(wire.aclose)
        yield Opened(blueprint=plan, surroundings=where, store=store, keys=keys, wire=wire)


async def answered(question: Awaitable[bool]) -> bool:
    """Return the answer of a database; no where it has no tables to ask."""
    try:
        return await question
    except DBAPIError as error:
        if "alembic_version" in str(error.orig):
            return False
        raise


def refuse_missing(name: str, url: str) -> None:
    """Refuse a file that is not there, rather than make an empty database in the wrong place."""
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        message = f"{name} has no database at {file}: ATTAIN_FOLDER or ATTAIN_{name.upper()}_DATABASE_URL says where"
        raise DatabaseIsMissing(message)


def printer(*, quiet: bool = False) -> Console:
    """Return what prints for people; into a file or a pipe as wide as a table needs."""
    width = None if sys.stdout.isatty() else WIDTH
    return Console(highlight=False, soft_wrap=True, width=width, quiet=quiet)


@contextmanager
def or_exit() -> Generator[None]:
    """End the command with one line when it cannot be done."""
    try:
        yield
    except FAILURES as failure:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{words_of(failure)}[/red]", markup=True)
        raise typer.Exit(1) from failure


def words_of(failure: Exception) -> str:
    """Say to a person what is wrong."""
    if isinstance(failure, MarkWasMoved):
        return "somebody else did the same at this moment: look, and try again"
    if isinstance(failure, Refused):
        details = "; ".join(str(detail) for detail in failure.details.values())
        return " ".join(filter(None, (inspect.getdoc(failure), details)))
    return str(failure.orig if isinstance(failure, DBAPIError) else failure) or type(failure).__name__
