"""`attain parked`: what a service could not understand yet, listed, shown, retried and dropped by an operator."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from attain.commands.serve import ServiceName
from attain.opened import Opened, opened, or_exit, printer
from events.asking import Asking
from events.parked import Parked
from events.shelf import Shelf, Special, listed
from events.store.ids import new_id
from performance.gathering.intake import Intake
from performance.gathering.owner_book import OwnerBook
from performance.gathering.shelf import ParkedDeliveries

LIMIT = 50
PROBLEM_WIDTH = 90

app = typer.Typer(help="What could not be understood yet: list, show, retry, drop.", no_args_is_help=True)

Service = Annotated[ServiceName, typer.Argument(help="Whose shelf.")]
Id = Annotated[UUID, typer.Argument(help="Which entry: its id in the list.")]
Actor = Annotated[str, typer.Option("--as", help="Who does it, for the log.")]


@app.command("list")
def list_parked(
    service: Service,
    kind: Annotated[str | None, typer.Option(help="heard, key, delivery or lost.")] = None,
    stream: Annotated[str | None, typer.Option(help="Only this stream, delivery or key.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most, the oldest first.")] = LIMIT,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines for machines.")] = False,
) -> None:
    """List what is parked, oldest first."""
    entries = on_shelf(service, lambda here: entries_of(here, kind, stream, limit))
    if as_json:
        for each in entries:
            print(json.dumps(members_of(each)))
        return
    table = Table("id", "kind", "stream", "number", "since", "problem", box=None)
    for each in entries:
        since = f"{each.received_at:%Y-%m-%d %H:%M}"
        table.add_row(str(each.id), each.kind, each.stream, str(each.sequence), since, each.problem[:PROBLEM_WIDTH])
    console = printer()
    console.print(table if entries else f"{service} has nothing parked.")


@app.command("show")
def show_parked(service: Service, parked_id: Id) -> None:
    """Show one entry: why it is parked, and what it says as it came."""

    async def shown(here: Opened) -> tuple[Parked, str]:
        shelf = shelf_of(here)
        entry = await shelf.find(parked_id)
        return entry, await shelf.content(entry)

    entry, content = on_shelf(service, shown)
    print(json.dumps(members_of(entry), indent=2))
    print(content)


@app.command("retry")
def retry_parked(service: Service, parked_id: Id, actor: Actor = "operator") -> None:
    """Take an entry, and what waits behind it in its stream, as if it came now."""
    on_shelf(service, lambda here: shelf_of(here).retry(parked_id, asking(here, actor)))
    print(f"{parked_id} is taken")


@app.command("drop")
def drop_parked(
    service: Service,
    parked_id: Id,
    reason: Annotated[str, typer.Option(help="Why, for the log.")],
    actor: Actor = "operator",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Drop an entry for good."""
    if not yes and not typer.confirm(f"Drop {parked_id} of {service} for good?"):
        raise typer.Exit(1)
    on_shelf(service, lambda here: shelf_of(here).drop(parked_id, asking(here, actor), reason))
    print(f"{parked_id} is dropped")


def on_shelf(service: str, work: Callable[[Opened], Coroutine[Any, Any, Any]]) -> Any:
    """Do something at a service's shelf."""

    async def visited() -> Any:
        async with opened(service) as here:
            return await work(here)

    with or_exit():
        return asyncio.run(visited())


async def entries_of(here: Opened, kind: str | None, stream: str | None, limit: int) -> list[Parked]:
    """Return what is parked."""
    asked = listed(kind, stream)
    columns = asked.selected_columns
    ordered = asked.order_by(columns["received_at"], columns["stream"], columns["sequence"]).limit(limit)
    return await here.store.read(lambda reading: reading.rows(ordered, Parked))


def shelf_of(here: Opened) -> Shelf:
    """Return a service's shelf; performance opens and retries its deliveries itself."""
    special: dict[str, Special] = {}
    if here.name == "performance":
        special["delivery"] = ParkedDeliveries(Intake(store=here.store, keys=here.keys, owners=OwnerBook()))
    return Shelf(store=here.store, special=special)


def asking(here: Opened, actor: str) -> Asking:
    """Ask as an operator."""
    return Asking(actor=f"operator:{actor}", at=here.surroundings.clock(), correlation_id=new_id())


def members_of(entry: Parked) -> dict[str, Any]:
    """Return an entry without its content."""
    return {
        "id": str(entry.id),
        "kind": entry.kind,
        "source": entry.source,
        "stream": entry.stream,
        "number": entry.sequence,
        "problem": entry.problem,
        "received_at": entry.received_at.isoformat(),
    }
