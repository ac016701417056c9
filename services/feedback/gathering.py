"""What a command about a note needs first: which of the people whom it names the company knows."""

from collections.abc import Iterable
from datetime import date, datetime

from events.store.session import Reading
from feedback.domain.note import check_known
from feedback.projections.calendars import calendar
from feedback.projections.people import known, reports_to
from fiscal.calendar import day_of


def people_known(reading: Reading, shared_with: Iterable[str], about_id: str | None = None) -> frozenset[str]:
    """Return those people, all of whom the company knows. Raises `PersonIsUnknown`, before anything is sealed."""
    found = known(reading, shared_with if about_id is None else [*shared_with, about_id])
    check_known(found, shared_with=shared_with, about_id=about_id)
    return found


def is_in_line(reading: Reading, person_id: str, manager_id: str, at: datetime) -> bool:
    """Say whether a person reports to another today, directly or through others."""
    return reports_to(reading, person_id, manager_id, today(reading, at))


def today(reading: Reading, at: datetime) -> date:
    """Return the day that it is where the company counts its days."""
    return day_of(calendar(reading), at)
