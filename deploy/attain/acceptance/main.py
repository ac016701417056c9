"""`make acceptance`: published plans through the public HTTP API of one running product, held against their figures.

Every row has a plan and people of its own in one company, so that all of them are run at once.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from attain.acceptance.accelerators import ACCELERATORS, ACCUMULATION
from attain.acceptance.clawbacks import CLAWBACKS
from attain.acceptance.currencies import CURRENCIES
from attain.acceptance.derived import DERIVED
from attain.acceptance.draws import DRAWS
from attain.acceptance.example import Case, Example
from attain.acceptance.limits import LIMITS
from attain.acceptance.marginal import MARGINAL
from attain.acceptance.matrices import MATRICES, WEIGHTED
from attain.acceptance.missing import LATER, MISSING
from attain.acceptance.outcome import Outcome, exit_code, not_run, said
from attain.acceptance.reading import shown
from attain.acceptance.retroactive import RETROACTIVE
from attain.acceptance.sending import NOBODY_YET, company_of, person_id_of
from attain.acceptance.splits import SPLITS
from attain.client import Client, NotReady, RequestWasRefused, connect
from attain.everything import SERVICES
from attain.fleet import Fleet, ServerStopped, together
from attain.loading import DeliveryWasParked, load
from attain.quiet import watching
from attain.real.playing import NotComputed
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment

EXAMPLES: tuple[Example, ...] = (
    *MARGINAL,
    *RETROACTIVE,
    *MATRICES,
    *ACCELERATORS,
    *ACCUMULATION,
    *SPLITS,
    *DRAWS,
    *CLAWBACKS,
    *LIMITS,
    *WEIGHTED,
    *DERIVED,
    *CURRENCIES,
)

COMPUTING_SECONDS_MAX = 120.0


FAILURES = (NotReady, NotComputed, ServerStopped, RequestWasRefused, DeliveryWasParked)
"""What ends the run with one line instead of a traceback: no row can be told."""


def run() -> list[Outcome]:
    """Run every example through a fresh product, in one process on SQLite."""
    with tempfile.TemporaryDirectory(prefix="attain-acceptance-") as name:
        folder = Path(name)
        settings = {"ATTAIN_FOLDER": name}
        with together(settings, folder) as fleet:
            return asyncio.run(tried(fleet, settings, folder))


async def tried(fleet: Fleet, settings: Mapping[str, str], folder: Path) -> list[Outcome]:
    """Send all examples, wait until everything is computed, and read every statement."""
    where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
    async with connect(fleet.addresses, DevelopmentIssuer(folder), secret_in(folder)) as client:
        await client.wait_until_ready(fleet.check)
        await load(client, NOBODY_YET, unseen)
        refusals = await asyncio.gather(*(refused(client, example) for example in EXAMPLES))
        async with watching(where) as watch:
            if not await watch.wait(COMPUTING_SECONDS_MAX, lambda _backlog: fleet.check()):
                raise NotComputed(await watch.backlog())
        return [await outcome(client, example, refusal) for example, refusal in zip(EXAMPLES, refusals, strict=True)]


async def refused(client: Client, example: Example) -> str | None:
    """Send an example. Returns what was refused of it, if anything was."""
    try:
        for name, case in named(example):
            await load(client, company_of(case, name), unseen)
    except (RequestWasRefused, DeliveryWasParked) as refusal:
        return str(refusal)
    return None


async def outcome(client: Client, example: Example, refusal: str | None) -> Outcome:
    """Read the figures of an example."""
    expected = tuple(figure.expected for case in example.cases for figure in case.figures)
    got = [refusal] if refusal is not None else [each for case in named(example) for each in await read(client, *case)]
    return Outcome(id=example.id, expected=expected, got=tuple(got), note=example.note)


async def read(client: Client, name: str, case: Case) -> list[str]:
    """Read the figures of a case from the statements of its people."""
    return [
        shown(
            figure,
            await client.ask(f"/compensation/v1/statements/{person_id_of(name, figure.person)}", period=figure.period),
            name,
        )
        for figure in case.figures
    ]


def named(example: Example) -> list[tuple[str, Case]]:
    """Return the cases of an example with their names."""
    return [(f"{example.id.lower()}-{number}", case) for number, case in enumerate(example.cases, 1)]


def unseen(_name: str, _count: int) -> None:
    """Show no progress: it takes seconds."""


def main() -> int:
    """Run the examples, say what came of each row, and return the exit code."""
    try:
        rows = [*run(), *not_run("missing", MISSING), *not_run("later", LATER)]
    except FAILURES as failure:
        print(f"{type(failure).__name__}: {failure}", file=sys.stderr)
        return 1
    print("\n".join(said(rows)))
    return exit_code(rows)


if __name__ == "__main__":
    sys.exit(main())
