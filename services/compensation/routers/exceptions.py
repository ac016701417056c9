"""The worklist: what is won but not paid, each with its reason. It pays by itself when the reason is gone."""

from typing import Annotated, cast

from fastapi import APIRouter, Query
from pydantic import Field

from compensation.domain.deal_problem import DEAL_REASONS, DealProblem
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.trace import REASONS
from compensation.projections.exceptions import ExceptionRow, listed
from compensation.projections.plans import billed_kinds, published_documents
from compensation.routers.credit_answers import money
from compensation.routers.readers import EVERYONES, audit
from edge.asking import Asker, Store
from edge.bodies import Answer, MoneyAnswer, PageBody
from edge.keyset import read_page
from edge.paging import Paging
from events.deriver import computed_up_to

router = APIRouter(prefix="/v1/exceptions", tags=["exceptions"])

Kind = DealProblem | Problem
TEXTS: dict[str, str] = {**DEAL_REASONS, **REASONS}


class ExceptionAnswer(Answer):
    """What is not paid yet: a share of a deal or a document that is nobody's, or credits of a person's period."""

    id: str
    kind: Kind
    problem: Annotated[str, Field(examples=["there is no quota for the period"])]
    deal_id: str | None
    document_kind: Annotated[str | None, Field(examples=["invoice"])]
    document_id: str | None
    person_id: str | None
    plan_id: str | None
    period: str | None
    amount: MoneyAnswer | None
    credit_count: int


class ExceptionsAnswer(PageBody[ExceptionAnswer]):
    """A page of exceptions, complete up to a position of this service's log."""

    computed_up_to: int


@router.get("", summary="List what is not paid, and why")
async def list_exceptions(
    store: Store,
    asker: Asker,
    page: Paging,
    kind: Annotated[Kind | None, Query(description="Only those of one kind.")] = None,
) -> ExceptionsAnswer:
    """List every won deal and every credit that pays nobody yet, each with its reason in words."""
    asker.needs(*EVERYONES)
    position, found = await store.read(
        lambda reading: (
            computed_up_to(reading),
            read_page(
                reading,
                listed(kind, billed_kinds(published_documents(reading))),
                ExceptionRow,
                page,
                by=("exception_id",),
            ),
        )
    )
    audit(asker, [row.person_id for row in found.items if row.person_id is not None], "exceptions")
    answers = [exception_answer(row) for row in found.items]
    return ExceptionsAnswer(items=answers, next=found.next, computed_up_to=position)


def exception_answer(row: ExceptionRow) -> ExceptionAnswer:
    """Return an exception as it is answered."""
    return ExceptionAnswer(
        id=row.exception_id,
        kind=cast("Kind", row.kind),
        problem=TEXTS[row.kind],
        deal_id=row.deal_id,
        document_kind=row.document_kind,
        document_id=row.document_id,
        person_id=row.person_id,
        plan_id=row.plan_id or None,
        period=row.period,
        amount=None if row.amount is None or row.currency is None else money(row.amount, row.currency),
        credit_count=row.credit_count,
    )
