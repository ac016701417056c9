"""`attain serve`: one service in a process, as production runs it."""

import os
from typing import Annotated, Literal, TypeAlias

import typer
from rich.console import Console

from attain.everything import app_of, surroundings_of
from attain.process import DidNotStart, PortIsTaken, bind, run_to_end, serve
from edge.issuer import IssuerIsForDevelopment
from events.running import SettingIsWrong

ServiceName: TypeAlias = Literal["goals", "performance", "compensation", "feedback"]
Role: TypeAlias = Literal["api", "worker"]

FAILURES = (PortIsTaken, DidNotStart, IssuerIsForDevelopment, SettingIsWrong)
"""What ends the command with one line instead of a traceback."""


def serve_service(
    service: Annotated[ServiceName, typer.Argument(help="Which of the services.")],
    role: Annotated[
        Role | None,
        typer.Option(help="api answers requests, worker runs the loops; as ATTAIN_ROLES says if not given, else both."),
    ] = None,
    host: Annotated[str, typer.Option(envvar="ATTAIN_HOST", help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65_535, help="0 takes any free one.")] = 8_000,
    log_level: Annotated[str, typer.Option(envvar="ATTAIN_LOG_LEVEL", help="DEBUG, INFO, WARNING, …")] = "INFO",
) -> None:
    """Run one service until it is told to stop; a worker answers only /livez, /readyz and /metrics."""
    if role is not None:
        os.environ["ATTAIN_ROLES"] = role
    try:
        app = app_of(service, surroundings_of(service))
        run_to_end(serve(app, bind(host, port), log_level=log_level))
    except FAILURES as failure:
        Console(highlight=False, stderr=True).print(f"[red]{failure}[/red]", soft_wrap=True)
        raise typer.Exit(1) from failure
