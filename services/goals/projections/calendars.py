"""How does the company count its days and name its periods? One row."""

from typing import Literal

from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar
from goals.domain.calendar import MAIN, CalendarSet

calendars = Table(
    "calendars",
    MetaData(),
    Column("calendar_id", Text, primary_key=True),
    Column("time_zone", Text, nullable=False),
    Column("first_month", Integer, nullable=False),
    Column("year_named_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
)


class CalendarRow(Value, tag=False):
    """The fiscal calendar as it is."""

    calendar_id: str
    time_zone: str
    first_month: int
    year_named_by: Literal["start", "end"]
    version: int

    def calendar(self) -> FiscalCalendar:
        """The calendar that days and periods are asked of."""
        return FiscalCalendar(time_zone=self.time_zone, first_month=self.first_month, year_named_by=self.year_named_by)


def project(rows: Rows[CalendarRow], recorded: Recorded[CalendarSet]) -> Rows[CalendarRow]:
    """Say what the calendar is after an event."""
    told = recorded.event.calendar
    row = CalendarRow(
        calendar_id=recorded.key,
        time_zone=told.time_zone,
        first_month=told.first_month,
        year_named_by=told.year_named_by,
        version=recorded.version,
    )
    return rows.put(row)


CALENDARS = Projection(table=calendars, row=CalendarRow, kind="calendar", project=project)


def calendar_row(reading: Reading) -> CalendarRow | None:
    """Return the calendar, if it is set."""
    return reading.one(select(calendars).where(calendars.c.calendar_id == MAIN), CalendarRow)
