"""`attain republish`: a service's whole history, in a new generation of its topic."""

import asyncio
import json
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from attain.commands.serve import ServiceName
from attain.opened import Opened, opened, or_exit
from events import generations, relay
from events.generations import topic_of
from events.stops import Stops, TopicIsLost

POLL_SECONDS = 0.2


def republish(
    service: Annotated[ServiceName, typer.Argument(help="Whose history is published anew.")],
    wait: Annotated[bool, typer.Option(help="Wait until the new topic has all of it.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was done as one JSON line.")] = False,
) -> None:
    """Publish a service's whole history in a new topic, under the same ids; the service may go on serving.

    For a topic that was emptied or made anew, and for contracts that were added later. Those who hear it move over by
    themselves and drop what they know. Interrupted, the service's relay goes on with it.
    """
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    with or_exit():
        done = asyncio.run(written_anew(service, console, wait=wait))
    print(json.dumps(done)) if as_json else console.print(
        f"{service} is published in [bold]{done['topic']}[/bold]: "
        + (f"{done['position']:,} positions of its log." if wait else "its relay goes on with it.")
    )


async def written_anew(service: str, console: Console, *, wait: bool) -> dict[str, str | int]:
    """Begin the next generation, and see it written if somebody waits for it."""
    async with opened(service) as here:
        generation = await generations.begin_next(here.store.database, here.wire, service)
        if wait:
            await wait_until_written(here, console)
        how_far = await here.store.read(generations.how_far)
    return {
        "service": service,
        "generation": generation,
        "topic": topic_of(service, generation),
        "position": how_far.position,
        "last_position": how_far.last,
    }


async def wait_until_written(here: Opened, console: Console) -> None:
    """Show how far it is; where no relay of the service runs, this one does its work. Raises `TopicIsLost`."""
    stops = Stops()
    journal, name = here.store.journal, here.blueprint.name
    relaying = asyncio.create_task(relay.run(journal, here.wire, name, here.blueprint.publish, stops))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console) as progress:
            end = (await here.store.read(generations.how_far)).last
            task = progress.add_task("publishing", total=end)
            while (position := (await here.store.read(generations.how_far)).position) < end:
                progress.update(task, completed=position)
                if stops.reasons:
                    raise TopicIsLost(*next(iter(stops.reasons.items())))
                await asyncio.wait([relaying], timeout=POLL_SECONDS)
                if relaying.done():
                    relaying.result()
            progress.update(task, completed=end)
    finally:
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying
