"""Where did each person belong on which day, and who was above and below them? One row for each stretch of days."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.person import PersonEvent, PersonHired, PersonMoved, first_of
from goals.domain.placement import Placement, Reporting, placed

placements = Table(
    "placements",
    MetaData(),
    Column("person_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date, nullable=False),
    Column("team_id", Text),
    Column("manager_id", Text),
    Index("placements_by_manager", "manager_id"),
    Index("placements_by_team", "team_id"),
)


class PlacementRow(Value, tag=False):
    """A person's team and manager from one day to another; both days belong to it."""

    person_id: str
    starts_on: date
    ends_on: date
    team_id: str | None
    manager_id: str | None


class LineRow(Value, tag=False):
    """Somebody in a reporting line on a day, whom they report to, and how many steps away they are."""

    person_id: str
    manager_id: str | None
    steps: int


def project(rows: Rows[PlacementRow], recorded: Recorded[PersonEvent]) -> Rows[PlacementRow]:
    """Say where the person belonged when, after an event: all stretches anew, whichever day it is about."""
    match recorded.event:
        case PersonHired():
            new = first_of(recorded.event)
        case PersonMoved(effective_on=day, team_id=team_id, manager_id=manager_id):
            new = Placement(starts_on=day, team_id=team_id, manager_id=manager_id)
        case _:
            return rows
    return rows.put(*(row_of(recorded.key, each) for each in placed(map(placement_of, rows), new)))


def placement_of(row: PlacementRow) -> Placement:
    """Return a row as the domain sees it."""
    return Placement(starts_on=row.starts_on, ends_on=row.ends_on, team_id=row.team_id, manager_id=row.manager_id)


def row_of(person_id: str, placement: Placement) -> PlacementRow:
    """Return a person's placement as a row."""
    return PlacementRow(
        person_id=person_id,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        team_id=placement.team_id,
        manager_id=placement.manager_id,
    )


PLACEMENTS = Projection(table=placements, row=PlacementRow, kind="person", project=project)


def placements_of(reading: Reading, person_id: str) -> list[PlacementRow]:
    """Return a person's placements in order."""
    own = select(placements).where(placements.c.person_id == person_id)
    return reading.rows(own.order_by(placements.c.starts_on), PlacementRow)


def reportings(reading: Reading, manager_id: str, since: date) -> tuple[Reporting, ...]:
    """Return the reporting lines from a manager upwards, for all days since one."""
    found: list[Reporting] = []
    seen: set[str] = set()
    waiting = {manager_id}
    columns = (placements.c.person_id, placements.c.starts_on, placements.c.ends_on, placements.c.manager_id)
    while waiting:
        seen |= waiting
        step = select(*columns).where(reading.among(placements.c.person_id, waiting), placements.c.ends_on >= since)
        new = reading.rows(step, Reporting)
        found += new
        waiting = {each.manager_id for each in new if each.manager_id is not None} - seen
    return tuple(found)


def above(reading: Reading, person_id: str, day: date) -> list[LineRow]:
    """Return who is above a person on a day, the nearest first. `manager_id` is whom they report to themselves."""
    found: list[LineRow] = []
    here = manager_on(reading, person_id, day)
    while here is not None and here not in {person_id, *(each.person_id for each in found)}:
        up = manager_on(reading, here, day)
        found.append(LineRow(person_id=here, manager_id=up, steps=len(found) + 1))
        here = up
    return found


def below(reading: Reading, person_id: str, day: date) -> list[LineRow]:
    """Return everyone who reports to a person on a day, directly or through others, the nearest first."""
    found: list[LineRow] = []
    seen, waiting, steps = {person_id}, {person_id}, 0
    while waiting:
        steps += 1
        reports = select(placements.c.person_id, placements.c.manager_id).where(
            reading.among(placements.c.manager_id, waiting), placements.c.starts_on <= day, placements.c.ends_on >= day
        )
        new = [row for row in reading.tuples(reports.order_by(placements.c.person_id)) if row.person_id not in seen]
        found += [LineRow(person_id=row.person_id, manager_id=row.manager_id, steps=steps) for row in new]
        waiting = {row.person_id for row in new}
        seen |= waiting
    return found


def manager_on(reading: Reading, person_id: str, day: date) -> str | None:
    """Return whom a person reports to on a day."""
    own = select(placements.c.manager_id).where(
        placements.c.person_id == person_id, placements.c.starts_on <= day, placements.c.ends_on >= day
    )
    return reading.scalar(own)


def teams_of(reading: Reading, person_ids: Iterable[str], day: date) -> tuple[str, ...]:
    """Return the teams in which some people are on a day."""
    theirs = select(placements.c.team_id).where(
        reading.among(placements.c.person_id, person_ids), placements.c.starts_on <= day, placements.c.ends_on >= day
    )
    return tuple(row.team_id for row in reading.tuples(theirs.distinct()) if row.team_id is not None)
