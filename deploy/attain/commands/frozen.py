"""`attain frozen`: streams that a restored log could not complete, and letting them go on."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from attain.commands.serve import ServiceName
from attain.opened import opened, or_exit
from events.frozen import Frozen, every
from events.recovering import release

app = typer.Typer(help="Streams that a restored log could not complete.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Answer with one JSON line.")]


@app.command("list")
def list_frozen(service: ServiceName, as_json: AsJson = False) -> None:
    """List the streams on which nothing is decided, why, and since when."""
    with or_exit():
        show([each for each in asyncio.run(held(service)) if each.released_at is None], as_json=as_json)


@app.command("release")
def release_frozen(
    service: ServiceName,
    stream: Annotated[str | None, typer.Argument(help="One, such as deal-crm.D-1; else all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let a stream go on with what can come back of it; takes effect when the service starts again.

    What nobody else heard of stays lost. What cannot come back stays on the shelf: `attain parked`, kind lost.
    """
    with or_exit():
        show(asyncio.run(let_go(service, stream)), as_json=as_json)


async def held(service: str) -> list[Frozen]:
    """Return all streams that are or were frozen."""
    async with opened(service) as here:
        return list((await here.store.read(every)).values())


async def let_go(service: str, stream: str | None) -> list[Frozen]:
    """Release one stream, or all."""
    async with opened(service) as here:
        journal, recovery = here.store.journal, here.blueprint.recovery()
        return await here.store.database.write(lambda writing: release(writing, journal, recovery, stream))


def show(rows: Sequence[Frozen], *, as_json: bool) -> None:
    """Show streams to a person or a machine."""
    if as_json:
        print(msgspec.json.encode(rows).decode())
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(table_of(rows) if rows else "No stream is frozen.")


def table_of(rows: Sequence[Frozen]) -> Table:
    """Return streams as a table."""
    table = Table("stream", "others know up to", "why", "since", "released", box=None)
    for row in rows:
        released = "" if row.released_at is None else f"{row.released_at:%Y-%m-%d %H:%M}"
        table.add_row(row.stream, f"version {row.version}", row.reason, f"{row.since:%Y-%m-%d %H:%M}", released)
    return table
