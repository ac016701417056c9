"""`attain topics`: the topics in Kafka, made where they are missing, checked where they are not."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from attain.everything import SERVICES
from events.generations import generations_of, topic_of
from events.wire.kafka.answers import KafkaDidNotAnswer
from events.wire.kafka.settings import SCHEME, KafkaSettings, settings_of
from events.wire.kafka.topics import Difference, check_topics, create_topics, known_topics


def topics(
    wire: Annotated[str, typer.Option(envvar="ATTAIN_WIRE_URL", help="Where Kafka is: kafka://host:port,…")] = "",
    check: Annotated[bool, typer.Option("--check", help="Make nothing: only say what differs.")] = False,
) -> None:
    """Make the topics that are missing; say which are not as they must be, and how. Existing ones are never changed."""
    console = Console(highlight=False, soft_wrap=True)
    if not wire.startswith(SCHEME):
        console.print("The embedded wire makes its topics by itself. For Kafka: --wire kafka://host:port")
        return
    try:
        found = asyncio.run(looked_at(settings_of(wire), make=not check))
    except KafkaDidNotAnswer as problem:
        console.print(f"[red]{problem}[/red]")
        raise typer.Exit(1) from problem
    console.print(table(found))
    if any(differences for _, differences in found.values()):
        raise typer.Exit(1)


async def looked_at(settings: KafkaSettings, *, make: bool) -> Mapping[str, tuple[bool, Sequence[Difference]]]:
    """Return of each topic whether it was made just now, and how it differs from what it must be."""
    there = await known_topics(settings)
    names = [topic_of(name, generation) for name in SERVICES for generation in generations_of(name, there)]
    names = sorted({*names, *map(topic_of, SERVICES)})
    made = await create_topics(settings, names) if make else []
    differences = await check_topics(settings, names)
    return {name: (name in made, [each for each in differences if each.topic == name]) for name in names}


def table(found: Mapping[str, tuple[bool, Sequence[Difference]]]) -> Table:
    """Return what was found, a line for each topic."""
    shown = Table("topic", "state", box=None)
    for name, (made, differences) in found.items():
        good = "made" if made else "as it must be"
        shown.add_row(name, "\n".join(f"[red]{each.reason}[/red]" for each in differences) or f"[green]{good}[/green]")
    return shown
