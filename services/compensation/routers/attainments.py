"""Credited attainment, which this service alone computes."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from compensation.projections.attainments import AttainmentRow, attainments, listed
from compensation.routers.credit_answers import in_own_digits, money
from compensation.routers.readers import audit, must_see, period_named, seen_by
from edge.asking import Asker, Store
from edge.bodies import Answer, Id, MoneyAnswer, PageBody
from edge.keyset import Paged, read_page
from edge.paging import Paging
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from events.deriver import computed_up_to
from events.store.session import Reading

router = APIRouter(prefix="/v1/attainment", tags=["attainment"])


class AttainmentAnswer(Answer):
    """A person's credit of a period beside the quota. `percent` is credit ÷ quota; none without a usable quota."""

    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    credit: MoneyAnswer
    quota: MoneyAnswer | None
    percent: Annotated[str | None, Field(examples=["104.25"])]


class AttainmentsAnswer(PageBody[AttainmentAnswer]):
    """A page of attainment, complete up to a position of this service's log."""

    computed_up_to: int


@router.get(
    "",
    summary="List attainment",
    response_model=AttainmentsAnswer,
    responses=TABLE_DOCS,
)
async def list_attainment(
    request: Request,
    store: Store,
    asker: Asker,
    page: Paging,
    period: Annotated[str | None, Query(max_length=20, examples=["2017-Q1"])] = None,
    person_id: Annotated[Id | None, Query(description="Only this person's.")] = None,
) -> AttainmentsAnswer | Response:
    """List how much of their quota people have reached. `Accept: text/csv` for a table."""

    def question(reading: Reading) -> tuple[int, Paged[AttainmentRow]]:
        position = computed_up_to(reading)
        named = None if period is None else period_named(reading, period)
        if person_id is not None:
            must_see(reading, asker, person_id, named)
        statement, seen = listed(period, person_id), seen_by(reading, asker, named)
        if seen is not None:
            statement = statement.where(reading.among(attainments.c.person_id, seen))
        return position, read_page(reading, statement, AttainmentRow, page, by=("person_id", "period", "measure"))

    position, found = await store.read(question)
    audit(asker, [row.person_id for row in found.items], "attainment")
    if wants_csv(request):
        rows = [in_own_digits(each, each.currency, "credit", "quota") for each in found.items]
        return csv_answer(request, AttainmentRow.__struct_fields__, rows, "attainment", found.next)
    answers = [attainment_answer(row) for row in found.items]
    return AttainmentsAnswer(items=answers, next=found.next, computed_up_to=position)


def attainment_answer(row: AttainmentRow) -> AttainmentAnswer:
    """Return an attainment as it is answered."""
    return AttainmentAnswer(
        person_id=row.person_id,
        measure=row.measure,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        credit=money(row.credit, row.currency),
        quota=None if row.quota is None else money(row.quota, row.currency),
        percent=digits(row.percent),
    )


def digits(number: Decimal | None) -> str | None:
    """Return a number's digits, never in exponent form."""
    return None if number is None else format(number, "f")
