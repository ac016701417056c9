"""Who was in which team on a day?"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from compensation.projections.people import ReportRow, reports
from events.store.session import Reading


class Teams:
    """The teams of some people from day to day, and everybody who was ever in one of these."""

    def __init__(self, reading: Reading, person_ids: Iterable[str]) -> None:
        teams = teams_ever_of(reading, person_ids)
        self.people = people_ever_in(reading, teams)
        self._placed: dict[str, list[ReportRow]] = {}
        statement = select(reports).where(reading.among(reports.c.person_id, self.people)).order_by(reports.c.starts_on)
        for row in reading.rows(statement, ReportRow):
            self._placed.setdefault(row.person_id, []).append(row)

    def on(self, person_id: str, day: date) -> str | None:
        """Return the team in which a person was on a day."""
        holding = [row for row in self._placed.get(person_id, ()) if row.starts_on <= day]
        return holding[-1].team_id if holding else None


def teams_ever_of(reading: Reading, person_ids: Iterable[str]) -> list[str]:
    """Return the teams in which people ever were."""
    mine = reading.among(reports.c.person_id, sorted(set(person_ids)))
    wanted = select(reports.c.team_id).where(mine, reports.c.team_id.is_not(None)).distinct()
    return sorted(team_id for (team_id,) in reading.tuples(wanted))


def people_ever_in(reading: Reading, team_ids: Iterable[str]) -> list[str]:
    """Return everybody who was ever in one of some teams."""
    theirs = reading.among(reports.c.team_id, sorted(set(team_ids)))
    return sorted(each for (each,) in reading.tuples(select(reports.c.person_id).where(theirs).distinct()))
