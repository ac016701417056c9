"""A company's calendar: its time zone, where its fiscal year begins, and what its periods are called.

Names are fiscal: `2017` is a fiscal year, `2017-Q1` its first quarter, `2017-M01` its first month.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from events.domain import Refused, Value

PeriodKind: TypeAlias = Literal["month", "quarter", "year"]

MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "year": 12}
"""How many months a period has."""

OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
"""What some machines list beside the zones, each for a zone of its own: days would depend on where they run."""

YEAR_MIN, YEAR_MAX = 1900, 2999

_NAME = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|M(0[1-9]|1[0-2])))?")


class PeriodIsUnknown(Refused):
    """A period is named like 2017, 2017-Q1 or 2017-M01."""


class TimeZoneIsUnknown(Refused):
    """A time zone has a name of the IANA database, such as America/Los_Angeles."""


class FirstMonthIsUnknown(Refused):
    """A fiscal year begins in one of the months 1 to 12."""


class FiscalCalendar(Value, tag=False):
    """Where days begin and fiscal years begin. A year is named by the calendar year in which it starts or ends."""

    time_zone: str = "UTC"
    first_month: int = 1
    year_named_by: Literal["start", "end"] = "end"


class Period(Value, tag=False):
    """Some whole months of a fiscal year; both days belong to it."""

    name: str
    kind: PeriodKind
    starts_on: date
    ends_on: date

    def contains(self, day: date) -> bool:
        """Say whether a day falls in the period."""
        return self.starts_on <= day <= self.ends_on

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return (self.ends_on - self.starts_on).days + 1


def check(calendar: FiscalCalendar) -> FiscalCalendar:
    """Return a calendar that came from outside. Raises `TimeZoneIsUnknown` or `FirstMonthIsUnknown`."""
    zone_of(calendar.time_zone)
    if not 1 <= calendar.first_month <= 12:
        raise FirstMonthIsUnknown(first_month=calendar.first_month)
    return calendar


def day_of(calendar: FiscalCalendar, instant: datetime) -> date:
    """Return the day that an instant is where the company counts its days. The instant knows its offset."""
    if instant.tzinfo is None:
        message = f"an instant knows its offset: {instant.isoformat()}"
        raise ValueError(message)
    return instant.astimezone(zone_of(calendar.time_zone)).date()


def instant_of(calendar: FiscalCalendar, day: date) -> datetime:
    """Return the instant, in UTC, at which a day begins where the company counts its days."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone_of(calendar.time_zone))
    return midnight.astimezone(UTC)


@lru_cache(maxsize=8_192)
def period_of(calendar: FiscalCalendar, day: date, kind: PeriodKind) -> Period:
    """Return the month, quarter or year that a day falls in."""
    months_in = (day.month - calendar.first_month) % 12
    start_year = day.year if day.month >= calendar.first_month else day.year - 1
    return _period(calendar, start_year, kind, months_in // MONTHS[kind])


def parse_period(calendar: FiscalCalendar, name: str) -> Period:
    """Return the period of a name. Raises `PeriodIsUnknown`."""
    found = _NAME.fullmatch(name)
    if found is None or not YEAR_MIN <= int(found[1]) <= YEAR_MAX:
        raise PeriodIsUnknown(period=name)
    start_year = int(found[1]) - _years_ahead(calendar)
    if found[2]:
        return _period(calendar, start_year, "quarter", int(found[2]) - 1)
    if found[3]:
        return _period(calendar, start_year, "month", int(found[3]) - 1)
    return _period(calendar, start_year, "year", 0)


def periods_within(calendar: FiscalCalendar, period: Period, kind: PeriodKind) -> list[Period]:
    """Return the months, quarters or the year that make up a period, in order; none if they are longer than it."""
    count = MONTHS[period.kind] // MONTHS[kind]
    months_in = (period.starts_on.month - calendar.first_month) % 12
    start_year = period.starts_on.year - (period.starts_on.month < calendar.first_month)
    return [_period(calendar, start_year, kind, months_in // MONTHS[kind] + number) for number in range(count)]


def year_of(calendar: FiscalCalendar, day: date) -> Period:
    """Return the fiscal year that a day falls in."""
    return period_of(calendar, day, "year")


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises `TimeZoneIsUnknown`."""
    if name not in _zones():
        raise TimeZoneIsUnknown(time_zone=name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TimeZoneIsUnknown(time_zone=name) from error


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - OF_THE_MACHINE


def _years_ahead(calendar: FiscalCalendar) -> int:
    """How many years after the year in which it starts a fiscal year is named."""
    return int(calendar.year_named_by == "end" and calendar.first_month > 1)


def _period(calendar: FiscalCalendar, start_year: int, kind: PeriodKind, number: int) -> Period:
    """Return the period of a number, from 0, in the fiscal year that starts in a calendar year."""
    first = start_year * 12 + calendar.first_month - 1 + number * MONTHS[kind]
    last = first + MONTHS[kind] - 1
    year = f"{start_year + _years_ahead(calendar):04}"
    suffix = {"month": f"-M{number + 1:02}", "quarter": f"-Q{number + 1}", "year": ""}[kind]
    return Period(
        name=year + suffix,
        kind=kind,
        starts_on=date(first // 12, first % 12 + 1, 1),
        ends_on=date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1]),
    )
