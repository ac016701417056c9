"""Who is there, and whom did they report to on which day? Heard from goals; one row for each stretch of days."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from events.contracts.goals import PersonHiredV1, PersonMovedV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

FOR_EVER = date(9999, 12, 31)

reportings = Table(
    "reportings",
    MetaData(),
    Column("person_id", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date, nullable=False),
    Column("manager_id", Text),
    Index("reportings_by_manager", "manager_id"),
)


class ReportingRow(Value, tag=False):
    """Whom a person reports to from one day to another; both days belong to it."""

    person_id: str
    starts_on: date
    ends_on: date
    manager_id: str | None


def project(rows: Rows[ReportingRow], recorded: Recorded[Value]) -> Rows[ReportingRow]:
    """Say whom the person reported to when, after an event."""
    match recorded.event:
        case PersonHiredV1(hired_on=starts_on, manager_id=manager_id):
            pass
        case PersonMovedV1(effective_on=starts_on, manager_id=manager_id):
            pass
        case _:
            return rows
    new = ReportingRow(person_id=recorded.key, starts_on=starts_on, ends_on=FOR_EVER, manager_id=manager_id)
    return rows.put(*chained(rows.put(new)))


def chained(rows: Iterable[ReportingRow]) -> list[ReportingRow]:
    """Return the rows in order, each of which ends on the day before the next one starts."""
    ordered = sorted(rows, key=lambda row: row.starts_on)
    ends = [row.starts_on - timedelta(days=1) for row in ordered[1:]]
    return [msgspec.structs.replace(row, ends_on=end) for row, end in zip(ordered, [*ends, FOR_EVER], strict=True)]


REPORTINGS = Projection(table=reportings, row=ReportingRow, kind="heard-goals-person", project=project)


def known(reading: Reading, person_ids: Iterable[str]) -> frozenset[str]:
    """Return those of some people whom goals has told of."""
    named = select(reportings.c.person_id).where(reading.among(reportings.c.person_id, set(person_ids)))
    return frozenset(person_id for (person_id,) in reading.tuples(named))


def reports_to(reading: Reading, person_id: str, manager_id: str, day: date) -> bool:
    """Say whether a person reports to another on a day, directly or through others."""
    seen = {person_id}
    here: str | None = person_id
    while here is not None:
        own = select(reportings.c.manager_id).where(
            reportings.c.person_id == here, reportings.c.starts_on <= day, reportings.c.ends_on >= day
        )
        here = reading.scalar(own)
        if here == manager_id:
            return True
        if here in seen:
            return False
        seen.add(here or "")
    return False
