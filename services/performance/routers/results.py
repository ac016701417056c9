"""Posted results: what the company, a team, a territory or a person reached, as other books say."""

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Currency, DoneBody, Id, PageBody, Text
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from events.store.session import Reading
from fiscal.calendar import Period, parse_period
from performance.domain.result import (
    COMPANY,
    RESULT,
    RecordResult,
    ResultIsUnknown,
    SubjectKind,
    result_id_of,
)
from performance.projections.leaderboards import calendar_of
from performance.projections.people import sealed_names
from performance.projections.results import ResultFilter, ResultRow, result_page, result_row
from performance.projections.teams import team_names
from performance.routers.deal_answers import Digits
from performance.routers.readers import RECORD_READERS, RECORDERS
from performance.routers.words import PeriodName, Word

router = APIRouter(prefix="/v1/results", tags=["results"])

Number: TypeAlias = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,12})?$", examples=["1250000.00"], strict=True)
]
ResultId: TypeAlias = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._:~-]{1,170}$", examples=["operating_income~company~company~2017-Q1"], strict=True),
]


class ResultBody(Body):
    """What was reached in a fiscal period, of which target; in a currency, or plain numbers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "operating_income",
                    "subject_kind": "company",
                    "subject_id": "company",
                    "period": "2017-Q1",
                    "value": "1250000.00",
                    "target": "1200000.00",
                    "currency": "USD",
                }
            ]
        },
    )

    name: Annotated[Word, Field(examples=["operating_income"])]
    subject_kind: SubjectKind
    subject_id: Annotated[Id, Field(description="Of the team, territory or person; the company's is `company`.")]
    period: PeriodName
    value: Number
    target: Number | None = None
    currency: Currency | None = None
    reason: Annotated[Text | None, Field(description="Why it is corrected; needed where it was posted before.")] = None


class ResultAnswer(Answer):
    """A result as it was posted last; both days belong to the period. `reason` is why it was corrected."""

    result_id: Annotated[str, Field(examples=["operating_income~company~company~2017-Q1"])]
    name: str
    subject_kind: SubjectKind
    subject_id: str
    period: str
    starts_on: date
    ends_on: date
    value: Digits
    target: Digits | None
    currency: str | None
    reason: str | None
    version: int


async def filter_asked(
    name: Annotated[Word | None, Query(description="Of this name only.")] = None,
    period: Annotated[PeriodName | None, Query(description="Of this fiscal period only.")] = None,
    subject_id: Annotated[Id | None, Query(description="Of this subject only.")] = None,
) -> ResultFilter:
    """Return which results are asked for."""
    return ResultFilter(name=name, period=period, subject_id=subject_id)


@router.post("", status_code=201, summary="Post a result")
async def record_result(body: ResultBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Post a result, or correct one for a reason. Posted again as it is, it is done already."""
    asker.needs(*RECORDERS)

    def question(reading: Reading) -> tuple[Period, bool]:
        period = parse_period(calendar_of(reading), body.period)
        return period, is_known(reading, body.subject_kind, body.subject_id)

    period, subject_is_known = await store.read(question)
    command = RecordResult(
        name=body.name,
        subject_kind=body.subject_kind,
        subject_id=body.subject_id,
        period=period,
        value=Decimal(body.value),
        target=None if body.target is None else Decimal(body.target),
        currency=body.currency,
        reason=body.reason,
        subject_is_known=subject_is_known,
    )
    result_id = result_id_of(body.name, body.subject_kind, body.subject_id, period.name)
    return done(response, await execute(store, RESULT, result_id, command, asker))


@router.get("", summary="List results")
async def list_results(
    store: Store, asker: Asker, page: Paging, asked: Annotated[ResultFilter, Depends(filter_asked)]
) -> PageBody[ResultAnswer]:
    """List results by name, subject and period."""
    asker.needs(*RECORD_READERS)
    return page_body(await store.read(lambda reading: result_page(reading, asked, page)), ResultAnswer.of)


@router.get("/{result_id}", summary="Show a result")
async def show_result(
    result_id: ResultId, request: Request, response: Response, store: Store, asker: Asker
) -> ResultAnswer:
    """Show a result as it was posted last; its version is the ETag."""
    asker.needs(*RECORD_READERS)
    row: ResultRow | None = await store.read(lambda reading: result_row(reading, result_id))
    if row is None:
        raise ResultIsUnknown(result_id=result_id)
    shown(request, response, row.version)
    return ResultAnswer.of(row)


def is_known(reading: Reading, subject_kind: SubjectKind, subject_id: str) -> bool:
    """Say whether there is such a subject; which territories there are is goals' own business."""
    match subject_kind:
        case "company":
            return subject_id == COMPANY
        case "team":
            return subject_id in team_names(reading)
        case "person":
            return subject_id in sealed_names(reading, [subject_id])
        case "territory":
            return True
