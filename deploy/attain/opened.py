"""A service's store and the wire, opened by a command as the environment says, beside the service or in its place."""

import inspect
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from attain.everything import surroundings_of
from attain.quiet import blueprint
from events.domain import Refused
from events.opening import Store, open_store
from events.running import Blueprint
from events.stops import TopicIsStopped
from events.store.readers import MarkWasMoved
from events.wire.opening import open_wire
from events.wire.promises import Wire

FAILURES = (Refused, TopicIsStopped, MarkWasMoved, OSError, DBAPIError)
"""What ends such a command with one line instead of a traceback."""


class DatabaseIsMissing(OSError):
    """There is no database where the environment says."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A service's parts, as a command needs them."""

    blueprint: Blueprint
    store: Store
    wire: Wire


@asynccontextmanager
async def opened(name: str) -> AsyncGenerator[Opened]:
    """Open a service's store and the wire; its loops do not run."""
    made, where = blueprint(name), surroundings_of(name)
    refuse_missing(name, where.database_url)
    wire = await open_wire(where.wire_url)
    try:
        store = await open_store(
            where.database_url,
            codec=made.codec(),
            clock=where.clock,
            projections=made.projections,
            derivations=made.derivations,
        )
        try:
            yield Opened(blueprint=made, store=store, wire=wire)
        finally:
            await store.close()
    finally:
        await wire.aclose()


def refuse_missing(name: str, url: str) -> None:
    """Refuse a file that is not there, rather than make an empty database in the wrong place."""
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        message = f"{name} has no database at {file}: ATTAIN_FOLDER or ATTAIN_{name.upper()}_DATABASE_URL says where"
        raise DatabaseIsMissing(message)


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
