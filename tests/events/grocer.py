"""A grocer hears the orchard: its contracts, what is told of each event, and the crops that the grocer knows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Table, Text, select

from events.domain import Recorded, Value
from events.opening import Store
from events.projector import Projection, Rows
from events.store.codec import Codec
from events.store.ids import new_id
from events.store.session import Reading
from events.wire.cloudevents import Letter, source_of, to_message, type_of
from events.wire.promises import Message
from tests.events.orchard import ApplesPicked, TreePlanted, tables
from tests.events.stores import open_orchard

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
ROTTEN = 13
"""A basket that the grocer's read model stumbles over."""


class TreePlantedV1(Value):
    """A tree stands in an orchard."""

    orchard: str


class ApplesPickedV1(Value):
    """So many apples are on their way."""

    count: int


class LastRelease:
    """What the grocer knew before."""

    class ApplesPickedV1(Value, tag="ApplesPickedV1"):
        """Baskets were small then."""

        count: Annotated[int, msgspec.Meta(lt=100)]


KNOWN = (TreePlantedV1, ApplesPickedV1)
KNOWN_BEFORE = (TreePlantedV1, LastRelease.ApplesPickedV1)


def publish(recorded: Recorded[Any]) -> Value | None:
    """Tell what the grocer should know: not of empty baskets, and not of trees that are gone."""
    match recorded.event:
        case TreePlanted(orchard=orchard):
            return TreePlantedV1(orchard=orchard)
        case ApplesPicked(count=count) if count:
            return ApplesPickedV1(count=count)
        case _:
            return None


crops = Table(
    "crops",
    tables,
    Column("tree_id", Text, primary_key=True),
    Column("orchard", Text, nullable=False),
    Column("apples", BigInteger, nullable=False),
    Column("baskets", Text, nullable=False),
)


class CropRow(Value, tag=False):
    """What the grocer heard of a tree: how many apples, and the baskets in the order of its stream."""

    tree_id: str
    orchard: str
    apples: int
    baskets: str


class BasketIsRotten(Exception):
    """The grocer's read model cannot take such a basket."""


def project(rows: Rows[CropRow], recorded: Recorded[Any]) -> Rows[CropRow]:
    """Say what a crop's row is after an event; baskets may be heard of before their tree."""
    row = rows.get(recorded.key) or CropRow(tree_id=recorded.key, orchard="", apples=0, baskets="")
    match recorded.event:
        case TreePlantedV1(orchard=orchard):
            return rows.put(msgspec.structs.replace(row, orchard=orchard))
        case ApplesPickedV1(count=count) | LastRelease.ApplesPickedV1(count=count):
            if count == ROTTEN:
                raise BasketIsRotten
            baskets = f"{row.baskets} {count}".strip()
            return rows.put(msgspec.structs.replace(row, apples=row.apples + count, baskets=baskets))
        case _:
            return rows


def crops_of(version: int) -> Projection[CropRow]:
    """Return the grocer's read model in a version."""
    return Projection(table=crops, row=CropRow, kind="heard-orchard-tree", project=project, version=version)


async def open_grocer(url: str, types: Sequence[type[Value]] = KNOWN, version: int = 1) -> Store:
    """Open the grocer's store, as a release that knows some types."""
    return await open_orchard(url, projections=(crops_of(version),), codec=Codec(types))


def crop_rows(reading: Reading) -> list[CropRow]:
    """Return the crops."""
    return reading.rows(select(crops).order_by(crops.c.tree_id), CropRow)


async def baskets(store: Store) -> dict[str, str]:
    """Return the baskets of each tree as the read model has them."""
    return {row.tree_id: row.baskets for row in await store.read(crop_rows)}


def letter(tree: str, sequence: int, contract: Value, **said: Any) -> Letter:
    """Return a letter of the orchard about a tree."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "source": source_of("orchard"),
        "type": type_of("orchard", type(contract).__name__),
        "subject": f"tree-{tree}",
        "time": NOON,
        "sequence": sequence,
        "position": sequence,
        "correlation_id": UUID(int=7),
        "data": msgspec.json.encode(contract),
    }
    return Letter(**fields | said)


def basket(tree: str, sequence: int, count: int, **said: Any) -> Letter:
    """Return a letter about a basket."""
    return letter(tree, sequence, ApplesPickedV1(count=count), **said)


def broken(tree: str, sequence: int) -> Letter:
    """Return a letter whose data nobody can read."""
    return basket(tree, sequence, 0, data=b'{"type":"ApplesPickedV1","count":')


def messages(*letters: Letter) -> list[Message]:
    """Return the messages that carry letters."""
    return [to_message(each) for each in letters]
