"""Who may see what: those who look after pay see every deal, managers their line's, reps their own."""

from datetime import date

from edge.asking import RoleAsking
from edge.auth import Role
from edge.refusals import NotAllowed
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar, day_of
from performance.projections.calendars import calendar
from performance.projections.people import line_of

EVERYTHING: tuple[Role, ...] = ("comp_admin", "comp_approver", "finance", "auditor", "planner")
LEADERBOARD: tuple[Role, ...] = (*EVERYTHING, "rep", "manager", "enablement")
RECORDERS: tuple[Role, ...] = ("integration", "comp_admin", "finance")
"""Who records what happened outside: invoices, payments and the like."""
COLLEAGUES: tuple[Role, ...] = (*LEADERBOARD, "integration")
RECORD_READERS: tuple[Role, ...] = (*EVERYTHING, "integration")


def seen_by(reading: Reading, asker: RoleAsking) -> tuple[str, ...] | None:
    """Return the people whose deals the asker may see, nothing for all of them. Refuses `NotAllowed`."""
    if asker.has(*EVERYTHING):
        return None
    if asker.has("manager"):
        return tuple(line_of(reading, asker.actor, today(reading, asker)))
    if asker.has("rep"):
        return (asker.actor,)
    raise NotAllowed


def today(reading: Reading, asker: RoleAsking) -> date:
    """Return the day that it is where the company counts its days."""
    return day_of(calendar(reading) or FiscalCalendar(), asker.at)
