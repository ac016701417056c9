"""An orchard whose database may be put back to an older day: how it is backed up, and what brings its events back."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from attain.cluster import Server
from events import generations
from events.domain import Recorded, Value
from events.opening import Store
from events.recovering import Recovery
from events.restoring import Restoration, restore
from events.store.codec import Codec
from events.wire.cloudevents import from_message
from events.wire.promises import Place, Wire
from tests.conftest import SERVER
from tests.events.grocer import KNOWN, ApplesPickedV1, TreePlantedV1
from tests.events.harvest import HARVESTS
from tests.events.orchard import ApplesPicked, TreePlanted
from tests.events.stores import open_orchard
from tests.events.trade import Trade, until


def recover(recorded: Recorded[Any]) -> Value | None:
    """Return the event that the grocer heard of."""
    match recorded.event:
        case TreePlantedV1(orchard=orchard):
            return TreePlanted(orchard=orchard)
        case ApplesPickedV1(count=count):
            return ApplesPicked(count=count)
        case _:
            return None


RECOVERY = Recovery(service="orchard", contracts=Codec(KNOWN), recover=recover)


@dataclass
class Safe:
    """Keeps copies of a database that nobody uses while it is copied."""

    server: Server | None
    folder: Path
    copies: list[str] = field(default_factory=list[str])

    @classmethod
    def of(cls, config: pytest.Config, url: str, folder: Path) -> "Safe":
        """Return where copies of a database are kept: beside it."""
        return cls(
            server=None if url.startswith("sqlite") else Server(url=str(config.stash[SERVER].url)), folder=folder
        )

    def copy(self, url: str) -> str:
        """Copy a database; return the copy's URL, under which an orchard may be opened."""
        if self.server is not None:
            copied = self.server.create_database("attain_copy", like=url)
        else:
            copied = f"sqlite:///{self.folder / f'copy-{len(self.copies)}.sqlite'}"
            connection = sqlite3.connect(url.removeprefix("sqlite:///"))
            connection.execute("VACUUM INTO ?", (copied.removeprefix("sqlite:///"),))
            connection.close()
        self.copies.append(copied)
        return copied

    def clear(self) -> None:
        """Throw all copies away."""
        for copied in self.copies:
            if self.server is not None:
                self.server.drop_database(copied)


@asynccontextmanager
async def trading(url: str, grocer: Store, wire: Wire, *, torn: bool = False) -> AsyncGenerator[Trade]:
    """Let an orchard tell and the grocer hear all of it; a torn log has less than was heard."""
    async with opened(url) as orchard:
        trade = Trade(orchard=orchard, grocer=grocer, wire=wire)
        async with trade.telling(), trade.hearing():
            yield trade
            await until(trade.is_quiet)
            assert torn or await trade.heard_all()


@asynccontextmanager
async def opened(url: str) -> AsyncGenerator[Store]:
    """Open an orchard's database for a while."""
    store = await open_orchard(url)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def harvesting(url: str) -> AsyncGenerator[Store]:
    """Open an orchard's database that derives its harvests, for a while."""
    store = await open_orchard(url, derivations=(HARVESTS,))
    try:
        yield store
    finally:
        await store.close()


async def restored(store: Store, wire: Wire) -> Restoration:
    """Restore an orchard."""
    return await restore(store.journal, wire, RECOVERY)


async def positions_told(wire: Wire, service: str = "orchard", generation: int = 1) -> dict[int, set[str]]:
    """Return the ids of the events that were told under each position, in all that a topic holds."""
    topic = generations.topic_of(service, generation)
    count = sum((await wire.ends(topic)).values())

    async def from_the_beginning(_places: Sequence[Place]) -> dict[Place, int]:
        return {}

    told: dict[int, set[str]] = {}
    async with wire.reader("historian", [topic], from_the_beginning) as reader:
        while count > 0:
            for each in await reader.read(count, 1.0):
                letter = from_message(each.message)
                told.setdefault(letter.position, set()).add(str(letter.id))
                count -= 1
    return told
