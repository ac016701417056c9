"""`attain restored`: what a log lost when its database came back from a back-up, taken back from its topic."""

import asyncio
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from attain.commands.frozen import table_of
from attain.commands.serve import ServiceName
from attain.opened import opened, or_exit
from events.restoring import Restoration, restore


def restored(
    service: Annotated[ServiceName, typer.Argument(help="Whose database came back from a back-up.")],
    as_json: Annotated[bool, typer.Option("--json", help="Say what was done as one JSON line.")] = False,
) -> None:
    """Take back from a service's topic what its log lost, before it serves again.

    Stop the service, put its database back, run this, and start the service. It refuses while the relay runs; a second
    time it finds nothing to do. What the service heard of others it hears again by itself. A stream that cannot be
    completed is frozen: see `attain frozen`.
    """
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    with or_exit():
        done = asyncio.run(taken_back(service, console))
    if as_json:
        print(msgspec.json.encode(done).decode())
        return
    console.print(summary(done))
    if done.frozen:
        console.print(f"\n[yellow]{len(done.frozen)} streams are frozen: `attain frozen release {service}`[/yellow]")
        console.print(table_of(done.frozen))


async def taken_back(service: str, console: Console) -> Restoration:
    """Restore a service's log, and show how far it is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with opened(service) as here:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("reading the topic twice", total=None)
            return await restore(
                here.store.journal,
                here.wire,
                here.blueprint.recovery(),
                lambda read, whole: progress.update(task, completed=read, total=whole),
            )


def summary(done: Restoration) -> Table:
    """Return what was done, a line each."""
    table = Table(box=None, show_header=False)
    table.add_row("topic", done.topic)
    table.add_row("messages in it", f"{done.messages:,}")
    table.add_row("positions go on above", f"{done.highest_position:,}")
    table.add_row("events taken back", f"[bold]{done.events_taken_back:,}[/bold]")
    table.add_row("streams frozen", f"{len(done.frozen):,}")
    return table
