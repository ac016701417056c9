"""Teams: form them, change them, list them, and see who is in them on a day."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from msgspec import UNSET
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, Name, PageBody
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from events.store.session import Reading
from goals.domain.team import TEAM, ChangeTeam, FormTeam, NoSuchTeam
from goals.gathering import today
from goals.projections.people import PersonOnDay, employed
from goals.projections.teams import TeamRow, team_page, team_row, upwards
from goals.routers.names import Opens, page_by_name
from goals.routers.people import PersonAnswer, person_answer
from goals.routers.readers import check_colleague

router = APIRouter(prefix="/v1/teams", tags=["teams"])


class FormBody(Body):
    """A new team, and the team that it is part of."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"team_id": "americas", "name": "Americas"},
                {"team_id": "central", "name": "Central", "parent_id": "americas"},
            ]
        },
    )

    team_id: Id
    name: Name
    parent_id: Id | None = None


class ChangeBody(Body):
    """Another name or another place; a parent that is left out stays, and null means none."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Central and North"}]})

    name: Name
    parent_id: Id | None = None


class TeamAnswer(Answer):
    """A team."""

    team_id: Annotated[str, Field(examples=["central"])]
    name: Annotated[str, Field(examples=["Central"])]
    parent_id: Annotated[str | None, Field(examples=["americas"])]
    version: int


@router.post("", status_code=201, summary="Form a team")
async def form_team(body: FormBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Form a team. Sent again with the same words, it is done already."""
    asker.needs("hr", "planner")
    above = await parents(store, body.parent_id)
    command = FormTeam(team_id=body.team_id, name=body.name, parent_id=body.parent_id, above=above)
    return done(response, await execute(store, TEAM, body.team_id, command, asker))


@router.post("/{team_id}/change", summary="Change a team")
async def change_team(team_id: Id, body: ChangeBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Give a team another name or another place."""
    asker.needs("hr", "planner")
    parent_id = body.parent_id if "parent_id" in body.model_fields_set else UNSET
    above = await parents(store, body.parent_id)
    command = ChangeTeam(team_id=team_id, name=body.name, parent_id=parent_id, above=above)
    return done(response, await execute(store, TEAM, team_id, command, asker))


@router.get("", summary="List teams")
async def list_teams(store: Store, asker: Asker, page: Paging) -> PageBody[TeamAnswer]:
    """List teams by name."""
    check_colleague(asker)
    return page_body(await store.read(lambda reading: team_page(reading, page)), TeamAnswer.of)


@router.get("/{team_id}", summary="Show a team")
async def show_team(team_id: Id, request: Request, response: Response, store: Store, asker: Asker) -> TeamAnswer:
    """Show one team; the version is the ETag."""
    check_colleague(asker)
    row = await store.read(lambda reading: team_known(reading, team_id))
    shown(request, response, row.version)
    return TeamAnswer.of(row)


@router.get("/{team_id}/members", summary="List a team's members")
async def list_members(
    team_id: Id,
    store: Store,
    opens: Opens,
    asker: Asker,
    page: Paging,
    effective_on: Annotated[Day | None, Query(description="Who is in the team on this day. Else today.")] = None,
) -> PageBody[PersonAnswer]:
    """List those who work here and are in the team on a day, by name."""
    check_colleague(asker)

    def question(reading: Reading) -> list[PersonOnDay]:
        team_known(reading, team_id)
        return employed(reading, effective_on or today(reading, asker.at), team_id)

    rows = await store.read(question)
    names = await opens.of(rows, asker.at)
    return page_body(page_by_name(rows, names, page), lambda row: person_answer(row, names))


async def parents(store: Store, parent_id: str | None) -> tuple[str, ...]:
    """Return a team and all that it is part of."""
    return () if parent_id is None else await store.read(lambda reading: upwards(reading, parent_id))


def team_known(reading: Reading, team_id: str) -> TeamRow:
    """Return a team. Raises `NoSuchTeam`."""
    row = team_row(reading, team_id)
    if row is None:
        raise NoSuchTeam
    return row
