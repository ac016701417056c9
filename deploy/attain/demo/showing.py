"""What `attain run` does beside serving: loads the company, if it is not there yet, and shows what came of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from attain.client import Client, connect
from attain.company import Company
from attain.demo.drawing import SOURCE, draw_company
from attain.demo.people import YEAR
from attain.everything import SERVICES, addresses_at, surroundings_of
from attain.loading import DEALS, is_loaded, load
from attain.quiet import Backlog, Watch, watching
from attain.summary import addresses, ask_summary, show_summary
from attain.webhooks import secret_of
from edge.issuer import DevelopmentIssuer

COMPUTING_SECONDS_MAX = 300.0


async def show(console: Console, url: str, folder: Path, *, demo: bool) -> None:
    """Say that everything runs; load the demonstration company and print its summary, if one is wanted."""
    console.print(f"Attain answers at [bold]{url}[/bold]")
    if demo:
        async with opened(url, folder) as (client, watch):
            await client.wait_until_ready()
            with bars(console) as progress:
                began = perf_counter()
                fresh = await load_once(progress, client, draw_company())
                complete = await wait_until_computed(progress, watch)
            console.print(what_was_done(perf_counter() - began, fresh=fresh, complete=complete))
            console.print(show_summary(await ask_summary(client, watch, YEAR)))
    console.print(addresses(url, folder))


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncGenerator[tuple[Client, Watch]]:
    """Lend a client, and a watch of the services' databases."""
    async with (
        connect(addresses_at(url), DevelopmentIssuer(folder), secret_of(SOURCE)) as client,
        watching({name: surroundings_of(name) for name in SERVICES}) as watch,
    ):
        yield client, watch


async def load_once(progress: Progress, client: Client, company: Company) -> bool:
    """Load a company, showing how far it is. Returns False, and loads nothing, if it is there."""
    if await is_loaded(client, company):
        return False
    setting_up = sum(len(stage.requests) for stage in (*company.before, *company.after))
    people = progress.add_task("People, quotas, plan, notes", total=setting_up)
    deals = progress.add_task("Deals from the CRM", total=len(company.deliveries))
    await load(client, company, lambda name, count: progress.advance(deals if name == DEALS else people, count))
    return True


async def wait_until_computed(progress: Progress, watch: Watch) -> bool:
    """Wait until all that follows is computed, showing how much is left. Returns whether that was so in time."""
    task = progress.add_task("Attainment and pay", total=0)
    most = 0

    def seen(backlog: Backlog) -> None:
        nonlocal most
        most = max(most, backlog.size)
        progress.update(task, total=most, completed=most - backlog.size)

    return await watch.wait(COMPUTING_SECONDS_MAX, seen)


def what_was_done(seconds: float, *, fresh: bool, complete: bool) -> str:
    """Return what a start did, in a sentence or two."""
    done = (
        f"Loaded and computed in {seconds:.0f} seconds."
        if fresh
        else "The company is there already: nothing is loaded."
    )
    return (
        done if complete else f"{done} [yellow]Not all is computed yet: the numbers below will still change.[/yellow]"
    )


def bars(console: Console) -> Progress:
    """Return the bars that show how far loading is; they are gone when it is done."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<28}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
