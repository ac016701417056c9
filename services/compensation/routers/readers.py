"""Who may see whose pay: those who look after pay see everyone's, managers their line's, people their own."""

from collections.abc import Sequence
from datetime import date

import structlog

from compensation.projections.calendars import calendar
from compensation.projections.people import line_of
from edge.asking import RoleAsking
from edge.auth import Role
from edge.refusals import NotAllowed
from events.domain import Refused
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar, Period, day_of, parse_period, year_of

EVERYONES: tuple[Role, ...] = ("comp_admin", "finance", "comp_approver", "auditor")

_audit = structlog.get_logger("audit")


class CalendarIsNotSet(Refused):
    """No fiscal calendar is set yet, so periods have no days."""


def calendar_of(reading: Reading) -> FiscalCalendar:
    """Return the company's calendar. Refuses `CalendarIsNotSet`."""
    found = calendar(reading)
    if found is None:
        raise CalendarIsNotSet
    return found


def period_named(reading: Reading, name: str) -> Period:
    """Return the period of a name. Refuses `PeriodIsUnknown` or `CalendarIsNotSet`."""
    return parse_period(calendar_of(reading), name)


def seen_by(reading: Reading, asker: RoleAsking, period: Period | None = None) -> tuple[str, ...] | None:
    """Return the people whose pay of a period the asker may see, themselves included; nothing for everyone.

    A manager sees today's reporting line, back to the start of the fiscal year in which each began to report.
    """
    if asker.has(*EVERYONES):
        return None
    if not asker.has("manager"):
        return (asker.actor,)
    known = calendar(reading) or FiscalCalendar()
    line = line_of(reading, asker.actor, day_of(known, asker.at))
    return (asker.actor, *sorted(each for each, since in line.items() if reads_back(known, since, period)))


def reads_back(known: FiscalCalendar, since: date, period: Period | None) -> bool:
    """Say whether who leads a person since a day may read a period."""
    return period is None or period.ends_on >= year_of(known, since).starts_on


def must_see(reading: Reading, asker: RoleAsking, person_id: str, period: Period | None = None) -> None:
    """Refuse `NotAllowed` unless the asker may see a person's pay."""
    if person_id == asker.actor:
        return
    seen = seen_by(reading, asker, period)
    if seen is not None and person_id not in seen:
        raise NotAllowed


def audit(asker: RoleAsking, person_ids: Sequence[str], what: str) -> None:
    """Log that somebody read other people's pay."""
    others = sorted({person_id for person_id in person_ids if person_id != asker.actor})
    if others:
        _audit.info("pay_read", actor=asker.actor, people=others, what=what, correlation_id=str(asker.correlation_id))
