"""What all runs stand on: one PostgreSQL server and one Kafka broker; for each run fresh databases and fresh topics."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiokafka.errors import TopicAlreadyExistsError

from attain.broker import Broker, temporary_broker
from attain.cluster import Server, temporary_server
from attain.faults.disks import Disk, DiskIsMissing, small_disk
from attain.webhooks import let_crm_deliver
from events.generations import topic_of
from events.wire.kafka.settings import settings_of
from events.wire.kafka.topics import asking, create_topics, known_topics

NAMES = ("goals", "performance", "compensation")
"""The services that take part. Feedback hears as the others do, and nobody hears from it what moves money."""

SESSION_SECONDS = 3
"""After how much silence a member's places go to others: less than in production, so that a run need not wait."""

POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The server and the broker; both can be stopped and started again. `disk` is the small one that they stand on."""

    server: Server
    broker: Broker
    disk: Disk | None = None

    @property
    def small(self) -> Disk:
        """The small disk. Raises `DiskIsMissing` on ground without one."""
        if self.disk is None:
            raise DiskIsMissing("this ground is on no small disk")
        return self.disk

    @asynccontextmanager
    async def plot(self, folder: Path) -> AsyncGenerator[dict[str, str]]:
        """Lend fresh databases and topics, as settings for the services."""
        await renew(self.broker.url, [topic_of(name) for name in NAMES])
        urls = {name: self.server.create_database(f"faults_{name}") for name in (*NAMES, "keys")}
        try:
            yield settings_for(folder, urls, self.broker.url)
        finally:
            for url in urls.values():
                await asyncio.to_thread(self.server.drop_database, url)


@contextmanager
def ground() -> Generator[Ground]:
    """Run a server and a broker of this process's own."""
    with temporary_server(fsync=False) as server, temporary_broker() as broker:
        yield Ground(server=server, broker=broker)


@dataclass(frozen=True, kw_only=True)
class Files(Ground):
    """Ground on which the services have no server and no broker, only files on the small disk."""

    @asynccontextmanager
    async def plot(self, folder: Path) -> AsyncGenerator[dict[str, str]]:
        """Lend an empty folder, as settings for the services."""
        disk = tempfile.mkdtemp(dir=self.small.folder)
        yield settings_for(
            folder,
            {name: f"sqlite:///{disk}/{name}.sqlite" for name in (*NAMES, "keys")},
            f"sqlite:///{disk}/wire.sqlite",
        )


@contextmanager
def server_on_a_small_disk(ground: Ground) -> Generator[Ground]:
    """Lend ground whose server has all its files on a small disk. Raises `DiskIsMissing`."""
    with small_disk() as disk, temporary_server(fsync=False, disk=disk.folder) as server:
        yield replace(ground, server=server, disk=disk)


@contextmanager
def files_on_a_small_disk(ground: Ground) -> Generator[Ground]:
    """Lend ground of files on a small disk. Raises `DiskIsMissing`."""
    with small_disk() as disk:
        yield Files(server=ground.server, broker=ground.broker, disk=disk)


def settings_for(folder: Path, urls: Mapping[str, str], wire_url: str) -> dict[str, str]:
    """Return what the services are told of their surroundings."""
    said = {f"ATTAIN_{name.upper()}_DATABASE_URL": urls[name] for name in NAMES}
    said |= {
        "ATTAIN_FOLDER": str(folder),
        "ATTAIN_KEYS_URL": urls["keys"],
        "ATTAIN_WIRE_URL": wire_url,
        "ATTAIN_KAFKA_SESSION_SECONDS": str(SESSION_SECONDS),
        "ATTAIN_DRAIN_SECONDS": "0",
    }
    let_crm_deliver(folder, said)
    return said


async def renew(wire_url: str, topics: Sequence[str]) -> None:
    """Take all topics of a broker away, and make these anew."""
    settings = settings_of(wire_url)
    old = [topic for topic in await known_topics(settings) if topic.startswith("attain.")]
    await delete(wire_url, old)
    while True:
        try:
            await create_topics(settings, topics)
        except TopicAlreadyExistsError:
            await asyncio.sleep(POLL_SECONDS)
        else:
            return


async def delete(wire_url: str, topics: Sequence[str]) -> None:
    """Take topics away, as a person may by mistake."""
    if not topics:
        return
    async with asking(settings_of(wire_url)) as admin:
        await admin.delete_topics(list(topics))
    while set(topics) & await known_topics(settings_of(wire_url)):  # noqa: ASYNC110 a broker tells nobody
        await asyncio.sleep(POLL_SECONDS)
