"""Plans: draft, revise, publish; the list, and one of them, also in plain words."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from compensation.domain.document.difference import differences
from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.words import in_words
from compensation.domain.plan import PLAN, DraftPlan, PlanIsUnknown, PublishPlan, RevisePlan
from compensation.projections import assignments
from compensation.projections.plans import PlanRow, PlanVersionRow, document_of, listed, plan_row, versions_of
from compensation.routers.documents import EXAMPLE, DocumentBody
from compensation.routers.documents import shown as shown_document
from compensation.routers.readers import EVERYONES
from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, PageBody
from edge.keyset import Paged, read_page
from edge.paging import Paging, page_body
from edge.refusals import NotAllowed
from edge.versions import done, shown
from events.domain import Refused
from events.execute import execute
from events.store.session import Reading

router = APIRouter(prefix="/v1/plans", tags=["plans"])


class PlanBody(DocumentBody):
    """A new plan."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"plan_id": "accelerated-2017"} | EXAMPLE]}
    )

    plan_id: Id


class PublicationBody(Body):
    """From which day on the draft holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"effective_on": "2017-01-01"}]})

    effective_on: Day


class DocumentAnswer(DocumentBody):
    """What a version of a plan says, as data and in words."""

    in_words: Annotated[str, Field(examples=["5% of bookings up to 100% of the quarter's quota, 8% above."])]


class VersionAnswer(Answer):
    """A version of a plan: a draft, or published and in effect from a day until the next one's."""

    version: int
    status: str
    effective_on: date | None
    document: DocumentAnswer


class PlanAnswer(Answer):
    """A plan in a list."""

    id: str
    name: str
    status: str
    plan_version: int
    in_words: str
    version: int


class WholePlanAnswer(PlanAnswer):
    """A plan with all of its versions, the first one first."""

    versions: list[VersionAnswer]


class DifferenceAnswer(Answer):
    """A place of the document, in which parts are named by their ids, and what stood and stands there."""

    pointer: Annotated[str, Field(examples=["/components/commission/table/tiers"])]
    before: Any
    after: Any


class DifferencesAnswer(Answer):
    """What differs between two versions of a plan, as data and as both read in words."""

    differences: list[DifferenceAnswer]
    in_words_before: str
    in_words_after: str


class VersionIsUnknown(Refused):
    """The plan has no such version."""


VersionNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@router.post("", status_code=201, summary="Draft a plan")
async def draft_plan(body: PlanBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Write a plan down. Every fault is named with its place; nobody is paid by it before it is published."""
    asker.needs("comp_admin")
    return done(response, await execute(store, PLAN, body.plan_id, DraftPlan(document=body.document()), asker))


@router.post("/{plan_id}/revise", summary="Revise a plan")
async def revise_plan(plan_id: Id, body: DocumentBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Write the draft anew; for a published plan this begins its next version, and the others stay."""
    asker.needs("comp_admin")
    return done(response, await execute(store, PLAN, plan_id, RevisePlan(document=body.document()), asker))


@router.post("/{plan_id}/publish", summary="Publish a plan")
async def publish_plan(plan_id: Id, body: PublicationBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let the draft hold from a day on. A deal's booking day decides which version pays it."""
    asker.needs("comp_admin")
    return done(response, await execute(store, PLAN, plan_id, PublishPlan(effective_on=body.effective_on), asker))


@router.get("", summary="List plans")
async def list_plans(store: Store, asker: Asker, page: Paging) -> PageBody[PlanAnswer]:
    """List the plans as they were last written; for a person without a role in pay, those they were assigned to."""

    def question(reading: Reading) -> Paged[PlanRow]:
        return read_page(reading, listed(reading, plans_seen(reading, asker)), PlanRow, page, by=("plan_id",))

    return page_body(await store.read(question), plan_answer)


@router.get("/{plan_id}", summary="Show a plan")
async def show_plan(plan_id: Id, request: Request, response: Response, store: Store, asker: Asker) -> WholePlanAnswer:
    """Show a plan with all of its versions, as data and in plain words."""

    def question(reading: Reading) -> tuple[PlanRow | None, list[PlanVersionRow]]:
        seen = plans_seen(reading, asker)
        if seen is not None and plan_id not in seen:
            raise NotAllowed
        return plan_row(reading, plan_id), versions_of(reading, plan_id)

    row, versions = await store.read(question)
    if row is None:
        raise PlanIsUnknown
    shown(request, response, row.version)
    return WholePlanAnswer(
        id=row.plan_id,
        name=row.name,
        status=row.status,
        plan_version=row.plan_version,
        in_words=in_words(document_of(row.document)),
        version=row.version,
        versions=[version_answer(each) for each in versions],
    )


@router.get("/{plan_id}/differences", summary="Compare two versions of a plan")
async def compare_versions(
    plan_id: Id, store: Store, asker: Asker, before: VersionNumber, after: VersionNumber
) -> DifferencesAnswer:
    """Say where a version differs from another one, place by place. The order of parts alone is no difference."""

    def question(reading: Reading) -> dict[int, PlanDocument]:
        seen = plans_seen(reading, asker)
        if seen is not None and plan_id not in seen:
            raise NotAllowed
        return {each.plan_version: document_of(each.document) for each in versions_of(reading, plan_id)}

    versions = await store.read(question)
    if not versions:
        raise PlanIsUnknown
    for number in (before, after):
        if number not in versions:
            raise VersionIsUnknown(version=number)
    found = differences(versions[before], versions[after])
    return DifferencesAnswer(
        differences=[DifferenceAnswer.of(each) for each in found],
        in_words_before=in_words(versions[before]),
        in_words_after=in_words(versions[after]),
    )


def plans_seen(reading: Reading, asker: RoleAsking) -> list[str] | None:
    """Return the plans that the asker may read; nothing for all of them."""
    return None if asker.has("manager", *EVERYONES) else assignments.plans_of(reading, asker.actor)


def plan_answer(row: PlanRow) -> PlanAnswer:
    """Return a plan as it is listed."""
    return PlanAnswer(
        id=row.plan_id,
        name=row.name,
        status=row.status,
        plan_version=row.plan_version,
        in_words=in_words(document_of(row.document)),
        version=row.version,
    )


def version_answer(row: PlanVersionRow) -> VersionAnswer:
    """Return a version as it is answered."""
    document = document_of(row.document)
    return VersionAnswer(
        version=row.plan_version,
        status=row.status,
        effective_on=row.effective_on,
        document=DocumentAnswer.model_validate(shown_document(document) | {"in_words": in_words(document)}),
    )
