"""Territories: define them, assign them, end that, and see who holds which on a day."""

from datetime import date
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, Name, PageBody
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from events.store.session import Reading
from goals.domain.territory import (
    TERRITORY,
    AssignTerritory,
    DefineTerritory,
    EndTerritoryAssignment,
    NoSuchTerritory,
)
from goals.projections.people import is_known
from goals.projections.territories import TerritoryRow, territory_page, territory_row, upwards
from goals.projections.territory_assignments import TerritoryAssignmentFilter, assignment_page
from goals.routers.readers import check_colleague
from goals.routers.words import Word

router = APIRouter(prefix="/v1/territories", tags=["territories"])
assignments = APIRouter(prefix="/v1/territory-assignments", tags=["territories"])

TerritoryRole: TypeAlias = Annotated[Word, Field(examples=["owner"])]


class DefineBody(Body):
    """A territory, and the territory that it is part of. Sent again with other words, it is defined anew."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"territory_id": "us", "name": "United States"},
                {"territory_id": "us-west", "name": "US West", "parent_id": "us"},
            ]
        },
    )

    territory_id: Id
    name: Name
    parent_id: Id | None = None


class AssignBody(Body):
    """Who holds the territory in which role; several people may. Both days belong to it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person_id": "p-17", "role": "owner", "starts_on": "2025-02-01"}]}
    )

    person_id: Id
    role: TerritoryRole
    starts_on: Day
    ends_on: Day | None = None


class EndAssignmentBody(Body):
    """A last day of a person's spell that began on `starts_on`, or of their latest one. Sent again, it is corrected."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"person_id": "p-17", "role": "owner", "ends_on": "2025-06-30"}]}
    )

    person_id: Id
    role: TerritoryRole
    ends_on: Day
    starts_on: Day | None = None


class TerritoryAnswer(Answer):
    """A territory."""

    territory_id: Annotated[str, Field(examples=["us-west"])]
    name: Annotated[str, Field(examples=["US West"])]
    parent_id: Annotated[str | None, Field(examples=["us"])]
    version: int


class TerritoryAssignmentAnswer(Answer):
    """A spell of days in which a person holds a territory in a role. Without an end it goes on."""

    territory_id: Annotated[str, Field(examples=["us-west"])]
    person_id: Annotated[str, Field(examples=["p-17"])]
    role: Annotated[str, Field(examples=["owner"])]
    starts_on: date
    ends_on: date | None


async def filter_asked(
    territory_id: Annotated[Id | None, Query(description="Of this territory only.")] = None,
    person_id: Annotated[Id | None, Query(description="Of this person only.")] = None,
    role: Annotated[TerritoryRole | None, Query(description="In this role only.")] = None,
    effective_on: Annotated[Day | None, Query(description="Those that hold on this day. Else of all days.")] = None,
) -> TerritoryAssignmentFilter:
    """Return which assignments are asked for."""
    return TerritoryAssignmentFilter(
        territory_id=territory_id, person_id=person_id, role=role, effective_on=effective_on
    )


@router.post("", status_code=201, summary="Define a territory")
async def define_territory(body: DefineBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Define a territory, or give it another name or place. `If-None-Match: *` insists on a new one."""
    asker.needs("planner")
    parent_id = body.parent_id
    above = () if parent_id is None else await store.read(lambda reading: upwards(reading, parent_id))
    command = DefineTerritory(territory_id=body.territory_id, name=body.name, parent_id=parent_id, above=above)
    return done(response, await execute(store, TERRITORY, body.territory_id, command, asker))


@router.post("/{territory_id}/assign", summary="Assign a territory")
async def assign_territory(
    territory_id: Id, body: AssignBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Let a person hold a territory in a role. Sent again with the same words, it is done already."""
    asker.needs("planner")
    person_is_known = await store.read(lambda reading: is_known(reading, body.person_id))
    command = AssignTerritory(
        person_id=body.person_id,
        role=body.role,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        person_is_known=person_is_known,
    )
    return done(response, await execute(store, TERRITORY, territory_id, command, asker))


@router.post("/{territory_id}/end", summary="End a territory's assignment")
async def end_assignment(
    territory_id: Id, body: EndAssignmentBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Say a person's last day with a territory in a role, or another one."""
    asker.needs("planner")
    command = EndTerritoryAssignment(
        person_id=body.person_id, role=body.role, ends_on=body.ends_on, starts_on=body.starts_on
    )
    return done(response, await execute(store, TERRITORY, territory_id, command, asker))


@router.get("", summary="List territories")
async def list_territories(store: Store, asker: Asker, page: Paging) -> PageBody[TerritoryAnswer]:
    """List territories by name."""
    check_colleague(asker)
    return page_body(await store.read(lambda reading: territory_page(reading, page)), TerritoryAnswer.of)


@router.get("/{territory_id}", summary="Show a territory")
async def show_territory(
    territory_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> TerritoryAnswer:
    """Show one territory; the version is the ETag."""
    check_colleague(asker)
    row = await store.read(lambda reading: territory_known(reading, territory_id))
    shown(request, response, row.version)
    return TerritoryAnswer.of(row)


@assignments.get("", summary="List territory assignments")
async def list_assignments(
    store: Store, asker: Asker, page: Paging, asked: Annotated[TerritoryAssignmentFilter, Depends(filter_asked)]
) -> PageBody[TerritoryAssignmentAnswer]:
    """List who holds which territory, by territory, person, role and first day."""
    check_colleague(asker)
    found = await store.read(lambda reading: assignment_page(reading, asked, page))
    return page_body(found, TerritoryAssignmentAnswer.of)


def territory_known(reading: Reading, territory_id: str) -> TerritoryRow:
    """Return a territory. Raises `NoSuchTerritory`."""
    row = territory_row(reading, territory_id)
    if row is None:
        raise NoSuchTerritory
    return row
