"""Who is paid by which plan, and when?"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Select, Table, Text, select

from compensation.domain.assignment import AssignmentEnded, AssignmentEvent, LeaveSet, PersonAssigned, Spell
from compensation.domain.leave import Leave
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from money.money import Money

assignments = Table(
    "assignments",
    MetaData(),
    Column("assignment_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("person_id", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("target_pay", Exact),
    Column("target_currency", Text),
    Column("base_pay", Exact),
    Column("base_currency", Text),
    Column("leaves", Text, nullable=False),
    Column("pay_currency", Text),
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
    target_pay: Decimal | None
    target_currency: str | None
    base_pay: Decimal | None
    base_currency: str | None
    leaves: str
    pay_currency: str | None
    version: int

    def spell(self) -> Spell:
        """Return the spell's days."""
        return Spell(
            plan_id=self.plan_id,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            target_pay=self.target(),
            base_pay=self.base(),
            leaves=self.on_leave(),
            pay_currency=self.pay_currency,
        )

    def base(self) -> Money | None:
        """Return the base pay of a year, if the assignment says one."""
        if self.base_pay is None or self.base_currency is None:
            return None
        return Money(amount=self.base_pay, currency=self.base_currency)

    def on_leave(self) -> tuple[Leave, ...]:
        """Return the days of leave."""
        return msgspec.json.decode(self.leaves, type=tuple[Leave, ...])

    def target(self) -> Money | None:
        """Return the target pay of a year, if the assignment says one."""
        if self.target_pay is None or self.target_currency is None:
            return None
        return Money(amount=self.target_pay, currency=self.target_currency)


def project(rows: Rows[AssignmentRow], recorded: Recorded[AssignmentEvent]) -> Rows[AssignmentRow]:
    """Say which spells there are after an event."""
    match recorded.event:
        case PersonAssigned() as assigned:
            return rows.put(row_of(assigned, recorded))
        case AssignmentEnded(starts_on=starts_on, ends_on=ends_on):
            return rows.change(recorded.key, starts_on, ends_on=ends_on, version=recorded.version)
        case LeaveSet(starts_on=starts_on, leaves=leaves):
            return rows.change(recorded.key, starts_on, leaves=json_of(leaves), version=recorded.version)


def row_of(assigned: PersonAssigned, recorded: Recorded[AssignmentEvent]) -> AssignmentRow:
    """Return a new spell's row."""
    target, base_pay = assigned.target_pay, assigned.base_pay
    return AssignmentRow(
        assignment_id=recorded.key,
        starts_on=assigned.starts_on,
        ends_on=assigned.ends_on,
        person_id=assigned.person_id,
        plan_id=assigned.plan_id,
        target_pay=None if target is None else target.amount,
        target_currency=None if target is None else target.currency,
        base_pay=None if base_pay is None else base_pay.amount,
        base_currency=None if base_pay is None else base_pay.currency,
        leaves=json_of(()),
        pay_currency=assigned.pay_currency,
        version=recorded.version,
    )


def json_of(leaves: tuple[Leave, ...]) -> str:
    """Return days of leave as they are stored."""
    return msgspec.json.encode(leaves).decode()


ASSIGNMENTS = Projection(table=assignments, row=AssignmentRow, kind="assignment", project=project, version=3)


def of_people(reading: Reading, person_ids: Iterable[str]) -> dict[str, list[Spell]]:
    """Return the spells of people."""
    found: dict[str, list[Spell]] = {}
    statement = select(assignments).where(reading.among(assignments.c.person_id, person_ids))
    for row in reading.rows(statement, AssignmentRow):
        found.setdefault(row.person_id, []).append(row.spell())
    return found


def of_everybody(reading: Reading) -> dict[str, list[Spell]]:
    """Return the spells of all who were ever on a plan."""
    found: dict[str, list[Spell]] = {}
    for row in reading.rows(select(assignments), AssignmentRow):
        found.setdefault(row.person_id, []).append(row.spell())
    return found


def spells_on(reading: Reading, plan_ids: Iterable[str]) -> dict[str, list[Spell]]:
    """Return the spells of everybody who was ever on some plans."""
    found: dict[str, list[Spell]] = {}
    for row in reading.rows(select(assignments).where(reading.among(assignments.c.plan_id, plan_ids)), AssignmentRow):
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
