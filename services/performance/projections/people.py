"""Who is who, by which owners do CRMs know them, and in which team were they on which day? Heard from goals."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.contracts.goals import OwnersClaimedV1, PersonHiredV1, PersonLeftV1, PersonMovedV1, PersonRenamedV1
from events.domain import Personal, Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from performance.domain.terms import KnownOwner, UnmatchedOwner, owner_ref

PERSON = "heard-goals-person"
FOR_EVER = date(9999, 12, 31)

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
    Column("owner_ref", Text, primary_key=True),
    Index("owners_by_ref", "owner_ref"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date, nullable=False),
    Column("team_id", Text),
    Column("manager_id", Text),
)


class PersonRow(Value, tag=False):
    """A person; the name is sealed."""

    person_id: str
    name: str
    hired_on: date
    left_on: date | None

    def sealed_name(self) -> Personal:
        """The name, as the edge can open it."""
        return msgspec.json.decode(self.name, type=Personal)


class OwnerRow(Value, tag=False):
    """One way in which deals name a person: `person:<id>`, or `owner:<hash>` for what CRMs call them."""

    person_id: str
    owner_ref: str


class MembershipRow(Value, tag=False):
    """A person's team and manager from one day to another; both days belong to it."""

    person_id: str
    starts_on: date
    ends_on: date
    team_id: str | None
    manager_id: str | None


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
    """Say by which owners the person is known after an event."""
    match recorded.event:
        case PersonHiredV1(owner_hashes=hashes):
            refs = [owner_ref(KnownOwner(person_id=recorded.key)), *map(ref_of, hashes)]
        case OwnersClaimedV1(owner_hashes=hashes):
            refs = list(map(ref_of, hashes))
        case _:
            return rows
    return rows.put(*(OwnerRow(person_id=recorded.key, owner_ref=ref) for ref in refs))


def project_membership(rows: Rows[MembershipRow], recorded: Recorded[Value]) -> Rows[MembershipRow]:
    """Say in which teams the person was after an event: each membership lasts until the next one starts."""
    match recorded.event:
        case PersonHiredV1(hired_on=starts_on, team_id=team_id, manager_id=manager_id):
            pass
        case PersonMovedV1(effective_on=starts_on, team_id=team_id, manager_id=manager_id):
            pass
        case _:
            return rows
    row = MembershipRow(
        person_id=recorded.key, starts_on=starts_on, ends_on=FOR_EVER, team_id=team_id, manager_id=manager_id
    )
    return rows.put(*chained(rows.put(row)))


def chained(rows: Iterable[MembershipRow]) -> list[MembershipRow]:
    """Return memberships, each ended on the day before the next one starts."""
    ordered = sorted(rows, key=lambda row: row.starts_on)
    ends = [row.starts_on - timedelta(days=1) for row in ordered[1:]]
    return [msgspec.structs.replace(row, ends_on=end) for row, end in zip(ordered, [*ends, FOR_EVER], strict=True)]


def sealed(name: Personal) -> str:
    """Return a sealed name as a row keeps it."""
    return msgspec.json.encode(name).decode()


def ref_of(owner_hash: str) -> str:
    """Return how deals name an unmatched owner."""
    return owner_ref(UnmatchedOwner(owner_hash=owner_hash))


PEOPLE = Projection(table=people, row=PersonRow, kind=PERSON, project=project_person)
OWNERS = Projection(table=owners, row=OwnerRow, kind=PERSON, project=project_owners)
MEMBERSHIPS = Projection(table=memberships, row=MembershipRow, kind=PERSON, project=project_membership)


def sealed_names(reading: Reading, person_ids: Sequence[str]) -> dict[str, Personal]:
    """Return the names of people, sealed."""
    found = reading.rows(select(people).where(reading.among(people.c.person_id, person_ids)), PersonRow)
    return {row.person_id: row.sealed_name() for row in found}


def refs_of(reading: Reading, person_ids: Sequence[str]) -> list[str]:
    """Return all the ways in which deals name some people."""
    statement = select(owners.c.owner_ref).where(reading.among(owners.c.person_id, person_ids))
    known = {owner_ref(KnownOwner(person_id=person_id)) for person_id in person_ids}
    return sorted(known | {ref for (ref,) in reading.tuples(statement)})


def people_of(reading: Reading, refs: Sequence[str]) -> dict[str, str]:
    """Return the person whom each of these owners is; owners whom nobody has claimed are left out."""
    statement = select(owners.c.owner_ref, owners.c.person_id).where(reading.among(owners.c.owner_ref, refs))
    return dict(map(tuple, reading.tuples(statement)))


def line_of(reading: Reading, manager_id: str, day: date) -> list[str]:
    """Return a manager and everyone who reports to them on a day, directly or through others."""
    statement = select(memberships.c.person_id, memberships.c.manager_id).where(
        memberships.c.starts_on <= day, memberships.c.ends_on >= day, memberships.c.manager_id.is_not(None)
    )
    reports: dict[str, list[str]] = {}
    for person_id, reports_to in reading.tuples(statement):
        reports.setdefault(reports_to, []).append(person_id)
    found, waiting = {manager_id}, [manager_id]
    while waiting:
        new = [person_id for person_id in reports.get(waiting.pop(), ()) if person_id not in found]
        found.update(new)
        waiting += new
    return sorted(found)
