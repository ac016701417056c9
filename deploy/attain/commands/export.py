"""`attain export`: a log, or the lines of statements, as JSON for auditors and other systems; sealed text stays so."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TextIO

import msgspec
import typer
from rich.console import Console

from attain.commands.recompute import derivations_of
from attain.commands.serve import ServiceName
from attain.opened import Opened, opened, or_exit
from compensation.projections import statement_lines
from events.anew import in_chunks
from events.crew import Processes
from events.store import log
from events.store.session import Reading
from events.store.tail import Tail

PAGE_SIZE = 1_000
LOOKS_MAX = 2
YEARS_AT_ONCE = 50
"""How many people's lines a process computes together: as many as memory holds the deals of."""

app = typer.Typer(help="Take data out.", no_args_is_help=True)


@app.callback()
def exports() -> None:
    """Take data out, as they are stored."""


@app.command("events")
def export_events(
    service: Annotated[ServiceName, typer.Argument(help="Whose log.")],
    after: Annotated[int, typer.Option(min=0, help="Begin behind this position.")] = 0,
    kind: Annotated[str | None, typer.Option(help="Only streams of this kind, such as deal.")] = None,
    out: Annotated[Path | None, typer.Option(help="A file; standard output if none is named.")] = None,
) -> None:
    """Write events with their envelopes, one JSON object a line, in the log's order, up to its closed end."""
    with or_exit(), target(out) as file:
        count, position = asyncio.run(written(service, after, kind, file))
    say = Console(stderr=True, highlight=False)
    say.print(f"{count:,} events up to position {position}; go on with --after {position}")


@app.command("lines")
def export_lines(
    period: Annotated[str, typer.Argument(help="Which, such as 2017-Q1.")],
    processes: Annotated[int, typer.Option(min=1, help="How many compute.")] = os.cpu_count() or 1,
    out: Annotated[Path | None, typer.Option(help="A file; standard output if none is named.")] = None,
) -> None:
    """Write every line of everybody's statement for a period, one JSON object a line, computed from the facts."""
    with or_exit(), target(out) as file:
        count = asyncio.run(written_lines(period, processes, file))
    Console(stderr=True, highlight=False).print(f"{count:,} lines of {period}")


async def written_lines(period: str, processes: int, file: TextIO) -> int:
    """Write the lines of statements; return how many."""
    count = 0
    async with opened("compensation") as here:
        keys = await here.store.read(lambda reading: statement_lines.years_of(reading, period))
        with Processes(here.surroundings.database_url, partial(derivations_of, here.name), processes) as crew:
            for lines, number in crew.each(partial(lines_as_json, period), in_chunks(keys, YEARS_AT_ONCE)):
                file.write(lines)
                count += number
    return count


def lines_as_json(period: str, reading: Reading, keys: Sequence[str]) -> tuple[str, int]:
    """Return the lines of some people as JSON, and how many these are."""
    found = statement_lines.lines_of(reading, keys, period)
    return msgspec.json.Encoder().encode_lines(found).decode(), len(found)


@contextmanager
def target(out: Path | None) -> Generator[TextIO]:
    """Lend a file to write to, or standard output."""
    if out is None:
        yield sys.stdout
        return
    with out.open("w") as file:
        yield file


async def written(service: str, after: int, kind: str | None, file: TextIO) -> tuple[int, int]:
    """Write a log's events; return how many, and the position up to which nothing is left out."""
    count = 0
    async with opened(service) as here:
        tail = Tail(here.journal.database, after)
        async for row in rows(tail):
            if kind is None or row.stream.startswith(f"{kind}-"):
                file.write(line_of(here, row) + "\n")
                count += 1
    return count, tail.position


async def rows(tail: Tail) -> AsyncGenerator[Any]:
    """Yield the rows of the log up to its closed end; a hole gets a second look, since it may be a dead one."""
    looks = 0
    while looks < LOOKS_MAX:
        page = await tail.page(PAGE_SIZE)
        looks = 0 if page else looks + 1
        for row in page:
            yield row


def line_of(here: Opened, row: Any) -> str:
    """Return an event as a line: its envelope, and its data as they are stored."""
    members = {column.name: getattr(row, column.name) for column in log.COLUMNS}
    members["data"] = msgspec.Raw(row.data.encode())
    return msgspec.json.encode({"service": here.name, **members}).decode()
