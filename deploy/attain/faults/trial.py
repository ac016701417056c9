"""One trial: a fresh rig, the load, a fault in the middle of it, then everything that was written is checked."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from time import perf_counter

from attain.client import Client, connect
from attain.faults import firm
from attain.faults.checking import Expected, findings
from attain.faults.disks import DiskIsMissing
from attain.faults.folding import misfolded
from attain.faults.ground import NAMES, Ground
from attain.faults.history import history
from attain.faults.load import PATIENCE_SECONDS, Load, NeverAcknowledged
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
IMPATIENCE_SECONDS = 15.0
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
    """Something that goes wrong: its name, what is done, and how. `slow` names places that take their time in it.

    `stands_on` lends other ground than all others stand on.
    """

    name: str
    done: str
    play: Scenario
    slow: tuple[str, ...] = ()
    stands_on: Callable[[Ground], AbstractContextManager[Ground]] = nullcontext


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a trial.

    `found` is what the checker says of all that was written, `unmet` what the scenario waited for in vain. `without`
    names the guard that was taken out, `untried` says why the trial did not begin.
    """

    fault: str
    done: str
    without: str = ""
    untried: str = ""
    events: int = 0
    retries: int = 0
    seconds: float = 0
    found: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    seen: Picture | None = None

    @property
    def is_good(self) -> bool:
        """Say whether nothing is wrong, or, without a guard, whether the checker notices that something is."""
        return bool(self.untried or self.found) if self.without else not (self.found or self.unmet)


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
    began, nothing = perf_counter(), Outcome(fault=fault.name, done=fault.done, without=without)
    with tempfile.TemporaryDirectory(prefix="attain-faults-") as name:
        try:
            with fault.stands_on(ground) as lent:
                outcome = await played(lent, fault, undisturbed, nothing, Path(name))
        except DiskIsMissing as missing:
            outcome = replace(nothing, untried=str(missing))
        except Exception as error:
            outcome = replace(nothing, unmet=(f"{type(error).__name__}: {error}",))
        if kept is not None:
            keep_words(Path(name), kept / f"{fault.name}-{without}".rstrip("-"))
    return replace(outcome, seconds=perf_counter() - began)


def keep_words(folder: Path, kept: Path) -> None:
    """Copy what the processes said."""
    kept.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)


async def settled(on: Stage) -> None:
    """Wait until every process is ready and nothing is left to do."""
    await on.rig.get_ready()
    await on.quiet()


async def problem_of(act: Awaitable[None]) -> list[str]:
    """Do something, and say what did not come of it: what was written is looked at all the same."""
    try:
        await act
    except (ActorIsNotReady, NotAsExpected, NeverAcknowledged) as problem:
        return [f"{type(problem).__name__}: {problem}"]
    return []


async def played(ground: Ground, fault: Fault, undisturbed: Picture | None, nothing: Outcome, folder: Path) -> Outcome:
    """Play a fault on a fresh rig and check what was written."""
    issuer = DevelopmentIssuer(folder)
    async with (
        rig(ground, folder) as made,
        connect(made.addresses, issuer, secret_in(folder)) as client,
    ):
        company = firm.firm()
        for stage in company.before:
            await send_stage(client, company, stage, lambda _name, _count: None)
        # Without a guard some requests wait for what is lost.
        patience = IMPATIENCE_SECONDS if nothing.without else PATIENCE_SECONDS
        on = Stage(rig=made, load=Load(client=client, patience_seconds=patience), client=client)
        await on.quiet()
        await made.change(",".join(filter(None, (nothing.without, *fault.slow))))
        unmet = [*await problem_of(fault.play(on)), *await problem_of(settled(on))]
        async with history(made.settings) as written:
            found = list(islice(findings(written, on.load, on.expected), FINDINGS_MAX))
            for ledger in written.ledgers.values():
                found += (await misfolded(ledger))[:FINDINGS_MAX]
            seen_now = await picture(client, written)
            if undisturbed is not None:
                found += islice(seen_now.differences(undisturbed), FINDINGS_MAX)
            return replace(
                nothing,
                events=written.event_count,
                retries=on.load.retries,
                found=tuple(found),
                unmet=tuple(unmet),
                seen=seen_now,
            )
