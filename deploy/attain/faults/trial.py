"""One trial: a fresh rig, the load, a fault in the middle of it, then everything that was written is checked."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

from attain.client import Client, connect
from attain.faults import firm
from attain.faults.checking import Expected, findings
from attain.faults.folding import misfolded
from attain.faults.ground import NAMES, Ground
from attain.faults.history import history
from attain.faults.load import Load
from attain.faults.picture import Picture, picture
from attain.faults.rig import ActorIsNotReady, Rig, rig
from attain.loading import send_stage
from attain.quiet import watching
from attain.webhooks import secret_in
from edge.clock import utc_now
from edge.issuer import DevelopmentIssuer
from events.running import from_environment

QUIET_SECONDS_MAX = 60.0
FINDINGS_MAX = 20
SEEN_SECONDS = 30.0
POLL_SECONDS = 0.05


class NotAsExpected(Exception):
    """Something that a scenario waits for did not come; the message says what."""


@dataclass(kw_only=True)
class Stage:
    """What a scenario acts on: the rig, the load and a client. It says here what it leaves behind on purpose."""

    rig: Rig
    load: Load
    client: Client
    expected: Expected = field(default_factory=Expected)

    async def sent(self, share: float) -> None:
        """Wait until a share of the load is acknowledged."""
        count = share * sum(map(len, firm.stories()))
        await seen(f"{share:.0%} of the load", lambda: len(self.load.acknowledged) >= count, seconds_max=90)

    def forget_requests(self) -> None:
        """Say that a back-up without what was asked since is in use: what was acknowledged is in the log only."""
        self.expected = replace(self.expected, forgotten=True)

    async def quiet(self) -> None:
        """Wait until all that was sent is told, heard and computed."""
        where = {name: from_environment(name, utc_now, self.rig.settings) for name in NAMES}
        async with watching(where) as watch:
            if not await watch.wait(QUIET_SECONDS_MAX):
                raise NotAsExpected(f"after {QUIET_SECONDS_MAX:.0f} seconds there was still {await watch.backlog()}")


Scenario = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong: its name, what is done, and how. `slow` names places that take their time in it."""

    name: str
    done: str
    play: Scenario
    slow: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a trial. It is good when nothing was found."""

    fault: str
    done: str
    events: int
    retries: int
    seconds: float
    found: tuple[str, ...]
    seen: Picture | None = None


async def seen(what: str, is_so: Callable[[], bool | Awaitable[bool]], seconds_max: float = SEEN_SECONDS) -> None:
    """Wait until something is so. Raises `NotAsExpected`."""
    clock = asyncio.get_running_loop().time
    until = clock() + seconds_max
    while True:
        answer = is_so()
        if answer if isinstance(answer, bool) else await answer:
            return
        if clock() > until:
            raise NotAsExpected(f"{what}: not within {seconds_max:.0f} seconds")
        await asyncio.sleep(POLL_SECONDS)


async def attempt(
    ground: Ground, fault: Fault, undisturbed: Picture | None, without: str = "", kept: Path | None = None
) -> Outcome:
    """Play a fault, check what was written, and compare it with the undisturbed run if there was one.

    `kept` is a folder that gets what the processes of a trial said.
    """
    began = perf_counter()
    with tempfile.TemporaryDirectory(prefix="attain-faults-") as name:
        try:
            outcome = await played(ground, fault, undisturbed, without, Path(name))
        except Exception as error:
            words = f"{type(error).__name__}: {error}"
            outcome = Outcome(fault=fault.name, done=fault.done, events=0, retries=0, seconds=0, found=(words,))
        if kept is not None:
            keep_words(Path(name), kept / fault.name)
    return replace(outcome, seconds=perf_counter() - began)


def keep_words(folder: Path, kept: Path) -> None:
    """Copy what the processes said."""
    kept.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)


async def settled(on: Stage) -> list[str]:
    """Wait until every process is ready and nothing is left to do; say what did not come, so that the rest is seen."""
    try:
        await on.rig.get_ready()
        await on.quiet()
    except (ActorIsNotReady, NotAsExpected) as problem:
        return [f"{type(problem).__name__}: {problem}"]
    return []


async def played(ground: Ground, fault: Fault, undisturbed: Picture | None, without: str, folder: Path) -> Outcome:
    """Play a fault on a fresh rig and check what was written."""
    issuer = DevelopmentIssuer(folder)
    async with (
        rig(ground, folder, without, fault.slow) as made,
        connect(made.addresses, issuer, secret_in(folder)) as client,
    ):
        company = firm.firm()
        for stage in company.before:
            await send_stage(client, company, stage, lambda _name, _count: None)
        on = Stage(rig=made, load=Load(client=client), client=client)
        await on.quiet()
        await fault.play(on)
        late = await settled(on)
        async with history(made.settings) as written:
            found = list(islice(findings(written, on.load, on.expected), FINDINGS_MAX))
            for ledger in written.ledgers.values():
                found += (await misfolded(ledger))[:FINDINGS_MAX]
            seen_now = await picture(client, written)
            if undisturbed is not None:
                found += islice(seen_now.differences(undisturbed), FINDINGS_MAX)
            return Outcome(
                fault=fault.name,
                done=fault.done,
                events=written.event_count,
                retries=on.load.retries,
                seconds=0,
                found=(*found, *late),
                seen=seen_now,
            )
