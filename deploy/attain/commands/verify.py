"""`attain verify`: every statement computed again from compensation's own log, and each log held to its promises."""

import asyncio
import json
import tempfile
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from attain.everything import SERVICES
from attain.opened import opened, or_exit, printer
from attain.real.recomputing import Outcome, last_recorded, recompute
from events.domain import Recorded, Refused
from events.read_models import generations
from events.store.session import Reading
from events.store.tables import events

SHOWN_MAX = 100
AGAIN = "computed again"


class NoSuchMoment(Refused):
    """A moment is a position in the log, or an instant with its offset such as 2026-01-31T09:30:00Z."""


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for machines.")] = False,
    known_at: Annotated[
        str | None,
        typer.Option(
            help="A position or an instant: name what has changed since, which is no fault.", metavar="MOMENT"
        ),
    ] = None,
) -> None:
    """Compute everything again, beside what stands, and name each difference; exit code 1 if there is any."""
    with or_exit():
        outcome, faults = asyncio.run(verified(None if known_at is None else moment(known_at)))
    if as_json:
        print(json.dumps(said(outcome, faults)))
    else:
        show(printer(), outcome, faults, since=known_at is not None)
    if faults or (outcome.differences and known_at is None):
        raise typer.Exit(1)


def moment(written: str) -> int | datetime:
    """Return a position in the log, or an instant. Refuses `NoSuchMoment`."""
    if written.isdecimal():
        return int(written)
    try:
        found = datetime.fromisoformat(written)
    except ValueError as error:
        raise NoSuchMoment(written=written) from error
    if found.tzinfo is None:
        raise NoSuchMoment(written=written)
    return found


async def verified(known_at: int | datetime | None = None) -> tuple[Outcome, list[str]]:
    """Return what differs in statements, or what has changed in them since a moment; and what is wrong in the logs."""
    faults: list[str] = []
    for name in SERVICES:
        async with opened(name) as here:
            faults += [f"{name}: {fault}" for fault in await here.store.read(broken_streams)]
    async with opened("compensation") as here:
        with tempfile.TemporaryDirectory(prefix="attain-verify-") as folder:
            await here.store.read(partial(generations, known=(*here.journal.projections, *here.journal.derivations)))
            position = known_at
            if isinstance(position, datetime):
                position = await here.store.read(lambda reading, at=position: last_recorded(reading, at))
            outcome = await recompute(here.surroundings.database_url, Path(folder), position)
    return outcome, faults


def broken_streams(reading: Reading) -> list[str]:
    """Return the own streams of a log that lack a version; heard ones may have gaps."""
    counted = (
        select(events.c.stream, func.count().label("count"), func.max(events.c.version).label("last"))
        .where(~events.c.stream.startswith(f"{Recorded.HEARD}-"))
        .group_by(events.c.stream)
        .having(func.count() != func.max(events.c.version))
        .order_by(events.c.stream)
    )
    return [f"{stream} has {count} events and ends at {last}" for stream, count, last in reading.tuples(counted)]


def said(outcome: Outcome, faults: list[str]) -> dict[str, Any]:
    """Return the outcome for machines."""
    return {
        "equal": not outcome.differences,
        "compared": outcome.compared,
        "differences": [vars(each) for each in outcome.differences],
        "logs": faults,
    }


def show(console: Console, outcome: Outcome, faults: list[str], *, since: bool = False) -> None:
    """Print the outcome for people: the first hundred differences, and how many there are, or changes since then."""
    colour, compared, what = ("cyan", "known then", "changes since then") if since else ("red", AGAIN, "differences")
    if outcome.differences:
        table = Table("whose year", "where", "stands", compared, box=None)
        for each in outcome.differences[:SHOWN_MAX]:
            table.add_row(each.person_year, each.place, f"[{colour}]{each.stands}[/{colour}]", each.computed)
        console.print(table)
    for fault in faults:
        console.print(f"[red]{fault}[/red]")
    found = f"[{colour}]{what}: {len(outcome.differences):,}[/{colour}]"
    verdict = found if outcome.differences else "all the same to the cent"
    console.print(f"{outcome.compared:,} people's years {AGAIN}: {verdict}; {len(faults)} faults in the logs")
