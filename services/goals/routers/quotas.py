"""Quotas: what is expected of whom in which period, and beside it what compensation measured."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Id, MoneyAnswer, PageBody, PositiveMoneyBody, Text, plain_digits
from edge.keyset import Paged
from edge.paging import Paging
from edge.refusals import NotAllowed
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from edge.versions import done
from events.domain import Value
from events.execute import execute
from events.store.session import Reading
from fiscal.calendar import Period
from goals.domain.quota import QUOTA, AdjustQuota, SetQuota, quota_id_of
from goals.gathering import period_named
from goals.projections.attainments import AttainmentRow, attained
from goals.projections.people import is_known
from goals.projections.quotas import QuotaFilter, QuotaRow, quota_page
from goals.routers.readers import seen_by

CSV_COLUMNS = (
    "quota_id", "person_id", "measure", "period", "starts_on", "ends_on", "amount", "currency",
    "credit", "credit_currency", "percent", "position",
)  # fmt: skip

router = APIRouter(prefix="/v1/quotas", tags=["quotas"])

Measure: TypeAlias = Literal["bookings"]
PeriodName: TypeAlias = Annotated[str, Field(max_length=20, examples=["2025-Q1"], strict=True)]
QuotaId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,120}$", examples=["p-17~bookings~2025-Q1"])]


class QuotaBody(Body):
    """What is expected of a person in a fiscal period."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "person_id": "p-17",
                    "measure": "bookings",
                    "period": "2025-Q1",
                    "amount": {"amount": "130000.00", "currency": "USD"},
                }
            ]
        },
    )

    person_id: Id
    measure: Measure
    period: PeriodName
    amount: PositiveMoneyBody


class AdjustBody(Body):
    """Another amount in the same currency, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"amount": {"amount": "98000.00", "currency": "USD"}, "reason": "On leave in March"}]
        }
    )

    amount: PositiveMoneyBody
    reason: Text


class AttainmentAnswer(Answer):
    """Credited attainment as compensation measured it at a position of its log; `percent` is credit ÷ quota."""

    credit: MoneyAnswer
    percent: Annotated[str | None, Field(examples=["104.25"])]
    position: int


class QuotaAnswer(Answer):
    """A quota, effective as it is; both days belong to the period. `reason` is why it was adjusted last."""

    quota_id: Annotated[str, Field(examples=["p-17~bookings~2025-Q1"])]
    person_id: str
    measure: Measure
    period: str
    starts_on: date
    ends_on: date
    amount: MoneyAnswer
    reason: str | None
    version: int
    attainment: AttainmentAnswer | None


class Asked(Value, tag=False):
    """Which quotas somebody asks for."""

    person_id: str | None
    period: str | None
    measure: str | None


class QuotaLine(Value, tag=False):
    """A quota as a line of a table."""

    quota_id: str
    person_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str
    credit: Decimal | None
    credit_currency: str | None
    percent: Decimal | None
    position: int | None


async def filter_asked(
    person_id: Annotated[Id | None, Query(description="Of this person only.")] = None,
    period: Annotated[PeriodName | None, Query(description="Of this fiscal period only.")] = None,
    measure: Annotated[Measure | None, Query(description="Of this measure only.")] = None,
) -> Asked:
    """Return what is asked for."""
    return Asked(person_id=person_id, period=period, measure=measure)


@router.post("", status_code=201, summary="Set a quota")
async def set_quota(body: QuotaBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what is expected of a person. Sent again with the same amount, it is done already."""
    asker.needs("planner")

    def question(reading: Reading) -> tuple[Period, bool]:
        return period_named(reading, body.period), is_known(reading, body.person_id)

    period, person_is_known = await store.read(question)
    command = SetQuota(
        person_id=body.person_id,
        measure=body.measure,
        period=period,
        amount=body.amount.money(),
        person_is_known=person_is_known,
    )
    quota_id = quota_id_of(body.person_id, body.measure, period.name)
    return done(response, await execute(store, QUOTA, quota_id, command, asker))


@router.post("/{quota_id}/adjust", summary="Adjust a quota")
async def adjust_quota(quota_id: QuotaId, body: AdjustBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Expect another amount, and say why."""
    asker.needs("planner")
    command = AdjustQuota(amount=body.amount.money(), reason=body.reason)
    return done(response, await execute(store, QUOTA, quota_id, command, asker))


@router.get("", summary="List quotas", response_model=PageBody[QuotaAnswer], responses=TABLE_DOCS)
async def list_quotas(
    request: Request,
    store: Store,
    asker: Asker,
    page: Paging,
    asked: Annotated[Asked, Depends(filter_asked)],
) -> PageBody[QuotaAnswer] | Response:
    """List the quotas that you may see: a rep their own, a manager their line's. `Accept: text/csv` for a table."""

    def question(reading: Reading) -> tuple[Paged[QuotaRow], dict[tuple[str, str, str], AttainmentRow]]:
        if asked.period is not None:
            period_named(reading, asked.period)
        people = those(seen_by(reading, asker), asked.person_id)
        wanted = QuotaFilter(person_ids=people, period=asked.period, measure=asked.measure)
        found = quota_page(reading, wanted, page)
        return found, attained(reading, {row.person_id for row in found.items})

    found, measured = await store.read(question)
    beside = [(row, measured.get((row.person_id, row.measure, row.period))) for row in found.items]
    if wants_csv(request):
        return csv_answer(request, CSV_COLUMNS, [quota_line(*each) for each in beside], "quotas", found.next)
    return PageBody(items=[quota_answer(*each) for each in beside], next=found.next)


def those(within: tuple[str, ...] | None, person_id: str | None) -> tuple[str, ...] | None:
    """Return the people whose quotas are asked for, of those whom the asker may see. Raises `NotAllowed`."""
    if person_id is None:
        return within
    if within is not None and person_id not in within:
        raise NotAllowed
    return (person_id,)


def quota_answer(row: QuotaRow, measured: AttainmentRow | None) -> QuotaAnswer:
    """Return a quota as it is answered."""
    return QuotaAnswer(
        quota_id=row.quota_id,
        person_id=row.person_id,
        measure=row.measure,  # pyright: ignore[reportArgumentType] pydantic checks it
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=MoneyAnswer.of(row.money()),
        reason=row.reason,
        version=row.version,
        attainment=None if measured is None else attainment_answer(measured),
    )


def attainment_answer(row: AttainmentRow) -> AttainmentAnswer:
    """Return what compensation measured as it is answered."""
    return AttainmentAnswer(
        credit=MoneyAnswer.of(row.money()), percent=plain_digits(row.percent), position=row.position
    )


def quota_line(row: QuotaRow, measured: AttainmentRow | None) -> QuotaLine:
    """Return a quota as a line of a table."""
    return QuotaLine(
        quota_id=row.quota_id,
        person_id=row.person_id,
        measure=row.measure,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=row.money().amount,
        currency=row.currency,
        credit=None if measured is None else measured.credit,
        credit_currency=None if measured is None else measured.currency,
        percent=None if measured is None else measured.percent,
        position=None if measured is None else measured.position,
    )
