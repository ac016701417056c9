"""Plans: draft, revise, publish; the list, and one of them, also in plain words."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from compensation.domain.document import PlanDocument, Rounding, Tier, in_words
from compensation.domain.plan import PLAN, DraftPlan, PlanIsUnknown, PublishPlan, RevisePlan
from compensation.projections import assignments
from compensation.projections.plans import PlanRow, PlanVersionRow, document_of, listed, plan_row, versions_of
from compensation.routers.readers import EVERYONES
from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, Name, PageBody
from edge.keyset import Paged, read_page
from edge.paging import Paging, page_body
from edge.refusals import NotAllowed
from edge.versions import done, shown
from events.execute import execute
from events.store.session import Reading

PERCENT_PATTERN = r"^-?[0-9]{1,9}(\.[0-9]{1,12})?$"
LISTED_TIERS_MAX = 1_000

EXAMPLE: JsonDict = {
    "name": "Accelerated 2017",
    "currency": "USD",
    "measure": "bookings",
    "interval": "quarter",
    "tiers": [{"up_to": "100", "rate": "5"}, {"up_to": None, "rate": "8"}],
    "edge": "lower",
    "rounding": {"rule": "half_up", "at": "end"},
}

router = APIRouter(prefix="/v1/plans", tags=["plans"])

Percent = Annotated[str, Field(pattern=PERCENT_PATTERN, examples=["5"], strict=True)]


def number(written: str) -> Decimal:
    """Return a number that was written; nothing has no sign."""
    found = Decimal(written)
    return found or found.copy_abs()


class TierBody(Body):
    """A rate in percent, up to an attainment in percent of quota; null for the last tier, which is open."""

    up_to: Percent | None
    rate: Percent


class RoundingBody(Body):
    """How pay becomes whole cents: by which rule, once a period or line by line."""

    rule: Literal["half_up", "half_even"]
    at: Literal["end", "each_line"]


class DocumentBody(Body):
    """What a plan says."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [EXAMPLE]})

    name: Name
    currency: Annotated[str, Field(max_length=3, examples=["USD"], strict=True)]
    measure: Literal["bookings"]
    interval: Literal["month", "quarter", "year"]
    tiers: Annotated[list[TierBody], Field(max_length=LISTED_TIERS_MAX)]
    edge: Literal["lower", "upper"]
    rounding: RoundingBody

    def document(self) -> PlanDocument:
        """Return the document that was written."""
        return PlanDocument(
            name=self.name,
            currency=self.currency,
            measure=self.measure,
            interval=self.interval,
            tiers=tuple(
                Tier(up_to=None if each.up_to is None else number(each.up_to), rate=number(each.rate))
                for each in self.tiers
            ),
            edge=self.edge,
            rounding=Rounding(rule=self.rounding.rule, at=self.rounding.at),
        )


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


class TierAnswer(Answer):
    """A tier."""

    up_to: str | None
    rate: str


class RoundingAnswer(Answer):
    """How pay becomes whole cents."""

    rule: str
    at: str


class DocumentAnswer(Answer):
    """What a version of a plan says, as data and in words."""

    name: str
    currency: str
    measure: str
    interval: str
    tiers: list[TierAnswer]
    edge: str
    rounding: RoundingAnswer
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
        document=DocumentAnswer(
            name=document.name,
            currency=document.currency,
            measure=document.measure,
            interval=document.interval,
            tiers=[
                TierAnswer(up_to=None if each.up_to is None else f"{each.up_to:f}", rate=f"{each.rate:f}")
                for each in document.tiers
            ],
            edge=document.edge,
            rounding=RoundingAnswer(rule=document.rounding.rule, at=document.rounding.at),
            in_words=in_words(document),
        ),
    )
