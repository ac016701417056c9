"""`attain real`: real deals of a CRM through the whole product, and every statement computed twice."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attain.broker import BrokerDidNotStart
from attain.client import NotReady, RequestWasRefused
from attain.fleet import ServerStopped
from attain.jars import KafkaIsMissing
from attain.loading import DeliveryWasParked
from attain.real.playing import NotComputed, TopicsBreakTheirPromise, play
from attain.real.surroundings import StoreName, WireName

PIPELINE = Path("../shared/data/crm-opportunities")
FAILURES = (
    NotReady,
    RequestWasRefused,
    DeliveryWasParked,
    NotComputed,
    TopicsBreakTheirPromise,
    ServerStopped,
    KafkaIsMissing,
    BrokerDidNotStart,
)


def real(
    wire: Annotated[
        WireName, typer.Option(envvar="WIRE", help="How news travels; on kafka each role is a process of its own.")
    ] = "embedded",
    store: Annotated[StoreName, typer.Option(envvar="STORE", help="Where the services keep their data.")] = "sqlite",
    data: Annotated[Path, typer.Option(help="The folder with sales_pipeline.csv and sales_teams.csv.")] = PIPELINE,
    pay: Annotated[Path | None, typer.Option(help="Also write everybody's pay by quarter to this CSV file.")] = None,
) -> None:
    """Send a CRM's pipeline through the webhook intake; print what the product makes of it as one JSON line."""
    if not (data / "sales_pipeline.csv").exists():
        say(f"there is no sales_pipeline.csv in {data}: name its folder with --data")
        raise typer.Exit(2)
    try:
        line = play(data, wire, store, say, pay)
    except FAILURES as failure:
        say(f"{type(failure).__name__}: {failure}")
        raise typer.Exit(1) from failure
    print(json.dumps(line))
    if not line["recomputed_equal"]:
        raise typer.Exit(1)


def say(line: str) -> None:
    """Tell the person who waits; standard output is for the one line."""
    print(line, file=sys.stderr, flush=True)
