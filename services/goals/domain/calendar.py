"""The company's fiscal calendar: where its days begin, and where its years do. There is one, `calendar-main`."""

from typing import TypeAlias

from events.domain import Decider, Refused, Value
from fiscal.calendar import FiscalCalendar, check

MAIN = "main"


class CalendarSet(Value):
    """The company counts its days and names its periods by this calendar."""

    calendar: FiscalCalendar


class SetCalendar(Value):
    """Count days and name periods by a calendar."""

    calendar: FiscalCalendar


class NoCalendar(Value):
    """Nobody has said how the company counts."""


class Counted(Value):
    """How the company counts."""

    calendar: FiscalCalendar


Calendar: TypeAlias = NoCalendar | Counted


class CalendarIsNotSet(Refused):
    """The company has no fiscal calendar yet, so that no period has days. Set it first."""


def decide(command: SetCalendar, calendar: Calendar) -> list[CalendarSet]:
    """Set the calendar. Raises `TimeZoneIsUnknown` or `FirstMonthIsUnknown`."""
    wanted = check(command.calendar)
    if isinstance(calendar, Counted) and calendar.calendar == wanted:
        return []
    return [CalendarSet(calendar=wanted)]


def evolve(calendar: Calendar, event: CalendarSet) -> Calendar:
    """Say what an event means. Never refuses: it has happened."""
    return Counted(calendar=event.calendar)


CALENDAR = Decider[SetCalendar, Calendar, CalendarSet](
    kind="calendar", initial=NoCalendar(), decide=decide, evolve=evolve, events=(CalendarSet,)
)
