"""`attain contracts`: what services tell each other, as documents beside the code, and as it lies on the topics."""

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from attain.contracts import documents
from attain.contracts.documents import ContractsBreak
from attain.contracts.topics import CLOUDEVENTS, Findings, inspect_wire, schema_in

app = typer.Typer(help="JSON Schemas and the AsyncAPI document of what services tell.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(help="Where the documents are kept.")]


@app.command()
def write(folder: Folder = documents.FOLDER) -> None:
    """Write the documents that are not as the code says now, unless subscribers would feel the change."""
    for place in or_exit(documents.write, folder):
        print(folder / place)


@app.command()
def check(
    folder: Folder = documents.FOLDER,
    wire: Annotated[str | None, typer.Option(help="Check what is on the topics of this wire instead.")] = None,
    cloudevents: Annotated[Path, typer.Option(help="The JSON Schema of CloudEvents 1.0, if it is here.")] = CLOUDEVENTS,
) -> None:
    """Check that the documents are what the code says, and that no subscriber would feel what changed."""
    if wire is not None:
        schema = schema_in(cloudevents)
        show(asyncio.run(inspect_wire(wire, schema)), by_cloudevents=schema is not None)
    elif stale := or_exit(documents.check, folder):
        print(f"not as the code says: {', '.join(stale)}\nattain contracts write")
        raise typer.Exit(1)


def or_exit(act: Callable[[Path], Collection[str]], folder: Path) -> Collection[str]:
    """Do something with the documents; an incompatible change ends the command."""
    try:
        return act(folder)
    except ContractsBreak as found:
        print(found)
        raise typer.Exit(1) from found


def show(findings: Findings, *, by_cloudevents: bool) -> None:
    """Show what was read, and end the command if anything is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("Contract")
    table.add_column("Messages", justify="right")
    for name, count in sorted(findings.counts.items()):
        table.add_row(name, f"{count:,}")
    console.print(table)
    for fault in findings.faults:
        console.print(f"[red]{fault}[/red]")
    by = (
        "the contracts and CloudEvents 1.0"
        if by_cloudevents
        else "the contracts (the schema of CloudEvents is not here)"
    )
    console.print(f"{findings.counts.total():,} messages by {by}: {findings.fault_count or 'no'} faults")
    if findings.fault_count:
        raise typer.Exit(1)
