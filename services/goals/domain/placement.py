"""Who belongs to which team and reports to whom, on which day: intervals that cover every day from the first.

A placement is said to hold from a day on. It ends on the day before the next one starts, in whatever order they are
said; the last one has no end. What is said twice of one day holds as it was said last.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec
from msgspec import UnsetType

from events.domain import Refused, Value

FOR_EVER = date(9999, 12, 31)
"""The end of what has no end yet."""

ONE_DAY = timedelta(days=1)


class Placement(Value, tag=False):
    """A person's team and manager from one day to another; both days belong to it."""

    starts_on: date
    ends_on: date = FOR_EVER
    team_id: str | None = None
    manager_id: str | None = None

    def contains(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.starts_on <= day <= self.ends_on


class Reporting(Value, tag=False):
    """Whom somebody reports to from one day to another; both days belong to it."""

    person_id: str
    starts_on: date
    ends_on: date
    manager_id: str | None


class Company(Value, tag=False):
    """What a placement depends on: the teams that it names, if they are there, and the reporting lines from its
    manager upwards, for all days from its first on.
    """

    teams: tuple[str, ...] = ()
    line: tuple[Reporting, ...] = ()


class TeamIsUnknown(Refused):
    """There is no such team."""


class ManagerIsUnknown(Refused):
    """The manager is nobody whom the company knows. Hire the manager first."""


class ReportingLineIsACircle(Refused):
    """Nobody reports to themselves, through others or not, on any day."""


def placed(placements: Iterable[Placement], new: Placement) -> tuple[Placement, ...]:
    """Return the placements, in order, after one more was said."""
    by_day = {each.starts_on: each for each in placements} | {new.starts_on: new}
    ordered = [by_day[day] for day in sorted(by_day)]
    ends = [each.starts_on - ONE_DAY for each in ordered[1:]]
    return tuple(
        msgspec.structs.replace(each, ends_on=end) for each, end in zip(ordered, [*ends, FOR_EVER], strict=True)
    )


def on(placements: Iterable[Placement], day: date) -> Placement | None:
    """Return the placement that holds on a day, if one does yet."""
    return next((each for each in placements if each.contains(day)), None)


def said(told: str | UnsetType | None, before: str | None) -> str | None:
    """Return what is told, else what was so before."""
    return before if isinstance(told, UnsetType) else told


def check_team(company: Company, team_id: str | None) -> None:
    """Refuse a team that is not there."""
    if team_id is not None and team_id not in company.teams:
        raise TeamIsUnknown(team_id=team_id)


def check_manager(company: Company, person_id: str, placement: Placement) -> None:
    """Refuse a manager who is not there, or who reports to the person on one of the placement's days."""
    manager_id = placement.manager_id
    day = circle(company.line, person_id, placement)
    if day is not None:
        raise ReportingLineIsACircle(manager_id=manager_id, on=day)
    if manager_id is not None and all(each.person_id != manager_id for each in company.line):
        raise ManagerIsUnknown(manager_id=manager_id)


def circle(line: Sequence[Reporting], person_id: str, placement: Placement) -> date | None:
    """Return a day on which the placement would have the person report to themselves, through others or not."""
    return _meets(line, person_id, placement.manager_id, (placement.starts_on, placement.ends_on), ())


def _meets(
    line: Sequence[Reporting], person_id: str, manager_id: str | None, days: tuple[date, date], above: tuple[str, ...]
) -> date | None:
    """Follow a line upwards, for as many of the days as each part of it holds."""
    if manager_id == person_id:
        return days[0]
    if manager_id is None or manager_id in above:
        return None
    for each in line:
        first, last = max(days[0], each.starts_on), min(days[1], each.ends_on)
        if each.person_id == manager_id and first <= last:
            found = _meets(line, person_id, each.manager_id, (first, last), (*above, manager_id))
            if found is not None:
                return found
    return None
