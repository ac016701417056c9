"""A run with real deals: set up a company, send what its CRM would have sent, ask what came of it, compute it again."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from attain.client import Client, connect
from attain.company import Company
from attain.contracts.topics import CLOUDEVENTS, Findings, inspect_wire, schema_in
from attain.everything import SERVICES
from attain.fleet import Fleet
from attain.loading import BATCH_SIZE, send_batch, send_singly, send_stage
from attain.quiet import watching
from attain.real.figures import Figures, ask_figures
from attain.real.pipeline import ASSUMED, read_company
from attain.real.surroundings import StoreName, WireName, databases, services, topics
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment

SINGLY = 500
"""So many deliveries come one by one, as a CRM sends them; the rest in batches, as one catches up."""

COMPUTING_SECONDS_MAX = 600.0

Say = Callable[[str], None]


class TopicsBreakTheirPromise(Exception):
    """What is on the topics is not what the contracts say; the message begins with the first faults."""

    def __init__(self, findings: Findings) -> None:
        super().__init__("\n".join((*findings.faults, f"{findings.fault_count:,} faults")))


class NotComputed(Exception):
    """Not everything that was sent was computed in time."""


def play(data: Path, wire: WireName, store: StoreName, say: Say, pay: Path | None = None) -> dict[str, Any]:
    """Run the pipeline in `data` through a fresh Attain and return the members of the one line.

    What was told on the way is held against the contracts. Everybody's pay by quarter is written to `pay`, if that is
    named.
    """
    company = read_company(data)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attain-real-")))
        settings = stack.enter_context(databases(store, folder)) | stack.enter_context(topics(wire))
        with services(wire, settings, folder) as fleet:
            where = "in one process" if len(fleet.members) == 1 else f"in {len(fleet.members)} processes"
            say(f"{where} on {store} and {wire}: {len(company.deliveries):,} deliveries to send")
            say(f"assumed: {ASSUMED}")
            figures, deals_per_second = asyncio.run(sent(company, fleet, settings, folder, say))
        check_topics(settings, say)
        equal = recomputed(settings, say)
    if pay is not None:
        figures.write_pay(pay)
    return figures.line(recomputed_equal=equal, deals_per_second=deals_per_second)


async def sent(
    company: Company, fleet: Fleet, settings: Mapping[str, str], folder: Path, say: Say
) -> tuple[Figures, float]:
    """Send a company, wait until all is computed, and return what the product says, and how fast deals went in."""
    where = {name: from_environment(name, utc_now, settings) for name in SERVICES}
    async with connect(fleet.addresses, DevelopmentIssuer(folder), secret_in(folder)) as client:
        await client.wait_until_ready(fleet.check)
        for stage in company.before:
            await send_stage(client, company, stage, lambda _name, _count: None)
            say(f"{stage.name}: {len(stage.requests)} sent")
        seconds = await send_deals(client, company, say)
        async with watching(where) as watch:
            if not await watch.wait(COMPUTING_SECONDS_MAX, lambda _backlog: fleet.check()):
                raise NotComputed(await watch.backlog())
        say("everything is told, heard and computed")
        deals = len({each.data["deal_id"] for each in company.deliveries})
        return await ask_figures(client), deals / seconds


async def send_deals(client: Client, company: Company, say: Say) -> float:
    """Send the deliveries in time order, the first ones singly; return how many seconds it took."""
    began = perf_counter()
    await send_singly(client, company, company.deliveries[:SINGLY], lambda _name, _count: None)
    for start in range(SINGLY, len(company.deliveries), BATCH_SIZE):
        batch = company.deliveries[start : start + BATCH_SIZE]
        await send_batch(client, company, start, batch, lambda _name, _count: None)
        say(f"{start + len(batch):,} deliveries sent")
    return perf_counter() - began


def check_topics(settings: Mapping[str, str], say: Say) -> None:
    """Hold every message that the services told against its contract. Raises `TopicsBreakTheirPromise`."""
    wire_url = from_environment("goals", utc_now, settings).wire_url
    findings = asyncio.run(inspect_wire(wire_url, schema_in(CLOUDEVENTS)))
    if findings.fault_count:
        raise TopicsBreakTheirPromise(findings)
    say(f"{findings.counts.total():,} messages on the topics, all as their contracts say")


def recomputed(settings: Mapping[str, str], say: Say) -> bool:
    """Let a fresh process compute every statement again from compensation's own log, and compare."""
    url = from_environment("compensation", utc_now, settings).database_url
    done = subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "attain.real.recomputing", url],
        check=False,
        env=dict(os.environ) | dict(settings),
        stdout=subprocess.PIPE,
        text=True,
    )
    say(f"computed again: {done.stdout.strip() or 'failed'}")
    return bool(done.stdout) and bool(json.loads(done.stdout)["equal"])
