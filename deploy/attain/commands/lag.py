"""`attain lag`: how far each service is behind those whom it hears, place by place."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from attain.opened import Opened, named, opened, or_exit, printer
from events.bookmarks import Bookmark, bookmarks_of, check_ends
from events.consumer import heard_generation
from events.generations import newest, topic_of
from events.stops import TopicIsStopped
from events.wire.promises import Place


def lag(
    services: Annotated[list[str] | None, typer.Argument(help="Which services; all if none is named.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for machines.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Also places where nothing is waiting.")] = False,
) -> None:
    """Show what each service has still to hear; exit code 1 when a topic cannot be read on."""
    with or_exit():
        found = asyncio.run(all_lags(named(services)))
    if as_json:
        print(json.dumps(found))
    else:
        show(printer(), found, every=every)
    if any(topic["stopped"] for topic in found):
        raise typer.Exit(1)


def show(console: Console, found: list[dict[str, Any]], *, every: bool) -> None:
    """Print a line for each topic, and for each of its places where something waits."""
    table = Table("service", "hears", "partition", "mark", "end", "behind", "last message", box=None)
    for topic in found:
        table.add_row(topic["service"], topic["topic"], "all", "", "", f"{topic['behind']:,}", "")
        for place in topic["places"]:
            if every or place["behind"]:
                table.add_row("", "", *(str(place[name]) for name in ("partition", "mark", "end", "behind", "last")))
    console.print(table)
    for topic in found:
        if topic["stopped"]:
            console.print(f"[red]{topic['service']}: {topic['stopped']}[/red]")


async def all_lags(services: Sequence[str]) -> list[dict[str, Any]]:
    """Return how far some services are behind, by topic."""
    found: list[dict[str, Any]] = []
    for name in services:
        async with opened(name) as here:
            found += [await lag_behind(here, service) for service in here.blueprint.hears]
    return found


async def lag_behind(here: Opened, service: str) -> dict[str, Any]:
    """Return how far a service is behind one that it hears."""
    database = here.journal.database
    known = await database.read(lambda reading: heard_generation(reading, service))
    topic = topic_of(service, await newest(here.wire, service, known))
    stopped = ""
    try:
        await check_ends(database, here.wire, topic)
    except TopicIsStopped as problem:
        stopped = str(problem)
    # The marks first: no end is before a mark that was there before it.
    ends = await ends_of(here, topic)
    marks = await database.read(lambda reading: bookmarks_of(reading, list(ends)))
    places = [
        place_row(place, marks[place], end) for place, end in sorted(ends.items(), key=lambda each: each[0].partition)
    ]
    return {
        "service": here.name,
        "topic": topic,
        "behind": sum(each["behind"] for each in places),
        "stopped": stopped,
        "places": places,
    }


async def ends_of(here: Opened, topic: str) -> Mapping[Place, int]:
    """Return how far a topic goes, nothing where it is not there."""
    return await here.wire.ends(topic) if topic in await here.wire.topics() else {}


def place_row(place: Place, mark: Bookmark, end: int) -> dict[str, Any]:
    """Return one place's mark, end and what is between them."""
    return {
        "partition": place.partition,
        "mark": mark.position,
        "end": end,
        "behind": max(end - mark.position, 0),
        "last": mark.last or "-",
    }
