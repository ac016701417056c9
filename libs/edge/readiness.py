"""What has to be so for a service to be asked: its database and wire answer, and it is neither behind nor stopped."""

import asyncio
from collections.abc import Callable
from functools import partial

from sqlalchemy import text

from edge.health import Check
from events.generations import topic_of
from events.running import Running
from events.standing import Standing
from events.store.migrate import is_of_this_release
from events.store.session import Reading

LOOK_SECONDS_MAX = 2.0


class NotReady(Exception):
    """A service must not be asked yet, or any more. The message says why."""


def checks(name: str, service: Running, lag_max: int) -> dict[str, Check]:
    """Return what has to be so; `lag_max` is how many events or messages a service may be behind."""
    return {
        "database": partial(database, service),
        "wire": partial(wire, service, name),
        "lag": partial(lag, service, lag_max),
        "migrations": partial(migrations, service),
        "topics": partial(topics, service),
    }


async def database(service: Running) -> None:
    """Ask the database for anything."""

    def one(reading: Reading) -> bool:
        return reading.scalar(text("SELECT 1")) == 1

    await service.store.read(one)


async def wire(service: Running, name: str) -> None:
    """Ask the wire how far the service's own topic goes."""
    await service.wire.ends(topic_of(name))


async def lag(service: Running, lag_max: int) -> None:
    """Raise `NotReady` when the service is too far behind."""
    behind = (await service.lookout.look()).lag
    if behind > lag_max:
        raise NotReady(f"{behind} events or messages behind, more than {lag_max}")


async def migrations(service: Running) -> None:
    """Raise `NotReady` when the database's tables are not those of this release."""
    if not await service.store.read(is_of_this_release):
        raise NotReady("the database's tables are those of another release")


async def topics(service: Running) -> None:
    """Raise `NotReady` when a topic is not written or read on and needs a person."""
    if service.stopped:
        raise NotReady("; ".join(service.stopped.values()))


def looking(service: Running) -> Callable[[], Standing | None]:
    """Return what asks, from another thread, how a service stands; nothing comes of it when nobody answers in time."""
    loop = asyncio.get_running_loop()

    def look() -> Standing | None:
        if loop.is_closed():
            return None
        asked = asyncio.run_coroutine_threadsafe(service.lookout.look(), loop)
        try:
            return asked.result(LOOK_SECONDS_MAX)
        except Exception:  # whatever it is, readiness says it; the other numbers are still worth reading
            asked.cancel()
            return None

    return look
