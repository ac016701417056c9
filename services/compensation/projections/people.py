"""Who is who, what do CRMs call them, and who reports to whom? Heard from goals."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

import msgspec
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.contracts.goals import OwnersClaimedV1, PersonHiredV1, PersonLeftV1, PersonMovedV1, PersonRenamedV1
from events.domain import Personal, Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

PERSON = "heard-goals-person"

metadata = MetaData()

people = Table(
    "people",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hired_on", Date, nullable=False),
    Column("left_on", Date),
)

owners = Table(
    "owners",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("owner_hash", Text, primary_key=True),
    Index("owners_by_hash", "owner_hash"),
)

reports = Table(
    "reports",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("manager_id", Text),
    Column("team_id", Text),
    Index("reports_by_manager", "manager_id"),
    Index("reports_by_team", "team_id"),
)


class PersonRow(Value, tag=False):
    """A person; the name is sealed."""

    person_id: str
    name: str
    hired_on: date
    left_on: date | None

    def sealed_name(self) -> Personal:
        """Return the name as the edge can open it."""
        return msgspec.json.decode(self.name, type=Personal)


class OwnerRow(Value, tag=False):
    """A keyed hash of what a CRM calls a person."""

    person_id: str
    owner_hash: str


class ReportRow(Value, tag=False):
    """To whom a person reports and in which team, from a day on."""

    person_id: str
    starts_on: date
    manager_id: str | None
    team_id: str | None


def project_person(rows: Rows[PersonRow], recorded: Recorded[Value]) -> Rows[PersonRow]:
    """Say who the person is after an event."""
    match recorded.event:
        case PersonHiredV1(name=name, hired_on=hired_on):
            row = PersonRow(person_id=recorded.key, name=sealed(name), hired_on=hired_on, left_on=None)
            return rows.put(row)
        case PersonRenamedV1(name=name):
            return rows.change(recorded.key, name=sealed(name))
        case PersonLeftV1(left_on=left_on):
            return rows.change(recorded.key, left_on=left_on)
        case _:
            return rows


def project_owners(rows: Rows[OwnerRow], recorded: Recorded[Value]) -> Rows[OwnerRow]:
    """Say what CRMs call the person after an event."""
    match recorded.event:
        case PersonHiredV1(owner_hashes=hashes) | OwnersClaimedV1(owner_hashes=hashes):
            return rows.put(*(OwnerRow(person_id=recorded.key, owner_hash=each) for each in hashes))
        case _:
            return rows


def project_report(rows: Rows[ReportRow], recorded: Recorded[Value]) -> Rows[ReportRow]:
    """Say to whom the person reports, and in which team, after an event."""
    match recorded.event:
        case (
            PersonHiredV1(hired_on=day, manager_id=manager_id, team_id=team_id)
            | PersonMovedV1(effective_on=day, manager_id=manager_id, team_id=team_id)
        ):
            row = ReportRow(person_id=recorded.key, starts_on=day, manager_id=manager_id, team_id=team_id)
            return rows.put(row)
        case _:
            return rows


PEOPLE = Projection(table=people, row=PersonRow, kind=PERSON, project=project_person)
OWNERS = Projection(table=owners, row=OwnerRow, kind=PERSON, project=project_owners)
REPORTS = Projection(table=reports, row=ReportRow, kind=PERSON, project=project_report, version=2)


def sealed(name: Personal) -> str:
    """Return a sealed name as a row keeps it."""
    return msgspec.json.encode(name).decode()


def is_known(reading: Reading, person_id: str) -> bool:
    """Say whether goals has told of a person."""
    return reading.scalar(select(people.c.person_id).where(people.c.person_id == person_id)) is not None


def sealed_names(reading: Reading, person_ids: Iterable[str]) -> dict[str, Personal]:
    """Return the names of people, sealed."""
    found = reading.rows(select(people).where(reading.among(people.c.person_id, person_ids)), PersonRow)
    return {row.person_id: row.sealed_name() for row in found}


def hired_on(reading: Reading, person_ids: Iterable[str]) -> dict[str, date]:
    """Return the days on which people joined."""
    wanted = select(people).where(reading.among(people.c.person_id, sorted(set(person_ids))))
    return {row.person_id: row.hired_on for row in reading.rows(wanted, PersonRow)}


def claims_of(reading: Reading, owner_hashes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return who has claimed each of these owners."""
    found: dict[str, list[str]] = {}
    statement = select(owners).where(reading.among(owners.c.owner_hash, owner_hashes)).order_by(owners.c.person_id)
    for row in reading.rows(statement, OwnerRow):
        found.setdefault(row.owner_hash, []).append(row.person_id)
    return {owner_hash: tuple(person_ids) for owner_hash, person_ids in found.items()}


def hashes_of(reading: Reading, person_ids: Iterable[str]) -> list[str]:
    """Return what CRMs call people, by keyed hash."""
    wanted = select(owners.c.owner_hash).where(reading.among(owners.c.person_id, person_ids)).distinct()
    return sorted(owner_hash for (owner_hash,) in reading.tuples(wanted))


def line_of(reading: Reading, manager_id: str, today: date) -> dict[str, date]:
    """Return who reports to a manager today, directly or through others, and since when without a break."""
    statement = select(reports).where(reports.c.starts_on <= today).order_by(reports.c.person_id, reports.c.starts_on)
    below: dict[str, list[tuple[str, date]]] = {}
    for person_id, rows in groupby(reading.rows(statement, ReportRow), key=lambda row: row.person_id):
        manager, since = current(list(rows))
        if manager is not None:
            below.setdefault(manager, []).append((person_id, since))
    line: dict[str, date] = {}
    waiting = [(manager_id, date.min)]
    while waiting:
        above, since_above = waiting.pop()
        for person_id, since in below.get(above, ()):
            if person_id not in line and person_id != manager_id:
                line[person_id] = max(since, since_above)
                waiting.append((person_id, line[person_id]))
    return line


def current(rows: list[ReportRow]) -> tuple[str | None, date]:
    """Return to whom a person reports last, and since when without a break. Rows are in the order of their days."""
    since = rows[-1].starts_on
    for row in reversed(rows):
        if row.manager_id != rows[-1].manager_id:
            break
        since = row.starts_on
    return rows[-1].manager_id, since
