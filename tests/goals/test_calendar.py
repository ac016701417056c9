"""Rules of the fiscal calendar: a real time zone, a real month, said once."""

from events.testing import given
from fiscal.calendar import FirstMonthIsUnknown, FiscalCalendar, TimeZoneIsUnknown
from goals.domain.calendar import CALENDAR, CalendarSet, SetCalendar

NEW_YORK = FiscalCalendar(time_zone="America/New_York", first_month=2, year_named_by="end")


def test_the_calendar_is_set_and_set_anew() -> None:
    given(CALENDAR).when(SetCalendar(calendar=NEW_YORK)).then(CalendarSet(calendar=NEW_YORK))
    given(CALENDAR, CalendarSet(calendar=NEW_YORK)).when(SetCalendar(calendar=FiscalCalendar())).then(
        CalendarSet(calendar=FiscalCalendar())
    )


def test_the_same_calendar_again_is_already_so() -> None:
    given(CALENDAR, CalendarSet(calendar=NEW_YORK)).when(SetCalendar(calendar=NEW_YORK)).then_nothing()


def test_a_time_zone_that_nobody_knows_is_refused() -> None:
    given(CALENDAR).when(SetCalendar(calendar=FiscalCalendar(time_zone="Mars/Olympus"))).then_refused(
        TimeZoneIsUnknown, time_zone="Mars/Olympus"
    )


def test_a_thirteenth_month_is_refused() -> None:
    given(CALENDAR).when(SetCalendar(calendar=FiscalCalendar(first_month=13))).then_refused(FirstMonthIsUnknown)
