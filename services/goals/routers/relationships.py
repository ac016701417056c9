"""Named relationships between people: who shares in whose deals, as what, and when."""

from datetime import date
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, PageBody
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute
from events.store.session import Reading
from goals.domain.relationship import RELATIONSHIP, EndRelationship, SetRelationship, relationship_id_of
from goals.projections.people import is_known
from goals.projections.relationships import RelationshipFilter, relationship_page
from goals.routers.readers import check_colleague
from goals.routers.words import Word

router = APIRouter(prefix="/v1/relationships", tags=["relationships"])

RelationshipName: TypeAlias = Annotated[Word, Field(examples=["sales_engineer"])]
RelationshipId: TypeAlias = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._:~-]{1,202}$", examples=["p-21~p-17~sales_engineer"])
]


class RelationshipBody(Body):
    """Somebody, who is credited, is so related to somebody whose deals they share in. Both days belong to it."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "sales_engineer",
                    "from_person_id": "p-21",
                    "to_person_id": "p-17",
                    "starts_on": "2025-02-01",
                    "ends_on": "2025-12-31",
                }
            ]
        },
    )

    name: RelationshipName
    from_person_id: Id
    to_person_id: Id
    starts_on: Day
    ends_on: Day | None = None


class EndBody(Body):
    """A last day; of the spell that began on `starts_on`, or of the latest one. Sent again, it is corrected."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2025-06-30"}]})

    ends_on: Day
    starts_on: Day | None = None


class RelationshipAnswer(Answer):
    """A spell of days in which `from_person_id` is credited with deals of `to_person_id`. Without an end it goes on."""

    relationship_id: Annotated[str, Field(examples=["p-21~p-17~sales_engineer"])]
    name: Annotated[str, Field(examples=["sales_engineer"])]
    from_person_id: Annotated[str, Field(examples=["p-21"])]
    to_person_id: Annotated[str, Field(examples=["p-17"])]
    starts_on: date
    ends_on: date | None
    version: int


async def filter_asked(
    name: Annotated[RelationshipName | None, Query(description="Of this name only.")] = None,
    from_person_id: Annotated[Id | None, Query(description="In which this person is credited.")] = None,
    to_person_id: Annotated[Id | None, Query(description="In whose deals somebody shares.")] = None,
    effective_on: Annotated[Day | None, Query(description="Those that hold on this day. Else of all days.")] = None,
) -> RelationshipFilter:
    """Return which relationships are asked for."""
    return RelationshipFilter(
        name=name, from_person_id=from_person_id, to_person_id=to_person_id, effective_on=effective_on
    )


@router.post("", status_code=201, summary="Relate two people")
async def set_relationship(body: RelationshipBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say who shares in whose deals, as what. Sent again with the same words, it is done already."""
    asker.needs("hr", "planner")

    def question(reading: Reading) -> tuple[str, ...]:
        return tuple(each for each in (body.from_person_id, body.to_person_id) if is_known(reading, each))

    command = SetRelationship(
        name=body.name,
        from_person_id=body.from_person_id,
        to_person_id=body.to_person_id,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        known=await store.read(question),
    )
    key = relationship_id_of(body.name, body.from_person_id, body.to_person_id)
    return done(response, await execute(store, RELATIONSHIP, key, command, asker))


@router.post("/{relationship_id}/end", summary="End a relationship")
async def end_relationship(
    relationship_id: RelationshipId, body: EndBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Say the last day of a relationship, or another one."""
    asker.needs("hr", "planner")
    command = EndRelationship(ends_on=body.ends_on, starts_on=body.starts_on)
    return done(response, await execute(store, RELATIONSHIP, relationship_id, command, asker))


@router.get("", summary="List relationships")
async def list_relationships(
    store: Store, asker: Asker, page: Paging, asked: Annotated[RelationshipFilter, Depends(filter_asked)]
) -> PageBody[RelationshipAnswer]:
    """List relationships by who is credited, and first day."""
    check_colleague(asker)
    return page_body(await store.read(lambda reading: relationship_page(reading, asked, page)), RelationshipAnswer.of)
