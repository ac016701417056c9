"""Where a run with real deals takes place: a fresh folder, fresh databases, a fresh wire, and the services in them."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

from attain.broker import temporary_broker
from attain.cluster import temporary_server
from attain.commands.topics import looked_at
from attain.everything import SERVICES
from attain.fleet import Fleet, apart, together
from events.wire.kafka.settings import settings_of

StoreName: TypeAlias = Literal["sqlite", "postgres"]
WireName: TypeAlias = Literal["embedded", "kafka"]


@contextmanager
def databases(store: StoreName, folder: Path) -> Generator[dict[str, str]]:
    """Lend fresh databases, four and one for the keys, as settings for the services."""
    settings = {"ATTAIN_FOLDER": str(folder)}
    if store == "sqlite":
        yield settings
        return
    with temporary_server(fsync=True) as server:
        urls = {f"ATTAIN_{name.upper()}_DATABASE_URL": server.create_database(f"attain_{name}") for name in SERVICES}
        yield settings | urls | {"ATTAIN_KEYS_URL": server.create_database("attain_keys")}


@contextmanager
def topics(wire: WireName, *, quick: bool = True) -> Generator[dict[str, str]]:
    """Lend a fresh wire with its topics, as settings for the services. The embedded one lies in their folder.

    A broker that is not `quick` to start is quicker afterwards.
    """
    if wire == "embedded":
        yield {}
        return
    with temporary_broker(quick=quick) as broker:
        asyncio.run(looked_at(settings_of(broker.url), make=True))
        yield {"ATTAIN_WIRE_URL": broker.url}


def services(wire: WireName, settings: Mapping[str, str], folder: Path) -> AbstractContextManager[Fleet]:
    """Run the services: on Kafka each role of each in a process of its own, on the embedded wire all in one."""
    return together(settings, folder) if wire == "embedded" else apart(settings, folder)
