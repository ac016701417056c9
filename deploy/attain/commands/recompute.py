"""`attain recompute`: what is derived, all at once by several processes: after an import, or a plan for many."""

import asyncio
import os
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console

from attain.commands.rebuild import ReadModelIsUnknown
from attain.commands.serve import ServiceName
from attain.opened import Opened, opened, or_exit, printer
from attain.quiet import blueprint
from events.anew import recompute as recompute_all
from events.collector import calm_collector
from events.crew import Processes
from events.deriving import Derivation


def recompute(
    service: Annotated[ServiceName, typer.Argument(help="Whose numbers.")],
    derivations: Annotated[
        list[str] | None, typer.Argument(help="From which on, such as earnings; all if none is named.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="How many compute; one writes beside them.")] = (
        os.cpu_count() or 1
    ),
) -> None:
    """Compute all that waits, and all else, at once: what the worker would do key by key, with the same result.

    The service may serve meanwhile. On SQLite it cannot write.
    """
    console = printer()
    with or_exit():
        asyncio.run(recompute_in(console, service, derivations or [], processes))


async def recompute_in(console: Console, name: str, names: Sequence[str], processes: int) -> None:
    """Compute derivations anew, and say how long it took."""
    calm_collector()
    async with opened(name) as here:
        require(here, names)
        began = perf_counter()
        with Processes(here.surroundings.database_url, partial(derivations_of, name), processes) as crew:
            await recompute_all(here.journal, names, crew)
        seconds = perf_counter() - began
    what = " and what follows from it" if names else ""
    console.print(f"{name}: {', '.join(names) or 'everything'}{what} computed anew in {seconds:.1f} s")


def derivations_of(name: str) -> Sequence[Derivation[Any, Any]]:
    """Return what a service derives, in the order of the chain."""
    return blueprint(name).derivations


def require(here: Opened, names: Sequence[str]) -> None:
    """Raise `ReadModelIsUnknown`, naming what there is."""
    known = [each.name for each in here.journal.derivations]
    for name in names:
        if name not in known:
            raise ReadModelIsUnknown(known=", ".join(known))
