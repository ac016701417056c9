"""What are the teams called, and which belongs to which? Heard from goals."""

from sqlalchemy import Column, MetaData, Table, Text, select

from events.contracts.goals import TeamChangedV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

teams = Table(
    "teams",
    MetaData(),
    Column("team_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Text),
)


class TeamRow(Value, tag=False):
    """A team."""

    team_id: str
    name: str
    parent_id: str | None


def project(rows: Rows[TeamRow], recorded: Recorded[Value]) -> Rows[TeamRow]:
    """Say what the team is after an event."""
    match recorded.event:
        case TeamChangedV1(name=name, parent_id=parent_id):
            return rows.put(TeamRow(team_id=recorded.key, name=name, parent_id=parent_id))
        case _:
            return rows


TEAMS = Projection(table=teams, row=TeamRow, kind="heard-goals-team", project=project)


def team_names(reading: Reading) -> dict[str, str]:
    """Return the names of all teams."""
    return {row.team_id: row.name for row in reading.rows(select(teams), TeamRow)}
