"""`attain relay status`: how far each service has told what happened, and who tells it."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from attain.opened import Opened, named, opened, or_exit, printer
from events import generations
from events.generations import topic_of
from events.store import readers
from events.store.session import NameIsHeld
from events.store.tail import PREFIX, Tail

app = typer.Typer(help="What relays do.", no_args_is_help=True)


@app.callback()
def relays() -> None:
    """Look at the loops that tell others what happened."""


@app.command("status")
def status(
    services: Annotated[list[str] | None, typer.Argument(help="Which services; all if none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for machines.")] = False,
) -> None:
    """Show each service's topic, the end of its log, how far it is told, and whether a relay runs."""
    with or_exit():
        found = asyncio.run(all_statuses(named(services)))
    if as_json:
        print(json.dumps(found))
        return
    table = Table("service", "topic", "log ends at", "told up to", "untold", "closed up to", "hole", "relay", box=None)
    for each in found:
        table.add_row(
            *(str(each[name]) for name in ("service", "topic", "log", "told", "untold", "closed")),
            hole(each),
            "runs" if each["runs"] else "[yellow]nobody[/yellow]",
        )
    printer().print(table)


async def all_statuses(services: Sequence[str]) -> list[dict[str, Any]]:
    """Return the status of some services."""
    found: list[dict[str, Any]] = []
    for name in services:
        async with opened(name) as here:
            found.append(await status_of(here))
    return found


async def status_of(here: Opened) -> dict[str, Any]:
    """Return how far one service has told."""
    database = here.journal.database
    written = await database.read(generations.how_far)
    closed = await database.read(lambda reading: readers.mark_of(reading, PREFIX))
    tail = Tail(database, written.position)
    await tail.page(1)
    return {
        "service": here.name,
        "topic": topic_of(here.name, written.generation),
        "log": written.last,
        "told": written.position,
        "untold": max(written.last - written.position, 0),
        "closed": closed,
        "hole": tail.hole,
        "runs": await is_held(here),
    }


async def is_held(here: Opened) -> bool:
    """Say whether some process holds the relay's lock."""
    try:
        async with here.journal.database.exclusive("relay", wait=False):
            return False
    except NameIsHeld:
        return True


def hole(status: dict[str, Any]) -> str:
    """Say which position is waited for, if one is."""
    return "-" if status["hole"] is None else f"at {status['hole']}"
