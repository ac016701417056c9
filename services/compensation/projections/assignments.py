"""Who is paid by which plan, and when?"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Column, Date, Index, Integer, MetaData, Select, Table, Text, select

from compensation.domain.assignment import AssignmentEnded, AssignmentEvent, PersonAssigned, Spell
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

assignments = Table(
    "assignments",
    MetaData(),
    Column("assignment_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("person_id", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("assignments_by_person", "person_id"),
    Index("assignments_by_plan", "plan_id"),
)


class AssignmentRow(Value, tag=False):
    """A spell of a person on a plan. `version` is the stream's when the spell last changed."""

    assignment_id: str
    starts_on: date
    ends_on: date | None
    person_id: str
    plan_id: str
    version: int

    def spell(self) -> Spell:
        """Return the spell's days."""
        return Spell(plan_id=self.plan_id, starts_on=self.starts_on, ends_on=self.ends_on)


def project(rows: Rows[AssignmentRow], recorded: Recorded[AssignmentEvent]) -> Rows[AssignmentRow]:
    """Say which spells there are after an event."""
    match recorded.event:
        case PersonAssigned(person_id=person_id, plan_id=plan_id, starts_on=starts_on, ends_on=ends_on):
            row = AssignmentRow(
                assignment_id=recorded.key,
                starts_on=starts_on,
                ends_on=ends_on,
                person_id=person_id,
                plan_id=plan_id,
                version=recorded.version,
            )
            return rows.put(row)
        case AssignmentEnded(starts_on=starts_on, ends_on=ends_on):
            return rows.change(recorded.key, starts_on, ends_on=ends_on, version=recorded.version)


ASSIGNMENTS = Projection(table=assignments, row=AssignmentRow, kind="assignment", project=project)


def of_people(reading: Reading, person_ids: Iterable[str]) -> dict[str, list[Spell]]:
    """Return the spells of people."""
    found: dict[str, list[Spell]] = {}
    statement = select(assignments).where(reading.among(assignments.c.person_id, person_ids))
    for row in reading.rows(statement, AssignmentRow):
        found.setdefault(row.person_id, []).append(row.spell())
    return found


def spells_beside(reading: Reading, person_id: str, assignment_id: str) -> tuple[Spell, ...]:
    """Return a person's spells on other plans than that of an assignment."""
    statement = select(assignments).where(
        assignments.c.person_id == person_id, assignments.c.assignment_id != assignment_id
    )
    return tuple(row.spell() for row in reading.rows(statement, AssignmentRow))


def person_of(reading: Reading, assignment_id: str) -> str | None:
    """Return whose an assignment is."""
    wanted = select(assignments.c.person_id).where(assignments.c.assignment_id == assignment_id)
    return reading.scalar(wanted.limit(1))


def people_on(reading: Reading, plan_id: str) -> list[str]:
    """Return everyone who was ever assigned to a plan."""
    wanted = select(assignments.c.person_id).where(assignments.c.plan_id == plan_id).distinct()
    return [person_id for (person_id,) in reading.tuples(wanted)]


def plans_of(reading: Reading, person_id: str) -> list[str]:
    """Return the plans that a person was ever assigned to."""
    wanted = select(assignments.c.plan_id).where(assignments.c.person_id == person_id).distinct()
    return [plan_id for (plan_id,) in reading.tuples(wanted)]


def listed(
    reading: Reading, person_id: str | None, plan_id: str | None, seen: Iterable[str] | None
) -> Select[tuple[AssignmentRow]]:
    """Ask for assignments of a person, to a plan, and of those people whom the reader sees."""
    statement = select(assignments)
    if person_id is not None:
        statement = statement.where(assignments.c.person_id == person_id)
    if plan_id is not None:
        statement = statement.where(assignments.c.plan_id == plan_id)
    return statement if seen is None else statement.where(reading.among(assignments.c.person_id, seen))
