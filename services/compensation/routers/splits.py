"""Splits by hand: who shares a deal instead of those whom the CRM names."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from compensation.domain.engine.trace import plain_number
from compensation.domain.split import SHARES_MAX, SPLIT, HandShare, SplitDeal, WithdrawSplit
from compensation.projections import people
from compensation.projections.splits import HandShareRow, listed
from compensation.routers.numbers import Number
from compensation.routers.readers import EVERYONES
from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Id, PageBody
from edge.keyset import read_page
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute

router = APIRouter(prefix="/v1/splits", tags=["splits"])

DEAL_ID_PATTERN = r"^[A-Za-z0-9._:~-]{1,200}$"
DealId = Annotated[str, Path(pattern=DEAL_ID_PATTERN, examples=["crm.1"])]
Reason = Annotated[str, Field(min_length=1, max_length=1_000, examples=["Both closed it"], strict=True)]


class ShareBody(Body):
    """A person's share in percent."""

    person_id: Id
    percent: Number


class SplitBody(Body):
    """Who shares the deal, 100% together, and why; more than that if it is an overlay."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"shares": [{"person_id": "p-17", "percent": "100"}], "reason": "The CRM names a stand-in"}]
        },
    )

    shares: Annotated[list[ShareBody], Field(min_length=1, max_length=SHARES_MAX)]
    reason: Reason
    is_overlay: Annotated[bool, Field(strict=True, description="Shares are more than 100 together.")] = False


class WithdrawalBody(Body):
    """Why something that was done by hand is taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"reason": "A mistake"}]})

    reason: Reason


class HandShareAnswer(Answer):
    """A person's share of a deal that is split by hand, by whom and why."""

    deal_id: str
    person_id: str
    percent: Annotated[str, Field(examples=["60"])]
    reason: str
    split_by: str
    version: int


@router.post("/{deal_id}", summary="Split a deal by hand")
async def split_deal(deal_id: DealId, body: SplitBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let people share a deal, whatever the CRM says of it. Pay follows from it at once."""
    asker.needs("comp_admin")
    sharers = [each.person_id for each in body.shares]
    strangers = await store.read(lambda reading: [each for each in sharers if not people.is_known(reading, each)])
    command = SplitDeal(
        shares=tuple(HandShare(person_id=each.person_id, percent=Decimal(each.percent)) for each in body.shares),
        reason=body.reason,
        split_by=asker.actor,
        is_overlay=body.is_overlay,
        strangers=tuple(strangers),
    )
    return done(response, await execute(store, SPLIT, deal_id, command, asker))


@router.post("/{deal_id}/withdraw", summary="Withdraw a split by hand")
async def withdraw(deal_id: DealId, body: WithdrawalBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let the deal be shared again as the CRM says."""
    asker.needs("comp_admin")
    command = WithdrawSplit(reason=body.reason, withdrawn_by=asker.actor)
    return done(response, await execute(store, SPLIT, deal_id, command, asker))


@router.get("", summary="List splits by hand")
async def list_splits(
    store: Store,
    asker: Asker,
    page: Paging,
    deal_id: Annotated[str | None, Query(max_length=200, description="Only those of this deal.")] = None,
) -> PageBody[HandShareAnswer]:
    """List who shares which deal by hand, and why."""
    asker.needs(*EVERYONES)
    found = await store.read(
        lambda reading: read_page(reading, listed(deal_id), HandShareRow, page, by=("deal_id", "number"))
    )
    return page_body(found, share_answer)


def share_answer(row: HandShareRow) -> HandShareAnswer:
    """Return a share as it is answered."""
    return HandShareAnswer(
        deal_id=row.deal_id,
        person_id=row.person_id,
        percent=plain_number(row.percent),
        reason=row.reason,
        split_by=row.split_by,
        version=row.version,
    )
