"""A journey over Kafka to be measured: from a log that tells, by a topic of its own, to a log that hears."""

import secrets
import string
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec

from attain.bench.log import BATCH, Databases
from attain.bench.sample import SALE, SALES, MakeSale, SaleMade, asking
from edge.clock import utc_now
from events import generations
from events.bookmarks import bookmarks_of
from events.domain import Recorded
from events.execute import Step, execute_all
from events.opening import Store, open_store
from events.store.codec import Codec
from events.wire.opening import open_wire
from events.wire.promises import PARTITIONS, Place

NAME_LENGTH = 12


class SaleMadeV1(SaleMade):
    """Something was sold: what others hear of it."""


def publish(recorded: Recorded[Any]) -> SaleMadeV1:
    """Tell of every sale."""
    return SaleMadeV1(**msgspec.structs.asdict(recorded.event))


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A log that tells, one that hears, and the topic between them, where nothing has been told yet."""

    service: str
    kafka_url: str
    teller_url: str
    listener_url: str
    teller: Store
    listener: Store

    @property
    def topic(self) -> str:
        """Where messages travel."""
        return generations.topic_of(self.service)

    @property
    def floor(self) -> str:
        """Where the floor sends."""
        return f"{self.topic}.floor"

    async def fill(self, count: int) -> None:
        """Add events to the log that tells."""
        command = MakeSale(amount=Decimal("12.50"), person_id="ada")
        before = (await self.teller.read(generations.how_far)).last
        for start in range(before, before + count, BATCH):
            steps = [Step(decider=SALE, key=f"new-{start + n}", command=command, is_new=True) for n in range(BATCH)]
            await execute_all(self.teller, steps, asking())

    async def told(self) -> int:
        """Return how many events were published."""
        return (await self.teller.read(generations.how_far)).position

    async def heard(self) -> int:
        """Return how many messages the listener's marks cover."""
        places = [Place(topic=self.topic, partition=partition) for partition in range(PARTITIONS)]
        marks = await self.listener.read(lambda reading: bookmarks_of(reading, places))
        return sum(mark.position for mark in marks.values())


async def open_teller(url: str) -> Store:
    """Open the log that tells."""
    return await open_store(url, codec=Codec([SaleMade, SaleMadeV1]), clock=utc_now)


async def open_listener(url: str, service: str) -> Store:
    """Open the log that hears, with a read model of what it hears."""
    hears = replace(SALES, kind=f"heard-{service}-sale")
    return await open_store(url, codec=Codec([SaleMadeV1]), clock=utc_now, projections=[hears])


@asynccontextmanager
async def journey(databases: Databases, kafka_url: str) -> AsyncGenerator[Journey]:
    """Make a journey: fresh databases and fresh topics."""
    service = "bench" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(NAME_LENGTH))
    teller_url, listener_url = await databases(), await databases()
    made = Journey(
        service=service,
        kafka_url=kafka_url,
        teller_url=teller_url,
        listener_url=listener_url,
        teller=await open_teller(teller_url),
        listener=await open_listener(listener_url, service),
    )
    wire = await open_wire(kafka_url)
    for topic in (made.topic, made.floor):
        await wire.create(topic)
    await wire.aclose()
    yield made
    await made.teller.close()
    await made.listener.close()
