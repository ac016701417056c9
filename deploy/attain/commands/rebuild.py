"""`attain rebuild`: read models built anew from the log, beside those in use, while the service serves."""

import asyncio
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from attain.commands.serve import ServiceName
from attain.opened import Opened, opened, or_exit, printer
from events import rebuild as rebuilding
from events.domain import Refused
from events.store import log


class ReadModelIsUnknown(Refused):
    """The service has no read model of this name. It has these:"""


def rebuild(
    service: Annotated[ServiceName, typer.Argument(help="Whose read models.")],
    read_models: Annotated[list[str] | None, typer.Argument(help="Which; all if none is named.")] = None,
) -> None:
    """Fold a service's log anew; nobody who reads notices but by the answer."""
    console = printer()
    with or_exit():
        asyncio.run(rebuild_in(console, service, read_models or []))


async def rebuild_in(console: Console, name: str, names: list[str]) -> None:
    """Build some read models anew, with a bar."""
    async with opened(name) as here:
        require(here, names)
        last = await here.store.read(log.last_position)
        began = perf_counter()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(f"{name}: events folded", total=last)
            await rebuilding.rebuild(here.journal, names, lambda position: bar.update(task, completed=position))
        seconds = perf_counter() - began
    what = ", ".join(names) or "all read models"
    console.print(f"{name}: {what} built anew from {last:,} positions in {seconds:.1f} s ({last / seconds:,.0f}/s)")


def require(here: Opened, names: list[str]) -> None:
    """Raise `ReadModelIsUnknown`, naming those that there are."""
    known = sorted(each.name for each in (*here.journal.projections, *here.journal.derivations))
    for name in names:
        if name not in known:
            raise ReadModelIsUnknown(known=", ".join(known))
