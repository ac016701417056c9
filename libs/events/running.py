"""A service that runs: its store, its keys, its wire, and the loops that relay, hear and derive."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from events import consumer, deriver, expiry, relay
from events.deriving import Derivation
from events.domain import Value
from events.generations import topic_of
from events.journal import Clock
from events.language.catalogue import told_by
from events.opening import Store, open_store
from events.personal import KeyStore, master_key_in, open_keys
from events.projector import Projection
from events.recovering import Recover, Recovery, nothing
from events.relay import Publish
from events.standing import Lookout
from events.stops import Stops
from events.store.codec import Codec, Upcaster
from events.store.ids import Ids, new_id
from events.telemetry import SILENT, Telemetry
from events.wire.opening import open_wire
from events.wire.promises import Wire

API = "api"
WORKER = "worker"
MODE_VARIABLE = "ATTAIN_MODE"
PRODUCTION = "production"
KEY_DIGITS = 64
RETRY_SECONDS = 1.0
LAG_MAX = 100_000
DRAIN_SECONDS = 1.0
STOP_AGAIN_SECONDS = 2.0
"""Longer than a batch may take (`undivided`)."""

_log = logging.getLogger("attain.running")


class SettingIsWrong(Exception):
    """The environment says something that cannot be, or does not say what production needs; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """What makes a service: its name, the events that it knows, its read models, what it tells and whom it hears."""

    name: str
    types: tuple[type[Value], ...]
    projections: tuple[Projection[Any], ...]
    publish: Publish
    derivations: tuple[Derivation[Any, Any], ...] = ()
    recover: Recover = nothing
    """Undoes `publish`, for a log that lost what others have heard."""
    hears: tuple[str, ...] = ()
    deliveries_kept_days: int | None = None
    """For how long raw deliveries can be read, for a service that takes them."""
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    upcasters: Mapping[str, tuple[Upcaster, ...]] = field(default_factory=dict[str, tuple[Upcaster, ...]])

    def codec(self) -> Codec:
        """Return the codec of its events."""
        return Codec(self.types, renamed=self.renamed, upcasters=self.upcasters)

    def recovery(self) -> Recovery:
        """Return how its events come back."""
        return Recovery(service=self.name, contracts=Codec(told_by(self.name)), recover=self.recover)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Where a service runs: its database, the key store, the wire, and which of its roles this process plays.

    `master_key` seals the keys of the key store, 32 bytes; one is made in `folder` where none is given.
    """

    database_url: str
    keys_url: str
    wire_url: str
    folder: Path
    clock: Clock
    wire: Wire | None = None
    """A wire that somebody else opened and closes: services of one process share it, and wake each other."""
    master_key: bytes | None = None
    roles: frozenset[str] = frozenset({API, WORKER})
    ids: Ids = new_id
    lag_max: int = LAG_MAX
    """How many events or messages it may be behind and still be ready to serve."""

    drain_seconds: float = DRAIN_SECONDS
    """How long it goes on answering when it was told to stop, until those who ask it know."""

    @property
    def wire_system(self) -> str:
        """What carries the wire, as telemetry names it: kafka or sqlite."""
        return self.wire_url.partition(":")[0]


def from_environment(
    name: str, clock: Callable[[], datetime], environment: Mapping[str, str] | None = None
) -> Surroundings:
    """Return a service's surroundings as the environment says; SQLite files in one folder where it says nothing.

    In production nothing is guessed. Raises `SettingIsWrong`.
    """
    said = os.environ if environment is None else environment
    folder = Path(said.get("ATTAIN_FOLDER", "var")).absolute()
    database = f"ATTAIN_{name.upper()}_DATABASE_URL"
    if is_production(said):
        require(said, (database, "ATTAIN_KEYS_URL", "ATTAIN_WIRE_URL", "ATTAIN_MASTER_KEY"))
    return Surroundings(
        database_url=said.get(database, f"sqlite:///{folder}/{name}.db"),
        keys_url=said.get("ATTAIN_KEYS_URL", f"sqlite:///{folder}/keys.db"),
        wire_url=said.get("ATTAIN_WIRE_URL", f"sqlite:///{folder}/wire.db"),
        folder=folder,
        clock=clock,
        master_key=master_key_of(said.get("ATTAIN_MASTER_KEY")),
        roles=roles_of(said.get("ATTAIN_ROLES", f"{API},{WORKER}")),
        lag_max=int(said.get("ATTAIN_LAG_MAX", LAG_MAX)),
        drain_seconds=float(said.get("ATTAIN_DRAIN_SECONDS", DRAIN_SECONDS)),
    )


def is_production(said: Mapping[str, str]) -> bool:
    """Say whether an environment is where real people's pay is."""
    return said.get(MODE_VARIABLE, "").strip().lower() == PRODUCTION


