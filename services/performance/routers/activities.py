"""Activities: meetings, calls, demos and the like, of people of ours or of owners as a CRM calls them."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, Name, PageBody, Text
from edge.keyset import Paged
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from events.opening import Store as OpenStore
from events.store.session import Reading
from performance.domain.activity import (
    ACTIVITY,
    ActivityIsOfNobody,
    ActivityIsOfOneWhoIsNotNamed,
    ActivityIsUnknown,
    ActivityRecorded,
    RecordActivity,
    WithdrawActivity,
)
from performance.domain.terms import KnownOwner, Owner
from performance.gathering.intake import intake_in
from performance.projections.activities import ActivityFilter, ActivityRow, activity_page, activity_row
from performance.projections.people import sealed_names
from performance.routers.custom_fields import FieldAnswer, Fields, fields_answered, fields_in
from performance.routers.readers import RECORDERS, seen_by
from performance.routers.words import Word

COUNT_MAX = 10_000

router = APIRouter(prefix="/v1/activities", tags=["activities"])


class OwnerBody(Body):
    """An owner as a CRM calls them."""

    source: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,18}$", examples=["crm"], strict=True)]
    name: Name


class ActivityBody(Body):
    """What somebody did on a day: a person of ours by id, or an owner by what a CRM calls them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "activity_id": "crm.task-5512",
                    "kind": "demo",
                    "person_id": "p-17",
                    "done_on": "2017-03-08",
                    "deal_id": "crm.1C1I7A6R",
                    "account": "Cancity",
                },
                {
                    "activity_id": "crm.task-5513",
                    "kind": "call",
                    "owner": {"source": "crm", "name": "Moses Frase"},
                    "done_on": "2017-03-09",
                    "count": 3,
                },
            ]
        },
    )

    activity_id: Id
    kind: Annotated[Word, Field(examples=["meeting"])]
    person_id: Id | None = None
    owner: OwnerBody | None = None
    done_on: Day
    count: Annotated[int, Field(ge=1, le=COUNT_MAX, strict=True)] = 1
    deal_id: Id | None = None
    account: Annotated[Name | None, Field(description="The account's id.")] = None
    fields: Fields = []


class WithdrawBody(Body):
    """Why an activity is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The customer did not come"}]})

    reason: Text


class ActivityAnswer(Answer):
    """An activity. `withdrawn` is why it was taken back, null for one that counts."""

    activity_id: Annotated[str, Field(examples=["crm.task-5512"])]
    kind: Annotated[str, Field(examples=["demo"])]
    person_id: str | None
    owner_hash: str | None
    done_on: date
    count: int
    deal_id: str | None
    account: str | None
    fields: list[FieldAnswer]
    withdrawn: str | None
    version: int


async def filter_asked(
    kind: Annotated[Word | None, Query(description="Of this kind only.")] = None,
    person_id: Annotated[Id | None, Query(description="Of this person only.")] = None,
    deal_id: Annotated[Id | None, Query(description="For this deal only.")] = None,
    done_from: Day | None = None,
    done_to: Day | None = None,
) -> ActivityFilter:
    """Return which activities are asked for."""
    return ActivityFilter(kind=kind, person_id=person_id, deal_id=deal_id, done_from=done_from, done_to=done_to)


@router.post("", status_code=201, summary="Record an activity")
async def record_activity(
    body: ActivityBody, request: Request, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Take note of what somebody did. Sent again as it was, it is done already."""
    asker.needs(*RECORDERS)
    activity = ActivityRecorded(
        kind=body.kind,
        owner=await owner_of(body, request, store),
        done_on=body.done_on,
        count=body.count,
        deal_id=body.deal_id,
        account=body.account,
        fields=fields_in(body.fields, "/fields"),
    )
    return done(response, await execute(store, ACTIVITY, body.activity_id, RecordActivity(activity=activity), asker))


@router.post("/{activity_id}/withdraw", summary="Withdraw an activity")
async def withdraw_activity(
    activity_id: Id, body: WithdrawBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Say that it was never done, and why."""
    asker.needs(*RECORDERS)
    return done(response, await execute(store, ACTIVITY, activity_id, WithdrawActivity(reason=body.reason), asker))


@router.get("", summary="List activities")
async def list_activities(
    store: Store, asker: Asker, page: Paging, asked: Annotated[ActivityFilter, Depends(filter_asked)]
) -> PageBody[ActivityAnswer]:
    """List the activities that you may see, by day: a rep their own, a manager their line's; withdrawn ones too."""

    def question(reading: Reading) -> Paged[ActivityRow]:
        within = msgspec.structs.replace(asked, seen_by=seen_by(reading, asker))
        return activity_page(reading, within, page)

    return page_body(await store.read(question), answer_of)


@router.get("/{activity_id}", summary="Show an activity")
async def show_activity(
    activity_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> ActivityAnswer:
    """Show an activity that you may see; its version is the ETag."""
    row = await store.read(lambda reading: activity_row(reading, activity_id, seen_by(reading, asker)))
    if row is None:
        raise ActivityIsUnknown(activity_id=activity_id)
    shown(request, response, row.version)
    return answer_of(row)


async def owner_of(body: ActivityBody, request: Request, store: OpenStore) -> Owner:
    """Return whose activity it is: a person of ours, or whom a CRM's name for them means, else its keyed hash."""
    if (body.person_id is None) == (body.owner is None):
        raise ActivityIsOfOneWhoIsNotNamed
    if body.owner is not None:
        intake = intake_in(request.app.state)
        found = await intake.owners.find(intake.keys, body.owner.source, [body.owner.name])
        return found[body.owner.name]
    person_id = body.person_id or ""
    if not await store.read(lambda reading: sealed_names(reading, [person_id])):
        raise ActivityIsOfNobody(person_id=person_id)
    return KnownOwner(person_id=person_id)


def answer_of(row: ActivityRow) -> ActivityAnswer:
    """Return an activity as it is answered."""
    return ActivityAnswer(
        activity_id=row.activity_id,
        kind=row.kind,
        person_id=row.person_id,
        owner_hash=row.owner_hash,
        done_on=row.done_on,
        count=row.count,
        deal_id=row.deal_id,
        account=row.account,
        fields=fields_answered(row.custom()),
        withdrawn=row.withdrawn,
        version=row.version,
    )
