"""Quotas: what is expected of people, teams and territories, and beside it what compensation measured."""

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from edge.asking import Asker, Store
from edge.bodies import (
    POSITIVE_PATTERN,
    Answer,
    Body,
    DoneBody,
    Id,
    MoneyAnswer,
    PageBody,
    PositiveMoneyBody,
    Text,
    above_zero,
    plain_digits,
)
from edge.keyset import Paged
from edge.paging import Paging
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from edge.versions import done
from events.domain import Value
from events.execute import execute
from events.store.session import Reading
from fiscal.calendar import Period
from goals.domain.quota import QUOTA, AdjustQuota, Expected, SetQuota, quota_id_of
from goals.domain.subject import Subject, subjects_of
from goals.gathering import period_named, subject_is_known
from goals.projections.attainments import AttainmentRow, Place, attained
from goals.projections.quotas import QuotaFilter, QuotaRow, quota_page
from goals.routers.readers import subjects_seen, those
from goals.routers.words import PeriodName, Word

CSV_COLUMNS = (
    "quota_id", "subject_kind", "subject_id", "measure", "period", "starts_on", "ends_on", "amount", "currency",
    "credit", "credit_currency", "percent", "position",
)  # fmt: skip

router = APIRouter(prefix="/v1/quotas", tags=["quotas"])

Measure: TypeAlias = Annotated[Word, Field(examples=["bookings"])]
Number: TypeAlias = Annotated[
    str, Field(pattern=POSITIVE_PATTERN, examples=["40"], strict=True), AfterValidator(above_zero)
]
QuotaId: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,160}$", examples=["p-17~bookings~2025-Q1"])]


class ExpectedBody(Body):
    """Money, or a plain number of what the measure counts."""

    amount: PositiveMoneyBody | None = None
    number: Number | None = None

    @model_validator(mode="after")
    def says_what(self) -> "ExpectedBody":
        """Insist on money or a number."""
        self.expected()
        return self

    def expected(self) -> Expected:
        """Return what is expected."""
        if self.amount is not None and self.number is None:
            return self.amount.money()
        if self.number is not None and self.amount is None:
            return Decimal(self.number)
        message = "a quota is an amount of money or a number: say amount or number"
        raise ValueError(message)


class QuotaBody(ExpectedBody):
    """What is expected of a person, a team or a territory in a fiscal period: an amount of money or a number."""

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
                },
                {"team_id": "central", "measure": "meetings", "period": "2025-Q1", "number": "240"},
            ]
        },
    )

    person_id: Id | None = None
    team_id: Id | None = None
    territory_id: Id | None = None
    measure: Measure
    period: PeriodName

    @model_validator(mode="after")
    def says_whose(self) -> "QuotaBody":
        """Insist on one subject."""
        self.subject()
        return self

    def subject(self) -> Subject:
        """Return whose quota it is."""
        named = subjects_of(self.person_id, self.team_id, self.territory_id)
        if len(named) != 1:
            message = "a quota is of one subject: say person_id, team_id or territory_id"
            raise ValueError(message)
        return named[0]


