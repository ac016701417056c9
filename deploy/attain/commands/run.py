"""`attain run`: the four services in one process, and the demonstration company in them."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from attain.client import RequestWasRefused
from attain.demo.showing import show
from attain.everything import make
from attain.loading import DeliveryWasParked
from attain.process import DidNotStart, PortIsTaken, bind, run_to_end, serve
from attain.webhooks import SourceHasNoSecret, let_crm_deliver
from edge.issuer import IssuerIsForDevelopment

FAILURES = (PortIsTaken, DidNotStart, RequestWasRefused, DeliveryWasParked, SourceHasNoSecret, IssuerIsForDevelopment)
"""What ends the command with one line instead of a traceback."""


def run(
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65_535, help="0 takes any free one.")] = 8_000,
    host: Annotated[str, typer.Option(envvar="ATTAIN_HOST", help="The address to listen at.")] = "127.0.0.1",
    demo: Annotated[bool, typer.Option(envvar="DEMO", help="Load the demonstration company.")] = True,
    folder: Annotated[Path, typer.Option(envvar="ATTAIN_FOLDER", help="Where the data are kept.")] = Path("var"),
    log_level: Annotated[str, typer.Option(envvar="ATTAIN_LOG_LEVEL", help="DEBUG, INFO, WARNING, …")] = "WARNING",
) -> None:
    """Start everything; Ctrl-C ends it, and the next start goes on from there."""
    os.environ["ATTAIN_FOLDER"] = str(folder)
    console = Console(highlight=False)
    try:
        bound = bind(host, port)
        let_crm_deliver(folder)
        url = f"http://{host}:{bound.getsockname()[1]}"
        run_to_end(serve(make(), bound, lambda: show(console, url, folder, demo=demo), log_level))
    except FAILURES as failure:
        console.print(f"[red]{failure}[/red]", soft_wrap=True)
        raise typer.Exit(1) from failure
    console.print("Stopped. What was loaded is kept; the next start goes on from there.")
