"""What did the company and people reach, by other books, and how far were objectives reached? Heard from others."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.exact import HUNDRED, ZERO
from compensation.domain.engine.facts import Quota
from compensation.domain.engine.posted import Posted, Result, Score
from compensation.projections.origins import named_by, origin_columns, origin_of
from compensation.projections.quotas import YEAR_DIGITS
from events.contracts.goals import ObjectiveScoredV1
from events.contracts.performance import ResultRecordedV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

RESULT, OBJECTIVE = "result", "objective"
PAID_SUBJECTS = ("company", "person")
"""Whose results and objectives pay people."""


def posted_table(name: str) -> Table:
    """Return a table of what was posted: results and scores have the same columns."""
    return Table(
        name,
        MetaData(),
        Column("posted_id", Text, primary_key=True),
        Column("what", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("subject_kind", Text, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("year", Text, nullable=False),
        Column("period", Text, nullable=False),
        Column("starts_on", Date, nullable=False),
        Column("ends_on", Date, nullable=False),
        Column("value", Exact, nullable=False),
        Column("beside", Exact),
        Column("currency", Text),
        *origin_columns(),
        Index(f"{name}_by_year", "year", "subject_kind", "subject_id"),
    )


results = posted_table("results")
scores = posted_table("scores")


class PostedRow(Value, tag=False):
    """A result beside its target, or the score of an objective beside its weight, as it was posted last."""

    posted_id: str
    what: str
    name: str
    subject_kind: str
    subject_id: str
    year: str
    period: str
    starts_on: date
    ends_on: date
    value: Decimal
    beside: Decimal | None
    currency: str | None
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int

    def document(self) -> Posted:
        """Return it as the document that a credit comes from."""
        if self.what == RESULT:
            return Result(document_id=self.posted_id, name=self.name, subject=self.subject_kind, value=self.value)
        return Score(
            document_id=self.posted_id,
            name=self.name,
            subject=self.subject_kind,
            percent=self.value,
            weight=self.beside,
        )

    def credit(self, person_id: str) -> Credit:
        """Return it as a credit of a person: on its period's last day, and no money."""
        return Credit(
            deal_id="",
            number=1,
            source="own",
            person_id=person_id,
            booked_on=self.ends_on,
            source_at=self.event_at,
            amount=ZERO,
            currency="",
            percent=HUNDRED,
            deal_amount=ZERO,
            account=None,
            product=None,
            origin=origin_of(self),
            document=self.document(),
        )

    def quota(self) -> Quota | None:
        """Return a result's target as a quota, which is named by the subject and the result."""
        if self.what != RESULT or self.beside is None:
            return None
        return Quota(
            measure=f"{self.subject_kind}.{self.name}",
            period=self.period,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            amount=self.beside,
            currency=self.currency,
        )


def project_result(rows: Rows[PostedRow], recorded: Recorded[Value]) -> Rows[PostedRow]:
    """Say what a result is after an event."""
    match recorded.event:
        case ResultRecordedV1() as told:
            return rows.put(posted_row(recorded, told, RESULT, told.value, told.target, told.currency))
        case _:
            return rows


def project_score(rows: Rows[PostedRow], recorded: Recorded[Value]) -> Rows[PostedRow]:
    """Say how far an objective was reached after an event."""
    match recorded.event:
        case ObjectiveScoredV1() as told:
            return rows.put(posted_row(recorded, told, OBJECTIVE, told.percent, told.weight, None))
        case _:
            return rows


def posted_row(
    recorded: Recorded[Value],
    told: ResultRecordedV1 | ObjectiveScoredV1,
    what: str,
    value: Decimal,
    beside: Decimal | None,
    currency: str | None,
) -> PostedRow:
    """Return what was posted, with the event that told of it."""
    return PostedRow(
        posted_id=recorded.key,
        what=what,
        name=told.name,
        subject_kind=told.subject_kind,
        subject_id=told.subject_id,
        year=told.period[:YEAR_DIGITS],
        period=told.period,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        value=value,
        beside=beside,
        currency=currency,
        **named_by(recorded),
    )


RESULTS = Projection(table=results, row=PostedRow, kind="heard-performance-result", project=project_result)
SCORES = Projection(table=scores, row=PostedRow, kind="heard-goals-objective", project=project_score)


def posted_in(reading: Reading, years: Iterable[str], person_ids: Sequence[str]) -> list[PostedRow]:
    """Return what was posted of fiscal years: of the company, and of some people."""
    found: list[PostedRow] = []
    asked = sorted(set(years))
    for table in (results, scores):
        wanted = select(table).where(reading.among(table.c.year, asked), table.c.subject_kind.in_(PAID_SUBJECTS))
        found += reading.rows(wanted.order_by(table.c.posted_id), PostedRow)
    mine = set(person_ids)
    return [row for row in found if row.subject_kind != "person" or row.subject_id in mine]


def years_posted(reading: Reading) -> list[tuple[str, str | None]]:
    """Return the fiscal years of which something was posted, and the person of whom; none for the company."""
    found: set[tuple[str, str | None]] = set()
    for table in (results, scores):
        wanted = select(table.c.year, table.c.subject_kind, table.c.subject_id).distinct()
        rows = reading.tuples(wanted.where(table.c.subject_kind.in_(PAID_SUBJECTS)))
        found |= {(year, who if kind == "person" else None) for year, kind, who in rows}
    return sorted(found, key=lambda each: (each[0], each[1] or ""))