class AdjustBody(ExpectedBody):
    """Another amount in the same currency, or another number, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"amount": {"amount": "98000.00", "currency": "USD"}, "reason": "On leave in March"}]
        }
    )

    reason: Text


class AttainmentAnswer(Answer):
    """Credited attainment as compensation measured it at a position of its log; `percent` is credit ÷ quota."""

    credit: MoneyAnswer
    percent: Annotated[str | None, Field(examples=["104.25"])]
    position: int


class QuotaAnswer(Answer):
    """A quota, effective as it is; both days belong to the period. `reason` is why it was adjusted last.

    It is a person's, a team's or a territory's, and has an amount of money or a number.
    """

    quota_id: Annotated[str, Field(examples=["p-17~bookings~2025-Q1"])]
    person_id: str | None
    team_id: str | None
    territory_id: str | None
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: MoneyAnswer | None
    number: Annotated[str | None, Field(examples=["240"])]
    reason: str | None
    version: int
    attainment: AttainmentAnswer | None


class Asked(Value, tag=False):
    """Which quotas somebody asks for."""

    subjects: tuple[Subject, ...]
    period: str | None
    measure: str | None


class QuotaLine(Value, tag=False):
    """A quota as a line of a table."""

    quota_id: str
    subject_kind: str
    subject_id: str
    measure: str
    period: str
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str | None
    credit: Decimal | None
    credit_currency: str | None
    percent: Decimal | None
    position: int | None


async def filter_asked(
    person_id: Annotated[Id | None, Query(description="Of this person; with others, of all of them.")] = None,
    team_id: Annotated[Id | None, Query(description="Of this team; with others, of all of them.")] = None,
    territory_id: Annotated[Id | None, Query(description="Of this territory; with others, of all of them.")] = None,
    period: Annotated[PeriodName | None, Query(description="Of this fiscal period only.")] = None,
    measure: Annotated[Measure | None, Query(description="Of this measure only.")] = None,
) -> Asked:
    """Return what is asked for."""
    return Asked(subjects=subjects_of(person_id, team_id, territory_id), period=period, measure=measure)


@router.post("", status_code=201, summary="Set a quota")
async def set_quota(body: QuotaBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what is expected of a person, a team or a territory. Sent again with the same amount, it is done already."""
    asker.needs("planner")
    subject = body.subject()

    def question(reading: Reading) -> tuple[Period, bool]:
        return period_named(reading, body.period), subject_is_known(reading, subject)

    period, is_known = await store.read(question)
    command = SetQuota(
        subject=subject, measure=body.measure, period=period, amount=body.expected(), subject_is_known=is_known
    )
    quota_id = quota_id_of(subject, body.measure, period.name)
    return done(response, await execute(store, QUOTA, quota_id, command, asker))


@router.post("/{quota_id}/adjust", summary="Adjust a quota")
async def adjust_quota(quota_id: QuotaId, body: AdjustBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Expect another amount, and say why."""
    asker.needs("planner")
    command = AdjustQuota(amount=body.expected(), reason=body.reason)
    return done(response, await execute(store, QUOTA, quota_id, command, asker))


@router.get("", summary="List quotas", response_model=PageBody[QuotaAnswer], responses=TABLE_DOCS)
async def list_quotas(
    request: Request,
    store: Store,
    asker: Asker,
    page: Paging,
    asked: Annotated[Asked, Depends(filter_asked)],
) -> PageBody[QuotaAnswer] | Response:
    """List the quotas of yourself and your line, of their teams and territories. `Accept: text/csv` for a table."""

    def question(reading: Reading) -> tuple[Paged[QuotaRow], dict[Place, AttainmentRow]]:
        if asked.period is not None:
            period_named(reading, asked.period)
        subjects = those(subjects_seen(reading, asker), asked.subjects)
        wanted = QuotaFilter(subjects=subjects, period=asked.period, measure=asked.measure)
        found = quota_page(reading, wanted, page)
        return found, attained(reading, {row.subject_id for row in found.items})

    found, measured = await store.read(question)
    beside = [(row, measured.get((row.subject_kind, row.subject_id, row.measure, row.period))) for row in found.items]
    if wants_csv(request):
        return csv_answer(request, CSV_COLUMNS, [quota_line(*each) for each in beside], "quotas", found.next)
    return PageBody(items=[quota_answer(*each) for each in beside], next=found.next)


def quota_answer(row: QuotaRow, measured: AttainmentRow | None) -> QuotaAnswer:
    """Return a quota as it is answered."""
    money = row.money()
    return QuotaAnswer(
        quota_id=row.quota_id,
        person_id=row.subject_id if row.subject_kind == "person" else None,
        team_id=row.subject_id if row.subject_kind == "team" else None,
        territory_id=row.subject_id if row.subject_kind == "territory" else None,
        measure=row.measure,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=None if money is None else MoneyAnswer.of(money),
        number=plain_digits(row.number()),
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
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        measure=row.measure,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        amount=row.expected(),
        currency=row.currency,
        credit=None if measured is None else measured.credit,
        credit_currency=None if measured is None else measured.currency,
        percent=None if measured is None else measured.percent,
        position=None if measured is None else measured.position,
    )
