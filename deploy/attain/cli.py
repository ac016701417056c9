"""The command line: `attain`. Each command lives in a file of its own."""

import typer

from attain.commands import (
    contracts,
    export,
    faults,
    frozen,
    lag,
    migrate,
    parked,
    real,
    rebuild,
    recompute,
    relay,
    republish,
    restored,
    run,
    serve,
    token,
    topics,
    verify,
)

app = typer.Typer(
    help="Attain: sales performance management on one history.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command("run")(run.run)
app.command("serve")(serve.serve_service)
app.command("token")(token.token)
app.command("real")(real.real)
app.command("faults")(faults.faults)
app.command("topics")(topics.topics)
app.command("migrate")(migrate.migrate)
app.add_typer(relay.app, name="relay")
app.command("lag")(lag.lag)
app.add_typer(parked.app, name="parked")
app.command("rebuild")(rebuild.rebuild)
app.command("recompute")(recompute.recompute)
app.add_typer(export.app, name="export")
app.command("verify")(verify.verify)
app.command("republish")(republish.republish)
app.command("restored")(restored.restored)
app.add_typer(frozen.app, name="frozen")
app.add_typer(contracts.app, name="contracts")


def main() -> None:
    """Run the command that the arguments name."""
    app()


if __name__ == "__main__":
    main()
