"""Which teams are there, and which is part of which? One row a team."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.team import TeamEvent

teams = Table(
    "teams",
    MetaData(),
    Column("team_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Text),
    Column("version", Integer, nullable=False),
)


class TeamRow(Value, tag=False):
    """A team as it is."""

    team_id: str
    name: str
    parent_id: str | None
    version: int


def project(rows: Rows[TeamRow], recorded: Recorded[TeamEvent]) -> Rows[TeamRow]:
    """Say what the team is after an event; each says it all."""
    event = recorded.event
    row = TeamRow(team_id=recorded.key, name=event.name, parent_id=event.parent_id, version=recorded.version)
    return rows.put(row)


TEAMS = Projection(table=teams, row=TeamRow, kind="team", project=project)


def team_row(reading: Reading, team_id: str) -> TeamRow | None:
    """Return one team."""
    return reading.one(select(teams).where(teams.c.team_id == team_id), TeamRow)


def team_page(reading: Reading, page: Page) -> Paged[TeamRow]:
    """Return a page of the teams, by name."""
    return read_page(reading, select(teams), TeamRow, page, by=("name", "team_id"))


def upwards(reading: Reading, team_id: str) -> tuple[str, ...]:
    """Return a team, the team that it is part of, and so on; nothing where it is not there."""
    found: list[str] = []
    row = team_row(reading, team_id)
    while row is not None and row.team_id not in found:
        found.append(row.team_id)
        row = None if row.parent_id is None else team_row(reading, row.parent_id)
    return tuple(found)
