"""Which territories are there, who holds them in which role, and which accounts fall in them? Heard from goals."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.contracts.goals import (
    AccountPlacedV1,
    TerritoryAssignedV1,
    TerritoryAssignmentEndedV1,
    TerritoryDefinedV1,
)
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

TERRITORY = "heard-goals-territory"
DEPTH_MAX = 50
"""How many territories stand above one at most: a circle of territories ends here."""

metadata = MetaData()

territories = Table(
    "territories",
    metadata,
    Column("territory_id", Text, primary_key=True),
    Column("parent_id", Text),
    Index("territories_by_parent", "parent_id"),
)

holders = Table(
    "holders",
    metadata,
    Column("territory_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Index("holders_by_person", "person_id"),
)

placements = Table(
    "placements",
    metadata,
    Column("account", Text, primary_key=True),
    Column("effective_on", Date, primary_key=True),
    Column("territory_id", Text),
    Index("placements_by_territory", "territory_id"),
)


class TerritoryRow(Value, tag=False):
    """A territory, and the one above it."""

    territory_id: str
    parent_id: str | None


class HolderRow(Value, tag=False):
    """Days on which a person holds a territory in a role; both belong to it, without a last one it goes on."""

    territory_id: str
    person_id: str
    role: str
    starts_on: date
    ends_on: date | None

    def contains(self, day: date) -> bool:
        """Say whether the person holds it on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class PlacementRow(Value, tag=False):
    """From this day on an account falls in a territory, or in none."""

    account: str
    effective_on: date
    territory_id: str | None


def project_territory(rows: Rows[TerritoryRow], recorded: Recorded[Value]) -> Rows[TerritoryRow]:
    """Say where the territory stands after an event."""
    match recorded.event:
        case TerritoryDefinedV1(parent_id=parent_id):
            return rows.put(TerritoryRow(territory_id=recorded.key, parent_id=parent_id))
        case _:
            return rows


def project_holder(rows: Rows[HolderRow], recorded: Recorded[Value]) -> Rows[HolderRow]:
    """Say who holds the territory after an event."""
    match recorded.event:
        case (TerritoryAssignedV1() | TerritoryAssignmentEndedV1()) as told:
            row = HolderRow(
                territory_id=recorded.key,
                person_id=told.person_id,
                role=told.role,
                starts_on=told.starts_on,
                ends_on=told.ends_on,
            )
            return rows.put(row)
        case _:
            return rows


def project_placement(rows: Rows[PlacementRow], recorded: Recorded[Value]) -> Rows[PlacementRow]:
    """Say where the account falls after an event."""
    match recorded.event:
        case AccountPlacedV1(effective_on=day, territory_id=territory_id):
            return rows.put(PlacementRow(account=recorded.key, effective_on=day, territory_id=territory_id))
        case _:
            return rows


TERRITORIES = Projection(table=territories, row=TerritoryRow, kind=TERRITORY, project=project_territory)
HOLDERS = Projection(table=holders, row=HolderRow, kind=TERRITORY, project=project_holder)
PLACEMENTS = Projection(table=placements, row=PlacementRow, kind="heard-goals-account", project=project_placement)


def placed_on(reading: Reading, accounts: Iterable[tuple[str, date]]) -> dict[tuple[str, date], str]:
    """Return the territory of each account on a day; those that fall in none are left out."""
    wanted = sorted(set(accounts))
    said: dict[str, list[PlacementRow]] = {}
    statement = select(placements).where(reading.among(placements.c.account, sorted({each for each, _ in wanted})))
    for row in reading.rows(statement.order_by(placements.c.effective_on), PlacementRow):
        said.setdefault(row.account, []).append(row)
    found: dict[tuple[str, date], str] = {}
    for account, day in wanted:
        holding = [row for row in said.get(account, ()) if row.effective_on <= day]
        if holding and holding[-1].territory_id is not None:
            found[account, day] = holding[-1].territory_id
    return found


def parents_of(reading: Reading, territory_ids: Iterable[str]) -> dict[str, str]:
    """Return the territory above each of some, and of those above them."""
    found: dict[str, str] = {}
    asked = sorted(set(territory_ids))
    seen = set(asked)
    while asked:
        statement = select(territories).where(reading.among(territories.c.territory_id, asked))
        rows = [row for row in reading.rows(statement, TerritoryRow) if row.parent_id is not None]
        found |= {row.territory_id: row.parent_id for row in rows if row.parent_id is not None}
        asked = sorted({found[row.territory_id] for row in rows} - seen)
        seen.update(asked)
    return found


def above(parents: Mapping[str, str], territory_id: str) -> tuple[str, ...]:
    """Return a territory and those above it, the nearest first."""
    line = [territory_id]
    while len(line) < DEPTH_MAX and (parent := parents.get(line[-1])) is not None and parent not in line:
        line.append(parent)
    return tuple(line)


def holders_of(reading: Reading, territory_ids: Iterable[str]) -> dict[str, list[HolderRow]]:
    """Return who ever held territories."""
    found: dict[str, list[HolderRow]] = {}
    statement = select(holders).where(reading.among(holders.c.territory_id, sorted(set(territory_ids))))
    for row in reading.rows(statement, HolderRow):
        found.setdefault(row.territory_id, []).append(row)
    return found


def held_ever_by(reading: Reading, person_ids: Iterable[str]) -> list[str]:
    """Return the territories that people ever held."""
    mine = reading.among(holders.c.person_id, sorted(set(person_ids)))
    return [each for (each,) in reading.tuples(select(holders.c.territory_id).where(mine).distinct())]


def accounts_below(reading: Reading, territory_ids: Iterable[str]) -> list[str]:
    """Return the accounts that ever fell in territories, or in those below them."""
    asked = sorted(set(territory_ids))
    seen = set(asked)
    while asked:
        below = select(territories.c.territory_id).where(reading.among(territories.c.parent_id, asked))
        asked = sorted({each for (each,) in reading.tuples(below)} - seen)
        seen.update(asked)
    fell = select(placements.c.account).where(reading.among(placements.c.territory_id, sorted(seen))).distinct()
    return [account for (account,) in reading.tuples(fell)]
