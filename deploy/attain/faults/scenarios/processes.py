"""Processes that end in the middle of their work, again and again, and are started again."""

import asyncio
from random import Random

from attain.faults.trial import Fault, Scenario, Stage

KILLS = 5
PAUSE_SECONDS_MAX = 1.5


async def nothing(stage: Stage) -> None:
    """Let the load go through undisturbed."""
    async with stage.load.under_way():
        pass


def kills(seed: int) -> Scenario:
    """Kill processes by a seed: which ones, and when."""

    async def play(stage: Stage) -> None:
        random = Random(seed)
        async with stage.load.under_way():
            await stage.sent(0.05)
            for _ in range(KILLS):
                await asyncio.sleep(random.random() * PAUSE_SECONDS_MAX)
                actor = random.choice(list(stage.rig.actors.values()))
                actor.kill()
                await asyncio.sleep(random.random() * PAUSE_SECONDS_MAX)
                actor.start()
                await actor.get_ready()

    return play


async def ends_in_order(stage: Stage) -> None:
    """Tell every process to end, one after the other, and start it again: a release that is rolled out."""
    async with stage.load.under_way():
        await stage.sent(0.1)
        for actor in list(stage.rig.actors.values()):
            await asyncio.to_thread(actor.terminate)
            actor.start()
            await actor.get_ready()


UNDISTURBED = Fault(name="undisturbed", done="nothing", play=nothing)

FAULTS = (
    *(
        Fault(
            name=f"kill-{seed}",
            done=f"kill -9 of {KILLS} processes, any, at any moment (seed {seed})",
            play=kills(seed),
        )
        for seed in (1, 2, 3)
    ),
    Fault(name="roll-out", done="every process ended in order and started again", play=ends_in_order),
)
