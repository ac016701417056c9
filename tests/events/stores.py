"""Ways to open an orchard's store, to ask it for something, and to see what is in it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select

from events.asking import Asking, Request
from events.deriving import Derivation
from events.domain import Recorded, Value
from events.opening import Store, open_store
from events.projector import Projection
from events.store import log
from events.store.codec import Codec
from events.store.ids import new_id
from events.store.session import Reading
from events.store.tables import dirty, events
from tests.events.harvest import HarvestMeasured
from tests.events.orchard import TREES, ApplesPicked, OrchardRow, TreeFelled, TreePlanted, TreeRow, orchards, trees

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
OWN_EVENTS = (TreePlanted, ApplesPicked, TreeFelled, HarvestMeasured)


def noon() -> datetime:
    """Tell the time of every test."""
    return NOON


async def open_orchard(
    url: str,
    projections: Sequence[Projection[Any]] = (TREES,),
    derivations: Sequence[Derivation[Any, Any]] = (),
    codec: Codec | None = None,
) -> Store:
    """Open the orchard's store."""
    return await open_store(
        url, codec=codec or Codec(OWN_EVENTS), clock=noon, projections=projections, derivations=derivations
    )


def asking(key: str | None = None, body: str = "body", version: int | None = None, actor: str = "ada") -> Asking:
    """Ask as Ada, or somebody else; under an idempotency key, or expecting a version, if there is one."""
    request = None if key is None else Request(route="POST /trees", key=key, body_hash=body)
    return Asking(actor=actor, at=NOON, correlation_id=new_id(), expected_version=version, request=request)


async def history(store: Store, *streams: str) -> dict[str, list[Recorded[Value]]]:
    """Return what streams hold."""
    return await store.read(lambda reading: log.streams(reading, store.journal.codec, streams))


async def happened(store: Store, stream: str) -> list[Value]:
    """Return the events of a stream."""
    return [each.event for each in (await history(store, stream)).get(stream, [])]


async def whole_log(store: Store) -> list[Recorded[Value]]:
    """Return all that the log holds, by position."""
    return await store.read(
        lambda reading: [log.recorded(store.journal.codec, row) for row in log.page(reading, 0, 1_000_000)]
    )


async def count(store: Store, table: Table = events) -> int:
    """Count a table's rows."""
    return await store.read(lambda reading: reading.scalar(select(func.count()).select_from(table)))


def tree_rows(reading: Reading) -> list[TreeRow]:
    """Return the trees of the read model."""
    return reading.rows(select(trees).order_by(trees.c.tree_id), TreeRow)


def orchard_rows(reading: Reading) -> list[OrchardRow]:
    """Return the totals, those that are not zero."""
    some = (orchards.c.apples != 0) | (orchards.c.trees != 0)
    return reading.rows(select(orchards).where(some).order_by(orchards.c.orchard), OrchardRow)


async def marked(store: Store) -> int:
    """Count the marks that wait."""
    return await count(store, dirty)
