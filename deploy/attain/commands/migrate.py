"""`attain migrate`: the tables of this release, and the read models that it has and the database has not."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from attain.everything import surroundings_of
from attain.opened import named, or_exit, printer
from attain.quiet import blueprint
from events import read_models
from events.opening import open_store
from events.store.database import open_database
from events.store.migrate import head


def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="Which services; all if none is named.")] = None,
) -> None:
    """Bring databases up to this release, before its processes start. A start does the same by itself."""
    console = printer()
    with or_exit():
        asyncio.run(migrate_all(console, named(services)))


async def migrate_all(console: Console, services: Sequence[str]) -> None:
    """Migrate one service after the other, and say what was done."""
    for name in services:
        where, plan = surroundings_of(name), blueprint(name)
        where.folder.mkdir(parents=True, exist_ok=True)
        before = await versions_before(where.database_url)
        store = await open_store(
            where.database_url,
            codec=plan.codec(),
            clock=where.clock,
            projections=plan.projections,
            derivations=plan.derivations,
        )
        after = await store.read(read_models.versions)
        await store.close()
        built = sorted(each for each in after if before.get(each) != after[each])
        console.print(f"{name}: tables at {head()}; read models built: {', '.join(built) or 'none, all are there'}")


async def versions_before(url: str) -> dict[str, int]:
    """Return the versions of the read models that a database has; none where it has no tables of this kind yet."""
    database = open_database(url)
    try:
        return await database.read(read_models.versions)
    except DBAPIError:
        return {}
    finally:
        await database.close()
