"""Which account falls in which territory, from which day on."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, Name, PageBody
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute
from events.store.session import Reading
from goals.domain.account import ACCOUNT, PlaceAccount
from goals.projections.account_placements import AccountPlacementFilter, placement_page
from goals.projections.territories import territory_row
from goals.routers.readers import check_colleague

router = APIRouter(prefix="/v1/account-placements", tags=["territories"])


class PlaceBody(Body):
    """An account, as deals name it, and the territory in which it falls from a day on; null for none."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"account": "Cancity", "territory_id": "us-west", "effective_on": "2025-02-01"}]
        },
    )

    account: Name
    territory_id: Id | None
    effective_on: Day


class AccountPlacementAnswer(Answer):
    """The territory of an account from one day to another, null for none; both days belong to it."""

    account: Annotated[str, Field(examples=["Cancity"])]
    territory_id: Annotated[str | None, Field(examples=["us-west"])]
    starts_on: date
    ends_on: date | None
    version: int


async def filter_asked(
    account: Annotated[Name | None, Query(description="Of this account only.")] = None,
    territory_id: Annotated[Id | None, Query(description="Those in this territory only.")] = None,
    effective_on: Annotated[Day | None, Query(description="Those that hold on this day. Else of all days.")] = None,
) -> AccountPlacementFilter:
    """Return which placements are asked for."""
    return AccountPlacementFilter(account=account, territory_id=territory_id, effective_on=effective_on)


@router.post("", status_code=201, summary="Place an account")
async def place_account(body: PlaceBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let an account fall in a territory from a day on, which may lie in the past; the last word on a day holds."""
    asker.needs("planner")

    def question(reading: Reading) -> bool:
        return body.territory_id is not None and territory_row(reading, body.territory_id) is not None

    command = PlaceAccount(
        account=body.account,
        territory_id=body.territory_id,
        effective_on=body.effective_on,
        territory_is_known=await store.read(question),
    )
    return done(response, await execute(store, ACCOUNT, body.account, command, asker))


@router.get("", summary="List account placements")
async def list_placements(
    store: Store, asker: Asker, page: Paging, asked: Annotated[AccountPlacementFilter, Depends(filter_asked)]
) -> PageBody[AccountPlacementAnswer]:
    """List which account falls in which territory, by account and first day."""
    check_colleague(asker)
    found = await store.read(lambda reading: placement_page(reading, asked, page))
    return page_body(found, AccountPlacementAnswer.of)
