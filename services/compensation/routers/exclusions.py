"""Exclusions: deals that credit nobody, or not somebody, by hand."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field

from compensation.domain.exclusion import EXCLUSION, ExcludeCredit, WithdrawExclusion
from compensation.projections import people
from compensation.projections.exclusions import ExclusionRow, listed
from compensation.routers.readers import EVERYONES
from compensation.routers.splits import DealId, Reason
from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Id, PageBody
from edge.keyset import read_page
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute

router = APIRouter(prefix="/v1/exclusions", tags=["exclusions"])


class ExclusionBody(Body):
    """Whom the deal does not credit, or credits again, and why."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"person_id": "p-17", "reason": "A house account"}]},
    )

    reason: Reason
    person_id: Annotated[Id | None, Field(description="Without one, everybody.")] = None


class ExclusionAnswer(Answer):
    """Who is excluded from a deal, by whom and why; everybody where there is no person."""

    deal_id: str
    person_id: str | None
    reason: str
    excluded_by: str
    version: int


@router.post("/{deal_id}", summary="Exclude a deal, or a person from it")
async def exclude(deal_id: DealId, body: ExclusionBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let a deal credit nobody, or not somebody, whatever is told of it. What was credited by hand stays."""
    asker.needs("comp_admin")
    person_id = body.person_id
    is_known = person_id is None or await store.read(lambda reading: people.is_known(reading, person_id))
    command = ExcludeCredit(reason=body.reason, excluded_by=asker.actor, person_id=person_id, person_is_known=is_known)
    return done(response, await execute(store, EXCLUSION, deal_id, command, asker))


@router.post("/{deal_id}/withdraw", summary="Withdraw an exclusion")
async def withdraw(deal_id: DealId, body: ExclusionBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let the deal credit the person again; without one, take back what was excluded for everybody."""
    asker.needs("comp_admin")
    command = WithdrawExclusion(reason=body.reason, withdrawn_by=asker.actor, person_id=body.person_id)
    return done(response, await execute(store, EXCLUSION, deal_id, command, asker))


@router.get("", summary="List exclusions")
async def list_exclusions(
    store: Store,
    asker: Asker,
    page: Paging,
    deal_id: Annotated[str | None, Query(max_length=200, description="Only those of this deal.")] = None,
) -> PageBody[ExclusionAnswer]:
    """List which deals credit nobody, or not somebody, and why."""
    asker.needs(*EVERYONES)
    found = await store.read(
        lambda reading: read_page(reading, listed(deal_id), ExclusionRow, page, by=("deal_id", "person_id"))
    )
    return page_body(found, exclusion_answer)


def exclusion_answer(row: ExclusionRow) -> ExclusionAnswer:
    """Return an exclusion as it is answered."""
    return ExclusionAnswer(
        deal_id=row.deal_id,
        person_id=row.person_id or None,
        reason=row.reason,
        excluded_by=row.excluded_by,
        version=row.version,
    )
