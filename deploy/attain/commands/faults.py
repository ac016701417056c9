"""`attain faults`: what goes wrong in production, tried on real processes, and everything that was written checked."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from attain.broker import BrokerDidNotStart
from attain.cluster import ServerDidNotStart
from attain.faults.ground import Ground, ground
from attain.faults.guards import GUARDS, GuardIsUnknown, check_names
from attain.faults.picture import Picture
from attain.faults.scenarios import FAULTS, UNDISTURBED, WITNESSES
from attain.faults.trial import Fault, Outcome, attempt
from attain.jars import KafkaIsMissing

FINDING_LENGTH_MAX = 400
ALL = "all"
"""Every guard, each in a fault that shows what it is for."""

shown = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A fault to be tried, without a guard that is there against it if one is named: then it has to be noticed."""

    fault: Fault
    without: str = ""


def faults(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which ones; all, and all guards, if none is named.")
    ] = None,
    without: Annotated[str, typer.Option(help=f"Take a guard out and see it noticed: {', '.join(GUARDS)}, all.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only say which there are.")] = False,
    thorough: Annotated[bool, typer.Option("--all-findings", help="Print every finding, not the first.")] = False,
    compared: Annotated[bool, typer.Option("--compare/--no-compare", help="Compare with a run undisturbed.")] = True,
    logs: Annotated[Path | None, typer.Option(help="Keep what the processes said in this folder.")] = None,
) -> None:
    """Try faults on real processes, PostgreSQL and Kafka: a line each, then one JSON line; exit code 1 if any fails."""
    unknown = set(names or ()) - {each.name for each in FAULTS}
    if listed or unknown:
        say_which(sorted(unknown))
        raise typer.Exit(2 if unknown else 0)
    try:
        wanted = trials(names or (), without, compared=compared)
        with ground() as stands_on:
            outcomes = asyncio.run(tried(stands_on, wanted, logs, thorough=thorough))
    except (GuardIsUnknown, KafkaIsMissing, BrokerDidNotStart, ServerDidNotStart) as problem:
        shown.print(f"[red]{problem}[/red]")
        raise typer.Exit(2) from problem
    print(json.dumps(summary(outcomes)))
    if not all(each.is_good for each in outcomes):
        raise typer.Exit(1)


def trials(names: Sequence[str], without: str, *, compared: bool) -> list[Trial]:
    """Return what is to be tried, in order, after the undisturbed run where they are compared with one.

    Raises `GuardIsUnknown`.
    """
    chosen = [each for each in FAULTS if not names or each.name in names]
    witnesses = [Trial(fault=fault, without=guard) for guard, fault in WITNESSES.items()]
    first = [Trial(fault=UNDISTURBED)] if compared else []
    if without == ALL:
        return first + witnesses
    check_names(without)
    faults = [Trial(fault=each, without=without) for each in chosen]
    return first + faults + ([] if names or without else witnesses)


async def tried(stands_on: Ground, wanted: Sequence[Trial], logs: Path | None, *, thorough: bool) -> list[Outcome]:
    """Try one after the other; each has to end as the undisturbed run did, if there was one."""
    outcomes: list[Outcome] = []
    undisturbed: Picture | None = None
    for each in wanted:
        outcome = await attempt(stands_on, each.fault, undisturbed, each.without, logs)
        undisturbed = outcome.seen if each.fault is UNDISTURBED else undisturbed
        outcomes.append(outcome)
        say(outcome, thorough=thorough)
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return what became of all trials."""
    return {
        "tried": sum(not each.untried for each in outcomes),
        "failed": [each.fault for each in outcomes if not each.is_good and not each.without],
        "noticed": [each.without for each in outcomes if each.is_good and each.without],
        "missed": [each.without for each in outcomes if not each.is_good and each.without],
        "untried": [each.fault for each in outcomes if each.untried],
        "events": sum(each.events for each in outcomes),
    }


def say(outcome: Outcome, *, thorough: bool) -> None:
    """Print a trial's line, and what was found."""
    numbers = f"{outcome.events:>6,} events {outcome.retries:>5,} retries {outcome.seconds:>5.1f} s"
    done = f"without {outcome.without}: {outcome.done}" if outcome.without else outcome.done
    shown.print(f"{outcome.fault:<16} {numbers}  {verdict(outcome)}  {done}")
    found = (*outcome.found, *outcome.unmet)
    for finding in found if thorough else found[:1]:
        shown.print(f"{'':<16} {finding[:FINDING_LENGTH_MAX]}", markup=False)


def verdict(outcome: Outcome) -> str:
    """Return a trial's verdict: a fault has to leave nothing to be found, a guard that is missing has to be noticed."""
    if outcome.untried:
        return f"[yellow]NOT TRIED[/yellow] ({outcome.untried})"
    good, bad = ("NOTICED", "MISSED") if outcome.without else ("OK", "FAILED")
    return f"[green]{good}[/green]" if outcome.is_good else f"[red]{bad}[/red]"


def say_which(unknown: list[str]) -> None:
    """Print the faults that there are, and the names that are none."""
    for name in unknown:
        shown.print(f"[red]there is no fault {name}[/red]")
    for each in FAULTS:
        shown.print(f"{each.name:<16} {each.done}")
