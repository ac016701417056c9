"""Who shares in whose deals, as what, and when? One row for each spell of days."""

from datetime import date

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, or_, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.relationship import RelationshipEvent

relationships = Table(
    "relationships",
    MetaData(),
    Column("relationship_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("name", Text, nullable=False),
    Column("from_person_id", Text, nullable=False),
    Column("to_person_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("relationships_by_from", "from_person_id"),
    Index("relationships_by_to", "to_person_id"),
)


class RelationshipRow(Value, tag=False):
    """A spell in which somebody shares in somebody's deals; without a last day it goes on."""

    relationship_id: str
    starts_on: date
    ends_on: date | None
    name: str
    from_person_id: str
    to_person_id: str
    version: int


class RelationshipFilter(Value, tag=False):
    """Which relationships are asked for: of whom, as what, and on which day."""

    name: str | None = None
    from_person_id: str | None = None
    to_person_id: str | None = None
    effective_on: date | None = None


def project(rows: Rows[RelationshipRow], recorded: Recorded[RelationshipEvent]) -> Rows[RelationshipRow]:
    """Say what the spells are after an event; all of them have the version of their stream."""
    event, version = recorded.event, recorded.version
    row = RelationshipRow(
        relationship_id=recorded.key,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        name=event.name,
        from_person_id=event.from_person_id,
        to_person_id=event.to_person_id,
        version=version,
    )
    return rows.put(*(msgspec.structs.replace(each, version=version) for each in rows), row)


RELATIONSHIPS = Projection(table=relationships, row=RelationshipRow, kind="relationship", project=project)


def relationship_page(reading: Reading, asked: RelationshipFilter, page: Page) -> Paged[RelationshipRow]:
    """Return a page of relationships, by who is credited, and first day."""
    statement = select(relationships)
    for column, value in (
        (relationships.c.name, asked.name),
        (relationships.c.from_person_id, asked.from_person_id),
        (relationships.c.to_person_id, asked.to_person_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if asked.effective_on is not None:
        goes_on = or_(relationships.c.ends_on.is_(None), relationships.c.ends_on >= asked.effective_on)
        statement = statement.where(relationships.c.starts_on <= asked.effective_on, goes_on)
    return read_page(reading, statement, RelationshipRow, page, by=("relationship_id", "starts_on"))
