"""Where does the company's day begin? Heard from goals; one row."""

from sqlalchemy import Column, MetaData, Table, Text, select

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
)


class CalendarRow(Value, tag=False):
    """The company's time zone."""

    calendar_id: str
    time_zone: str


def project(rows: Rows[CalendarRow], recorded: Recorded[Value]) -> Rows[CalendarRow]:
    """Say where days begin after an event."""
    match recorded.event:
        case CalendarSetV1(time_zone=time_zone):
            return rows.put(CalendarRow(calendar_id=recorded.key, time_zone=time_zone))
        case _:
            return rows


CALENDARS = Projection(table=calendars, row=CalendarRow, kind="heard-goals-calendar", project=project)


def calendar(reading: Reading) -> FiscalCalendar:
    """Return the calendar by which days are counted: UTC until goals has told one."""
    row = reading.one(select(calendars).order_by(calendars.c.calendar_id), CalendarRow)
    return FiscalCalendar() if row is None else FiscalCalendar(time_zone=row.time_zone)
