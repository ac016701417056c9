"""Statements: the list of a period with its sums, and one person's, line by line."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import Field

from compensation.domain.engine.version import ENGINE_VERSION
from compensation.domain.statement import Statement
from compensation.domain.statement_text import statement_text
from compensation.projections.earnings import EarnerRow, SummaryRow, earners, summaries, sums
from compensation.projections.people import is_known, sealed_names
from compensation.projections.statements import statement
from compensation.routers import names
from compensation.routers.credit_answers import in_own_digits, money
from compensation.routers.readers import audit, calendar_of, must_see, period_named, seen_by
from compensation.routers.statement_answers import statement_answer
from compensation.routers.statement_bodies import EngineVersion, StatementAnswer
from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Id, MoneyAnswer
from edge.keyset import Page, read_page
from edge.paging import Paging
from edge.tables import TABLE_DOCS, csv_answer, wants_csv
from events.deriver import computed_up_to
from events.domain import Personal, Refused, Value
from events.store.session import Reading
from fiscal.calendar import Period, day_of

CSV_COLUMNS = SummaryRow.__struct_fields__
CSV_AMOUNTS = ("credited", "quota", "earned", "payable")

router = APIRouter(prefix="/v1/statements", tags=["statements"])

PeriodName = Annotated[
    str, Query(max_length=20, examples=["2017-Q1"], description="A fiscal year, quarter or month: 2017, 2017-Q1.")
]


class StatementIsUnknown(Refused):
    """Nobody is known under this person id."""


class SummaryAnswer(Answer):
    """A person's sums of a period. Quota and percent are those of exactly this period, null if it has none.

    `payable` is what the period pays of what was earned in it and before.
    """

    person_id: str
    name: str | None
    credited: MoneyAnswer
    quota: MoneyAnswer | None
    percent: Annotated[str | None, Field(examples=["104.25"])]
    earned: MoneyAnswer
    payable: MoneyAnswer
    credit_count: int
    unpaid_count: int


class SumAnswer(Answer):
    """The sums of all people in the list, not only of this page, in one currency."""

    credited: MoneyAnswer
    earned: MoneyAnswer


class SummariesAnswer(Answer):
    """A page of people's sums, complete up to a position of this service's log."""

    items: list[SummaryAnswer]
    next: str | None
    sums: list[SumAnswer]
    computed_up_to: int
    engine_version: EngineVersion


class Listing(Value, tag=False):
    """What the list is made of; names are sealed."""

    rows: list[SummaryRow]
    next: str | None
    sums: dict[str, tuple[Decimal, Decimal]]
    names: dict[str, Personal]
    computed_up_to: int


@router.get(
    "",
    summary="List a period's statements",
    response_model=SummariesAnswer,
    responses=TABLE_DOCS,
)
async def list_statements(
    request: Request, store: Store, asker: Asker, page: Paging, period: PeriodName
) -> SummariesAnswer | Response:
    """List what people were credited with and earn in a period, with the sums of all. `Accept: text/csv` for a table.

    A plan that accumulates over longer than the period is not in it.
    """
    found = await store.read(lambda reading: listing(reading, asker, page, period))
    audit(asker, [row.person_id for row in found.rows], f"statements of {period}")
    if wants_csv(request):
        rows = [in_own_digits(each, each.currency, *CSV_AMOUNTS) for each in found.rows]
        return csv_answer(request, CSV_COLUMNS, rows, f"statements-{period}", found.next)
    clear = await names.opened(request.app.state.keys, found.names)
    totals = [
        SumAnswer(credited=money(credited, currency), earned=money(earned, currency))
        for currency, (credited, earned) in found.sums.items()
    ]
    return SummariesAnswer(
        items=[summary_answer(row, clear) for row in found.rows],
        next=found.next,
        sums=totals,
        computed_up_to=found.computed_up_to,
        engine_version=ENGINE_VERSION,
    )


@router.get(
    "/{person_id}",
    summary="Show a person's statement",
    response_model=StatementAnswer,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def show_statement(
    person_id: Id, request: Request, store: Store, asker: Asker, period: PeriodName
) -> StatementAnswer | Response:
    """Show what a person earns in a period and why: each line with its deal, event, slices and a sentence.

    `Accept: text/plain` for a page to read.
    """

    def question(reading: Reading) -> tuple[int, Statement, dict[str, Personal]]:
        named = period_named(reading, period)
        must_see(reading, asker, person_id, named)
        position = computed_up_to(reading)
        today = day_of(calendar_of(reading), asker.at)
        return position, statement_known(reading, person_id, named, today), sealed_names(reading, [person_id])

    position, found, sealed = await store.read(question)
    audit(asker, [person_id], f"statement of {period}")
    name = (await names.opened(request.app.state.keys, sealed)).get(person_id)
    if wants_text(request):
        text = statement_text(found, name or "a person without a name", position)
        return PlainTextResponse(text, headers={"Vary": "Accept"})
    return statement_answer(found, name, position)


def statement_known(reading: Reading, person_id: str, period: Period, today: date) -> Statement:
    """Return a statement. Refuses `StatementIsUnknown` where nobody of this id is known and nothing is theirs."""
    found = statement(reading, person_id, period, today)
    if not (found.earned or found.unpaid or is_known(reading, person_id)):
        raise StatementIsUnknown(person_id=person_id)
    return found


def listing(reading: Reading, asker: RoleAsking, page: Page, name: str) -> Listing:
    """Read a page of people's sums, and the sums of all whom the asker sees."""
    position = computed_up_to(reading)
    period = period_named(reading, name)
    seen = seen_by(reading, asker, period)
    found = read_page(reading, earners(reading, period, seen), EarnerRow, page, by=("person_id", "currency"))
    return Listing(
        rows=summaries(reading, period, found.items),
        next=found.next,
        sums=sums(reading, period, seen),
        names=sealed_names(reading, sorted({each.person_id for each in found.items})),
        computed_up_to=position,
    )


def summary_answer(row: SummaryRow, clear: Mapping[str, str | None]) -> SummaryAnswer:
    """Return a person's sums as they are answered."""
    return SummaryAnswer(
        person_id=row.person_id,
        name=clear.get(row.person_id),
        credited=money(row.credited, row.currency),
        quota=None if row.quota is None else money(row.quota, row.currency),
        percent=None if row.percent is None else format(row.percent, "f"),
        earned=money(row.earned, row.currency),
        payable=money(row.payable, row.currency),
        credit_count=row.credit_count,
        unpaid_count=row.unpaid_count,
    )


def wants_text(request: Request) -> bool:
    """Say whether the caller prefers a page of text to JSON."""
    accepted = [each.split(";")[0].strip().lower() for each in request.headers.get("Accept", "").split(",")]
    return "text/plain" in accepted and "application/json" not in accepted
