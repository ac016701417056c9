"""Where do days begin, and fiscal years? Heard from goals; a company has one calendar."""

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from events.contracts.goals import CalendarSetV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar

calendars = Table(
    "calendars",
    MetaData(),
    Column("calendar_id", Text, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("first_month", Integer, nullable=False),
    Column("year_named_by", Text, nullable=False),
)


class CalendarRow(Value, tag=False):
    """The fiscal calendar."""

    calendar_id: str
    time_zone: str
    first_month: int
    year_named_by: str


def project(rows: Rows[CalendarRow], recorded: Recorded[Value]) -> Rows[CalendarRow]:
    """Say what the calendar is after an event."""
    match recorded.event:
        case CalendarSetV1(time_zone=time_zone, first_month=first_month, year_named_by=named_by):
            row = CalendarRow(
                calendar_id=recorded.key, time_zone=time_zone, first_month=first_month, year_named_by=named_by
            )
            return rows.put(row)
        case _:
            return rows


CALENDARS = Projection(table=calendars, row=CalendarRow, kind="heard-goals-calendar", project=project)


def calendar(reading: Reading) -> FiscalCalendar | None:
    """Return the company's calendar, if goals has told it yet."""
    row = reading.one(select(calendars).order_by(calendars.c.calendar_id), CalendarRow)
    if row is None:
        return None
    return FiscalCalendar(
        time_zone=row.time_zone,
        first_month=row.first_month,
        year_named_by="start" if row.year_named_by == "start" else "end",
    )
