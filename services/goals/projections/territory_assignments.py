"""Who holds which territory, in which role, and when? One row for each spell of days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Column, ColumnElement, Date, Index, MetaData, Table, Text, and_, or_, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.territory import TerritoryDefined, TerritoryEvent

territory_assignments = Table(
    "territory_assignments",
    MetaData(),
    Column("territory_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Index("territory_assignments_by_person", "person_id"),
)


class TerritoryAssignmentRow(Value, tag=False):
    """A spell in which a person holds a territory in a role; without a last day it goes on."""

    territory_id: str
    person_id: str
    role: str
    starts_on: date
    ends_on: date | None


class TerritoryAssignmentFilter(Value, tag=False):
    """Which assignments are asked for."""

    territory_id: str | None = None
    person_id: str | None = None
    role: str | None = None
    effective_on: date | None = None


def project(rows: Rows[TerritoryAssignmentRow], recorded: Recorded[TerritoryEvent]) -> Rows[TerritoryAssignmentRow]:
    """Say who holds the territory when, after an event."""
    event = recorded.event
    if isinstance(event, TerritoryDefined):
        return rows
    row = TerritoryAssignmentRow(
        territory_id=recorded.key,
        person_id=event.person_id,
        role=event.role,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
    )
    return rows.put(row)


TERRITORY_ASSIGNMENTS = Projection(
    table=territory_assignments, row=TerritoryAssignmentRow, kind="territory", project=project
)


def assignment_page(reading: Reading, asked: TerritoryAssignmentFilter, page: Page) -> Paged[TerritoryAssignmentRow]:
    """Return a page of assignments, by territory, person, role and first day."""
    statement = select(territory_assignments)
    for column, value in (
        (territory_assignments.c.territory_id, asked.territory_id),
        (territory_assignments.c.person_id, asked.person_id),
        (territory_assignments.c.role, asked.role),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if asked.effective_on is not None:
        statement = statement.where(holds_on(asked.effective_on))
    order = ("territory_id", "person_id", "role", "starts_on")
    return read_page(reading, statement, TerritoryAssignmentRow, page, by=order)


def territories_of(reading: Reading, person_ids: Iterable[str], day: date) -> tuple[str, ...]:
    """Return the territories that some people hold on a day, in whichever role."""
    theirs = select(territory_assignments.c.territory_id).where(
        reading.among(territory_assignments.c.person_id, person_ids), holds_on(day)
    )
    return tuple(row.territory_id for row in reading.tuples(theirs.distinct()))


def holds_on(day: date) -> ColumnElement[bool]:
    """Return the condition that an assignment holds on a day."""
    spell = territory_assignments.c
    return and_(spell.starts_on <= day, or_(spell.ends_on.is_(None), spell.ends_on >= day))
