"""Accounts: customers, as the CRM describes them, under the ids that deals name."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Name, PageBody
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from performance.domain.account import ACCOUNT, AccountIsUnknown, DescribeAccount
from performance.domain.attributes import attributes_of
from performance.projections.accounts import AccountRow, account_page, account_row
from performance.routers.readers import COLLEAGUES, RECORDERS
from performance.routers.words import Attributes

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

AccountId: TypeAlias = Annotated[Name, Field(examples=["Cancity"])]
"""An account's id, as the CRM names it and as deals have it in `account`."""


class AccountBody(Body):
    """All that is known of an account. What is not said is not so any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_id": "Cancity",
                    "name": "Cancity Stores",
                    "attributes": {"industry": "retail", "segment": "enterprise"},
                    "parent_id": "Acme Corporation",
                }
            ]
        },
    )

    account_id: AccountId
    name: Name
    attributes: Attributes = {}
    parent_id: Annotated[Name | None, Field(description="The account that it belongs to.")] = None


class AccountAnswer(Answer):
    """An account as it was described last."""

    account_id: str
    name: str
    attributes: dict[str, str]
    parent_id: str | None
    version: int


@router.post("", status_code=201, summary="Describe an account")
async def describe_account(body: AccountBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say, whole, what an account is. Said again as it is, it is done already."""
    asker.needs(*RECORDERS)
    command = DescribeAccount(
        account_id=body.account_id,
        name=body.name,
        attributes=attributes_of(body.attributes),
        parent_id=body.parent_id,
    )
    return done(response, await execute(store, ACCOUNT, body.account_id, command, asker))


@router.get("", summary="List accounts")
async def list_accounts(
    store: Store,
    asker: Asker,
    page: Paging,
    parent_id: Annotated[Name | None, Query(description="Those that belong to this account only.")] = None,
) -> PageBody[AccountAnswer]:
    """List accounts by their ids."""
    asker.needs(*COLLEAGUES)
    return page_body(await store.read(lambda reading: account_page(reading, parent_id, page)), answer_of)


@router.get("/{account_id:path}", summary="Show an account")
async def show_account(
    account_id: AccountId, request: Request, response: Response, store: Store, asker: Asker
) -> AccountAnswer:
    """Show an account as it was described last; its version is the ETag."""
    asker.needs(*COLLEAGUES)
    row = await store.read(lambda reading: account_row(reading, account_id))
    if row is None:
        raise AccountIsUnknown(account_id=account_id)
    shown(request, response, row.version)
    return answer_of(row)


def answer_of(row: AccountRow) -> AccountAnswer:
    """Return an account as it is answered."""
    return AccountAnswer(
        account_id=row.account_id,
        name=row.name,
        attributes=row.texts(),
        parent_id=row.parent_id,
        version=row.version,
    )
