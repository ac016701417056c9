"""What a fiscal calendar promises."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from fiscal.calendar import (
    FirstMonthIsUnknown,
    FiscalCalendar,
    Period,
    PeriodIsUnknown,
    PeriodKind,
    TimeZoneIsUnknown,
    check,
    day_of,
    instant_of,
    parse_period,
    period_of,
    periods_within,
    year_of,
)

PLAIN = FiscalCalendar()
APRIL = FiscalCalendar(time_zone="America/Los_Angeles", first_month=4)
APRIL_BY_START = FiscalCalendar(first_month=4, year_named_by="start")

named_by: st.SearchStrategy[Literal["start", "end"]] = st.sampled_from(["start", "end"])
calendars = st.builds(FiscalCalendar, first_month=st.integers(1, 12), year_named_by=named_by)
days = st.dates(date(1901, 1, 1), date(2998, 12, 31))
kinds: st.SearchStrategy[PeriodKind] = st.sampled_from(["month", "quarter", "year"])
MONTH_COUNT: dict[PeriodKind, int] = {"month": 12, "quarter": 4, "year": 1}


def test_late_in_the_evening_in_california_it_is_still_march() -> None:
    assert day_of(APRIL, datetime(2026, 4, 1, 6, tzinfo=UTC)) == date(2026, 3, 31)
    assert day_of(APRIL, datetime(2026, 4, 1, 7, tzinfo=UTC)) == date(2026, 4, 1)


def test_an_instant_without_an_offset_is_no_instant() -> None:
    with pytest.raises(ValueError, match="offset"):
        day_of(APRIL, datetime(2026, 4, 1))  # noqa: DTZ001 the point of the test


def test_a_plain_year_begins_in_january() -> None:
    assert parse_period(PLAIN, "2017-Q1") == Period(
        name="2017-Q1", kind="quarter", starts_on=date(2017, 1, 1), ends_on=date(2017, 3, 31)
    )
    assert period_of(PLAIN, date(2016, 2, 29), "month").ends_on == date(2016, 2, 29)


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    year = parse_period(APRIL, "2017")
    assert (year.starts_on, year.ends_on, year.day_count) == (date(2016, 4, 1), date(2017, 3, 31), 365)
    assert parse_period(APRIL, "2017-M12").starts_on == date(2017, 3, 1)


def test_or_by_the_year_in_which_it_starts() -> None:
    assert parse_period(APRIL_BY_START, "2017").starts_on == date(2017, 4, 1)
    assert year_of(APRIL_BY_START, date(2018, 3, 31)).name == "2017"


@pytest.mark.parametrize("name", ["", "17", "2017-Q0", "2017-Q5", "2017-M13", "2017-M1", "2017-03", "3000", "2017-Q1 "])
def test_a_name_of_no_period_is_refused(name: str) -> None:
    with pytest.raises(PeriodIsUnknown):
        parse_period(PLAIN, name)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../../etc/passwd", "america/los_angeles", "localtime", "posixrules"]
)
def test_a_zone_that_is_not_in_the_database_is_refused(zone: str) -> None:
    with pytest.raises(TimeZoneIsUnknown):
        check(FiscalCalendar(time_zone=zone))


@pytest.mark.parametrize("month", [0, 13])
def test_a_year_begins_in_one_of_twelve_months(month: int) -> None:
    with pytest.raises(FirstMonthIsUnknown):
        check(FiscalCalendar(first_month=month))


@for_all(calendars, days, kinds)
def test_the_periods_of_a_year_tile_it(calendar: FiscalCalendar, day: date, kind: PeriodKind) -> None:
    year = year_of(calendar, day)
    parts = periods_within(calendar, year, kind)
    assert len(parts) == MONTH_COUNT[kind]
    assert (parts[0].starts_on, parts[-1].ends_on) == (year.starts_on, year.ends_on)
    for before, after in pairwise(parts):
        assert after.starts_on - before.ends_on == timedelta(days=1)


@for_all(calendars, days, kinds)
def test_a_day_falls_in_exactly_one_period(calendar: FiscalCalendar, day: date, kind: PeriodKind) -> None:
    parts = periods_within(calendar, year_of(calendar, day), kind)
    assert [part for part in parts if part.contains(day)] == [period_of(calendar, day, kind)]


@for_all(calendars, days, kinds)
def test_a_periods_name_finds_it_again(calendar: FiscalCalendar, day: date, kind: PeriodKind) -> None:
    period = period_of(calendar, day, kind)
    assert parse_period(calendar, period.name) == period


@for_all(calendars, days)
def test_the_months_of_a_quarter_are_three(calendar: FiscalCalendar, day: date) -> None:
    quarter = period_of(calendar, day, "quarter")
    months = periods_within(calendar, quarter, "month")
    assert len(months) == 3
    assert (months[0].starts_on, months[2].ends_on) == (quarter.starts_on, quarter.ends_on)


@for_all(st.dates(date(1971, 1, 1), date(2036, 12, 31)), st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles"]))
def test_a_day_begins_at_an_instant_of_that_day(day: date, zone: str) -> None:
    calendar = FiscalCalendar(time_zone=zone)
    begins = instant_of(calendar, day)
    assert day_of(calendar, begins) == day
    assert day_of(calendar, begins - timedelta(seconds=1)) == day - timedelta(days=1)
