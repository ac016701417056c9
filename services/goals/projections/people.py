"""Who are the people, and where do they belong on a day? One row a person; the name is sealed."""

from collections.abc import Iterable
from datetime import date

import msgspec
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Select, Table, Text, and_, or_, select

from events.domain import Personal, Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.person import (
    OwnersClaimed,
    PersonErased,
    PersonEvent,
    PersonHired,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
)
from goals.projections.placements import placements

people = Table(
    "people",
    MetaData(),
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hired_on", Date, nullable=False),
    Column("left_on", Date),
    Column("owner_count", Integer, nullable=False),
    Column("erased", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)


class PersonRow(Value, tag=False):
    """A person. `owner_count` is by how many names CRMs know them."""

    person_id: str
    name: str
    hired_on: date
    left_on: date | None
    owner_count: int
    erased: bool
    version: int


class PersonOnDay(PersonRow, tag=False):
    """A person, and where they belong on a day."""

    team_id: str | None
    manager_id: str | None

    def sealed_name(self) -> Personal:
        """The name, as the edge can open it."""
        return _names.decode(self.name)


_names = msgspec.json.Decoder(Personal)
_encode = msgspec.json.Encoder().encode


def project(rows: Rows[PersonRow], recorded: Recorded[PersonEvent]) -> Rows[PersonRow]:
    """Say who the person is after an event."""
    key, event = recorded.key, recorded.event
    rows = rows.change(key, version=recorded.version)
    match event:
        case PersonHired():
            return rows.put(hired(key, event, recorded.version))
        case PersonRenamed(name=name):
            return rows.change(key, name=sealed(name))
        case PersonLeft(left_on=left_on):
            return rows.change(key, left_on=left_on)
        case OwnersClaimed(owner_hashes=hashes):
            row = rows.get(key)
            return rows if row is None else rows.change(key, owner_count=row.owner_count + len(hashes))
        case PersonErased():
            return rows.change(key, erased=True)
        case PersonMoved():
            return rows


def hired(person_id: str, event: PersonHired, version: int) -> PersonRow:
    """Return the row of somebody who joins."""
    return PersonRow(
        person_id=person_id,
        name=sealed(event.name),
        hired_on=event.hired_on,
        left_on=None,
        owner_count=len(event.owner_hashes),
        erased=False,
        version=version,
    )


def sealed(name: Personal) -> str:
    """Return a sealed name as a row keeps it."""
    return _encode(name).decode()


PEOPLE = Projection(table=people, row=PersonRow, kind="person", project=project)


def on_day(day: date) -> Select[tuple[object, ...]]:
    """Return the question for all people and where they belong on a day."""
    here = and_(
        placements.c.person_id == people.c.person_id, placements.c.starts_on <= day, placements.c.ends_on >= day
    )
    columns = (*people.columns, placements.c.team_id, placements.c.manager_id)
    return select(*columns).select_from(people.outerjoin(placements, here))


def person_on(reading: Reading, person_id: str, day: date) -> PersonOnDay | None:
    """Return a person, and where they belong on a day."""
    return reading.one(on_day(day).where(people.c.person_id == person_id), PersonOnDay)


def those_on(reading: Reading, person_ids: Iterable[str], day: date) -> dict[str, PersonOnDay]:
    """Return people by id, and where they belong on a day."""
    found = reading.rows(on_day(day).where(reading.among(people.c.person_id, person_ids)), PersonOnDay)
    return {row.person_id: row for row in found}


def everyone(reading: Reading, day: date) -> list[PersonOnDay]:
    """Return all people there ever were, and where they belong on a day."""
    return reading.rows(on_day(day), PersonOnDay)


def employed(reading: Reading, day: date, team_id: str | None = None) -> list[PersonOnDay]:
    """Return those who work here on a day, or those of them who are in one team."""
    at_work = and_(people.c.hired_on <= day, or_(people.c.left_on.is_(None), people.c.left_on >= day))
    statement = on_day(day).where(at_work)
    if team_id is not None:
        statement = statement.where(placements.c.team_id == team_id)
    return reading.rows(statement, PersonOnDay)


def is_known(reading: Reading, person_id: str) -> bool:
    """Say whether somebody has this id."""
    return reading.scalar(select(people.c.person_id).where(people.c.person_id == person_id)) is not None
