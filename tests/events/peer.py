"""What another process does at the store: `python -m tests.events.peer act '{"url": …}'`. Prints one JSON line."""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from events import deriver, rebuild
from events.asking import Asking, Done
from events.domain import Refused
from events.execute import Step, execute_all
from events.opening import Store
from tests.events.harvest import ESTATES, HARVESTS
from tests.events.orchard import TREE, Pick, PickOneMore, Plant
from tests.events.stores import asking, open_orchard

TASKS = 4
ORCHARDS = ("east", "north", "west")
KEYS = tuple(f"t{number:02}" for number in range(12))


async def attempt(store: Store, steps: list[Step], asked: Asking) -> Done | str:
    """Run a unit and return its answer, or the name of what it was refused with."""
    try:
        return await execute_all(store, steps, asked)
    except Refused as refusal:
        return type(refusal).__name__


def some_steps(chance: random.Random) -> list[Step]:
    """Return commands to some of the trees that everybody wants."""
    return [
        Step(
            decider=TREE,
            key=key,
            command=PickOneMore(baskets=chance.randint(1, 2)) if chance.random() < 0.98 else Plant(),
        )
        for key in chance.sample(KEYS, chance.randint(1, 3))
    ]


async def write(store: Store, said: dict[str, Any]) -> list[Any]:
    """Send random units to shared trees from many tasks; return all answers."""

    async def send(seed: int) -> list[Any]:
        chance = random.Random(seed)  # noqa: S311 a schedule, not a secret
        return [await attempt(store, some_steps(chance), asking(actor=said["actor"])) for _ in range(said["units"])]

    answers = await asyncio.gather(*(send(said["seed"] * 1000 + task) for task in range(TASKS)))
    return [each for sent in answers for each in sent]


async def repeat(store: Store, said: dict[str, Any]) -> list[Any]:
    """Send the same requests as everybody else, one after the other."""
    answers: list[Any] = []
    for number in range(said["requests"]):
        steps = [Step(decider=TREE, key=key, command=Pick()) for key in KEYS[number % 3 : number % 3 + 2]]
        answers.append(await attempt(store, steps, asking(key=f"request-{number}")))
    return answers


async def farm(store: Store, said: dict[str, Any]) -> int:
    """Plant and pick everybody's trees one after the other, and derive what follows at the same time, by two workers.

    Returns how many keys they derived.
    """
    working = asyncio.gather(*(work_on(store, said, task) for task in range(TASKS)))

    async def follow() -> int:
        count = 0
        while not working.done():
            count += await deriver.derive_marked(store.journal)
            await asyncio.sleep(0)
        return count

    counts = await asyncio.gather(follow(), follow())
    await working
    return sum(counts)


async def work_on(store: Store, said: dict[str, Any], task: int) -> None:
    """Plant trees in orchards of two and pick from them: each of everybody's tasks picks from each."""
    for number in range(said["trees"]):
        orchard = f"estate{number // 4}.orchard{number // 2}"
        await attempt(store, [Step(decider=TREE, key=f"t{number}", command=Plant(orchard=orchard))], asking())
        await attempt(store, [Step(decider=TREE, key=f"t{number}", command=Pick(baskets=(task + 1,)))], asking())


async def rebuild_again(store: Store, said: dict[str, Any]) -> int:
    """Build all read models anew, again and again; return how often."""
    for _ in range(said["times"]):
        await rebuild.rebuild(store.journal)
    return int(said["times"])


ACTS: dict[str, Callable[[Store, dict[str, Any]], Awaitable[Any]]] = {
    "write": write,
    "repeat": repeat,
    "farm": farm,
    "rebuild": rebuild_again,
}
ACTS_OF_A_FARM = ("farm", "rebuild")


async def act(name: str, said: dict[str, Any]) -> None:
    """Open the store, wait for the word, act, and print the answer."""
    store = await open_orchard(said["url"], derivations=(HARVESTS, ESTATES) if name in ACTS_OF_A_FARM else ())
    say(b"ready")
    await asyncio.to_thread(sys.stdin.readline)
    answer = await ACTS[name](store, said)
    await store.close()
    say(msgspec.json.encode(answer))


def say(line: bytes) -> None:
    """Tell the test, at once."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(act(sys.argv[1], msgspec.json.decode(sys.argv[2])))