def require(said: Mapping[str, str], names: Sequence[str]) -> None:
    """Raise `SettingIsWrong` unless all these are said."""
    missing = [name for name in names if not said.get(name)]
    if missing:
        message = f"these have to be set: {', '.join(missing)}"
        raise SettingIsWrong(message)


def master_key_of(said: str | None) -> bytes | None:
    """Return the key that seals all others, if one is said. Raises `SettingIsWrong`, and never repeats it."""
    if said is None:
        return None
    try:
        key = bytes.fromhex(said)
    except ValueError:
        key = b""
    if len(key) * 2 != KEY_DIGITS:
        message = f"ATTAIN_MASTER_KEY is {KEY_DIGITS} hexadecimal digits"
        raise SettingIsWrong(message)
    return key


def roles_of(said: str) -> frozenset[str]:
    """Return the roles in a list with commas. Raises `SettingIsWrong`."""
    roles = frozenset(role.strip() for role in said.split(","))
    if unknown := roles - {API, WORKER}:
        message = f"ATTAIN_ROLES is {API}, {WORKER} or both with a comma, not {', '.join(sorted(unknown)) or 'nothing'}"
        raise SettingIsWrong(message)
    return roles


@dataclass(frozen=True, kw_only=True)
class Running:
    """A service that runs, and what its routes use."""

    store: Store
    keys: KeyStore
    wire: Wire
    lookout: Lookout
    stopped: Mapping[str, str] = field(default_factory=dict[str, str])
    """Topics that its loops have stopped, each with why and what to do. A service with any is not ready."""


@asynccontextmanager
async def running(
    blueprint: Blueprint, surroundings: Surroundings, telemetry: Telemetry = SILENT
) -> AsyncGenerator[Running]:
    """Open a service and run its loops; at the end stop them, then close what was opened."""
    topics = [topic_of(name) for name in (blueprint.name, *blueprint.hears)]
    wire = surroundings.wire or await open_wire(surroundings.wire_url, topics)
    master_key = surroundings.master_key or master_key_in(surroundings.folder)
    keys = await open_keys(surroundings.keys_url, master_key)
    store = await open_store(
        surroundings.database_url,
        codec=blueprint.codec(),
        clock=surroundings.clock,
        projections=blueprint.projections,
        derivations=blueprint.derivations,
        ids=surroundings.ids,
        telemetry=telemetry,
    )
    lookout = Lookout(store.journal, wire, blueprint.hears)
    stops = Stops()
    loops = start(blueprint, store, keys, wire, stops) if WORKER in surroundings.roles else []
    try:
        yield Running(store=store, keys=keys, wire=wire, lookout=lookout, stopped=stops.reasons)
    finally:
        await stop(loops)
        await lookout.close()
        await store.close()
        await keys.close()
        if surroundings.wire is None:
            await wire.aclose()


def start(blueprint: Blueprint, store: Store, keys: KeyStore, wire: Wire, stops: Stops) -> list[asyncio.Task[None]]:
    """Start the loops of a service."""
    journal = store.journal
    loops: dict[str, Callable[[], Awaitable[None]]] = {
        "relay": lambda: relay.run(journal, wire, blueprint.name, blueprint.publish, stops)
    }
    if blueprint.derivations:
        loops["deriver"] = lambda: deriver.run(journal)
    days_kept = blueprint.deliveries_kept_days
    if days_kept is not None:
        loops["expiry"] = lambda: expiry.run(journal, keys, days_kept)
    if blueprint.hears:
        loops["consumer"] = lambda: consumer.run(journal, wire, blueprint.name, blueprint.hears, stops)
    return [
        asyncio.create_task(keep_running(f"{blueprint.name} {name}", loop), name=f"{blueprint.name} {name}")
        for name, loop in loops.items()
    ]


async def keep_running(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop for ever; when it fails, say so and start it again from its mark."""
    while True:
        try:
            await loop()
        except Exception:
            _log.exception("%s failed and starts again", name)
            await asyncio.sleep(RETRY_SECONDS)


async def stop(loops: Collection[asyncio.Task[None]], again_seconds: float = STOP_AGAIN_SECONDS) -> None:
    """Stop loops, each when its batch is done, and wait until they have.

    One that goes on all the same is told again: what it waits for may have taken the word for its own.
    """
    waiting = set(loops)
    while waiting:
        for loop in waiting:
            loop.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=again_seconds)
