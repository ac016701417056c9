"""What was posted of whom for which period? One row a result."""

from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from performance.domain.result import ResultRecorded

results = Table(
    "results",
    MetaData(),
    Column("result_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("value", Exact, nullable=False),
    Column("target", Exact),
    Column("currency", Text),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("results_by_period", "period"),
)


class ResultRow(Value, tag=False):
    """A result as it was posted last; `reason` is why it was corrected."""

    result_id: str
    name: str
    subject_kind: str
    subject_id: str
    period: str
    starts_on: date
    ends_on: date
    value: Decimal
    target: Decimal | None
    currency: str | None
    reason: str | None
    version: int


class ResultFilter(Value, tag=False):
    """Which results are asked for."""

    name: str | None = None
    period: str | None = None
    subject_id: str | None = None


def project(rows: Rows[ResultRow], recorded: Recorded[ResultRecorded]) -> Rows[ResultRow]:
    """Say what the result is after an event."""
    members = msgspec.structs.asdict(recorded.event)
    return rows.put(ResultRow(result_id=recorded.key, version=recorded.version, **members))


RESULTS = Projection(table=results, row=ResultRow, kind="result", project=project)


def result_row(reading: Reading, result_id: str) -> ResultRow | None:
    """Return one result."""
    return reading.one(select(results).where(results.c.result_id == result_id), ResultRow)


def result_page(reading: Reading, asked: ResultFilter, page: Page) -> Paged[ResultRow]:
    """Return a page of the results that match."""
    statement = select(results)
    for name, value in msgspec.structs.asdict(asked).items():
        if value is not None:
            statement = statement.where(results.c[name] == value)
    return read_page(reading, statement, ResultRow, page, by=("result_id",))
