"""Who shares in whose deals, as what, and when? Heard from goals: a row for each spell of days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.contracts.goals import RelationshipEndedV1, RelationshipSetV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

relationships = Table(
    "relationships",
    MetaData(),
    Column("relationship_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("name", Text, nullable=False),
    Column("from_person_id", Text, nullable=False),
    Column("to_person_id", Text, nullable=False),
    Index("relationships_by_from", "from_person_id"),
    Index("relationships_by_to", "to_person_id"),
)


class RelationshipRow(Value, tag=False):
    """A spell in which somebody is credited with somebody's deals; without a last day it goes on."""

    relationship_id: str
    starts_on: date
    ends_on: date | None
    name: str
    from_person_id: str
    to_person_id: str

    def contains(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def project(rows: Rows[RelationshipRow], recorded: Recorded[Value]) -> Rows[RelationshipRow]:
    """Say what the spells are after an event."""
    match recorded.event:
        case (RelationshipSetV1() | RelationshipEndedV1()) as told:
            row = RelationshipRow(
                relationship_id=recorded.key,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
                name=told.name,
                from_person_id=told.from_person_id,
                to_person_id=told.to_person_id,
            )
            return rows.put(row)
        case _:
            return rows


RELATIONSHIPS = Projection(table=relationships, row=RelationshipRow, kind="heard-goals-relationship", project=project)


def with_deals_of(reading: Reading, person_ids: Iterable[str], names: Iterable[str]) -> list[RelationshipRow]:
    """Return the relationships of some names to people whose deals they are about."""
    of_them = reading.among(relationships.c.to_person_id, sorted(set(person_ids)))
    named = reading.among(relationships.c.name, sorted(set(names)))
    return reading.rows(select(relationships).where(of_them, named), RelationshipRow)


def shared_in_by(reading: Reading, person_ids: Iterable[str]) -> list[str]:
    """Return the people in whose deals some people ever shared."""
    wanted = select(relationships.c.to_person_id).distinct()
    mine = reading.among(relationships.c.from_person_id, sorted(set(person_ids)))
    return [person_id for (person_id,) in reading.tuples(wanted.where(mine))]
