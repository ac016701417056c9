"""`attain faults`: what goes wrong in production, tried on real processes, and everything that was written checked."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from attain.broker import BrokerDidNotStart
from attain.cluster import ServerDidNotStart
from attain.faults.ground import Ground, ground
from attain.faults.guards import GUARDS, GuardIsUnknown, take_out
from attain.faults.picture import Picture
from attain.faults.scenarios import FAULTS, UNDISTURBED
from attain.faults.trial import Fault, Outcome, attempt
from attain.jars import KafkaIsMissing

FINDING_LENGTH_MAX = 400

shown = Console(stderr=True, highlight=False, soft_wrap=True)


def faults(
    names: Annotated[list[str] | None, typer.Argument(help="Which ones; all if none is named.")] = None,
    without: Annotated[str, typer.Option(help=f"Take a guard out and see it noticed: {', '.join(GUARDS)}.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only say which there are.")] = False,
    thorough: Annotated[bool, typer.Option("--all-findings", help="Print every finding, not the first.")] = False,
    logs: Annotated[Path | None, typer.Option(help="Keep what the processes said in this folder.")] = None,
) -> None:
    """Try faults on real processes, PostgreSQL and Kafka: a line each, then one JSON line; exit code 1 if any fails."""
    chosen = [each for each in FAULTS if not names or each.name in names]
    unknown = set(names or ()) - {each.name for each in FAULTS}
    if listed or unknown:
        say_which(sorted(unknown))
        raise typer.Exit(2 if unknown else 0)
    try:
        take_out(without)
        with ground() as stands_on:
            outcomes = asyncio.run(tried(stands_on, chosen, without, logs, thorough=thorough))
    except (GuardIsUnknown, KafkaIsMissing, BrokerDidNotStart, ServerDidNotStart) as problem:
        shown.print(f"[red]{problem}[/red]")
        raise typer.Exit(2) from problem
    failed = [each.fault for each in outcomes if each.found]
    untried = [each.fault for each in outcomes if each.untried]
    events = sum(each.events for each in outcomes)
    print(json.dumps({"tried": len(outcomes) - len(untried), "failed": failed, "untried": untried, "events": events}))
    if failed:
        raise typer.Exit(1)


async def tried(
    stands_on: Ground, chosen: list[Fault], without: str, logs: Path | None, *, thorough: bool
) -> list[Outcome]:
    """Try the undisturbed run, then each fault, which has to end as that did."""
    first = await attempt(stands_on, UNDISTURBED, None, kept=logs)
    say(first, thorough=thorough)
    outcomes = [first]
    undisturbed: Picture | None = first.seen
    for fault in chosen:
        outcomes.append(await attempt(stands_on, fault, undisturbed, without, logs))
        say(outcomes[-1], thorough=thorough)
    return outcomes


def say(outcome: Outcome, *, thorough: bool) -> None:
    """Print a trial's line, and what was found."""
    verdict = "[red]FAILED[/red]" if outcome.found else "[green]OK[/green]"
    if outcome.untried:
        verdict = f"[yellow]NOT TRIED[/yellow] ({outcome.untried})"
    numbers = f"{outcome.events:>6,} events {outcome.retries:>5,} retries {outcome.seconds:>5.1f} s"
    shown.print(f"{outcome.fault:<16} {numbers}  {verdict}  {outcome.done}")
    for finding in outcome.found if thorough else outcome.found[:1]:
        shown.print(f"{'':<16} {finding[:FINDING_LENGTH_MAX]}", markup=False)


def say_which(unknown: list[str]) -> None:
    """Print the faults that there are, and the names that are none."""
    for name in unknown:
        shown.print(f"[red]there is no fault {name}[/red]")
    for each in FAULTS:
        shown.print(f"{each.name:<16} {each.done}")
