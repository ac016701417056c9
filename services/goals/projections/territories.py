"""Which territories are there, and which is part of which? One row a territory."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.territory import TerritoryDefined, TerritoryEvent

territories = Table(
    "territories",
    MetaData(),
    Column("territory_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Text),
    Column("version", Integer, nullable=False),
)


class TerritoryRow(Value, tag=False):
    """A territory as it is."""

    territory_id: str
    name: str
    parent_id: str | None
    version: int


def project(rows: Rows[TerritoryRow], recorded: Recorded[TerritoryEvent]) -> Rows[TerritoryRow]:
    """Say what the territory is after an event."""
    key, event = recorded.key, recorded.event
    if not isinstance(event, TerritoryDefined):
        return rows.change(key, version=recorded.version)
    return rows.put(
        TerritoryRow(territory_id=key, name=event.name, parent_id=event.parent_id, version=recorded.version)
    )


TERRITORIES = Projection(table=territories, row=TerritoryRow, kind="territory", project=project)


def territory_row(reading: Reading, territory_id: str) -> TerritoryRow | None:
    """Return one territory."""
    return reading.one(select(territories).where(territories.c.territory_id == territory_id), TerritoryRow)


def territory_page(reading: Reading, page: Page) -> Paged[TerritoryRow]:
    """Return a page of the territories, by name."""
    return read_page(reading, select(territories), TerritoryRow, page, by=("name", "territory_id"))


def upwards(reading: Reading, territory_id: str) -> tuple[str, ...]:
    """Return a territory, the territory that it is part of, and so on; nothing where it is not there."""
    found: list[str] = []
    row = territory_row(reading, territory_id)
    while row is not None and row.territory_id not in found:
        found.append(row.territory_id)
        row = None if row.parent_id is None else territory_row(reading, row.parent_id)
    return tuple(found)
