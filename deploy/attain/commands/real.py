"""`attain real`: real deals of a CRM through the whole product, and every statement computed twice."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attain.client import NotReady, RequestWasRefused
from attain.loading import DeliveryWasParked
from attain.real.playing import NotComputed, TopicsBreakTheirPromise, play
from attain.real.surroundings import ServerStopped, StoreName

PIPELINE = Path("../shared/data/crm-opportunities")
FAILURES = (NotReady, RequestWasRefused, DeliveryWasParked, NotComputed, TopicsBreakTheirPromise, ServerStopped)


def real(
    store: Annotated[StoreName, typer.Option(envvar="STORE", help="Where the services keep their data.")] = "sqlite",
    data: Annotated[Path, typer.Option(help="The folder with sales_pipeline.csv and sales_teams.csv.")] = PIPELINE,
    pay: Annotated[Path | None, typer.Option(help="Also write everybody's pay by quarter to this CSV file.")] = None,
) -> None:
    """Send a CRM's pipeline through the webhook intake; print what the product makes of it as one JSON line."""
    if not (data / "sales_pipeline.csv").exists():
        say(f"there is no sales_pipeline.csv in {data}: name its folder with --data")
        raise typer.Exit(2)
    try:
        line = play(data, store, say, pay)
    except FAILURES as failure:
        say(f"{type(failure).__name__}: {failure}")
        raise typer.Exit(1) from failure
    print(json.dumps(line))
    if not line["recomputed_equal"]:
        raise typer.Exit(1)


def say(line: str) -> None:
    """Tell the person who waits; standard output is for the one line."""
    print(line, file=sys.stderr, flush=True)
