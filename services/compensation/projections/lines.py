"""Who stood above whom on a day, and which deals are those of a line?"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from compensation.projections import relationships, territories
from compensation.projections.deals import deals_of_accounts, won_deals_of
from compensation.projections.entitled import entitled
from compensation.projections.people import ReportRow, reports
from compensation.projections.splits import deals_shared_by_hand
from compensation.projections.stages import deals_staged_by
from compensation.projections.teams import people_ever_in, teams_ever_of
from events.deriving import GROUP
from events.store.session import Reading

DEPTH_MAX = 50
"""How many managers stand above somebody at most: a circle of managers ends here."""


def reports_above(reading: Reading, person_ids: Iterable[str]) -> dict[str, list[ReportRow]]:
    """Return to whom people report, and those above them, from which day on."""
    found: dict[str, list[ReportRow]] = {}
    asked = sorted(person_ids)
    while asked:
        found |= {person_id: [] for person_id in asked}
        statement = select(reports).where(reading.among(reports.c.person_id, asked)).order_by(reports.c.starts_on)
        for row in reading.rows(statement, ReportRow):
            found[row.person_id].append(row)
        above = {row.manager_id for person_id in asked for row in found[person_id] if row.manager_id is not None}
        asked = sorted(above - found.keys())
    return found


def chain(above: dict[str, list[ReportRow]], person_id: str, day: date) -> tuple[str, ...]:
    """Return who stands above somebody on a day, the nearest first."""
    managers: list[str] = []
    below = person_id
    while len(managers) < DEPTH_MAX:
        manager = None
        for row in above.get(below, ()):
            if row.starts_on <= day:
                manager = row.manager_id
        if manager is None or manager == person_id or manager in managers:
            break
        managers.append(manager)
        below = manager
    return tuple(managers)


def deals_below(reading: Reading, person_id: str) -> Iterable[str]:
    """Return the won deals of a person, of everybody who ever stood below, and of those who were ever in one team with
    the person, as far as some plan pays for such deals.
    """
    known = entitled(reading)
    if not known.plans:
        return []
    people, asked = {person_id}, [person_id]
    while asked:
        below = select(reports.c.person_id).where(reading.among(reports.c.manager_id, asked)).distinct()
        asked = sorted({each for (each,) in reading.tuples(below)} - people)
        people.update(asked)
    mates = people_ever_in(reading, teams_ever_of(reading, [person_id])) if known.kinds("team") else ()
    of_mates = (*won_deals_of(reading, list(mates)), *deals_shared_by_hand(reading, list(mates)))
    return {*deals_reached_by(reading, people), *of_mates}


def deals_reached_by(reading: Reading, people: Iterable[str]) -> Iterable[str]:
    """Return the won deals that people share, that those share with whom they ever stood in a relationship, those of
    accounts that ever fell in their territories, and those of which they owned a stage.
    """
    mine = sorted(people)
    others = relationships.shared_in_by(reading, mine)
    accounts = territories.accounts_below(reading, territories.held_ever_by(reading, mine))
    by_hand = deals_shared_by_hand(reading, [*mine, *others])
    staged = deals_staged_by(reading, mine)
    return {*won_deals_of(reading, [*mine, *others]), *by_hand, *deals_of_accounts(reading, accounts), *staged}


def deals_of_line_plan(reading: Reading, plan_and_person: str) -> Iterable[str]:
    """Return the won deals below a person, if the plan pays for those of others. The key is `plan=person`."""
    plan_id, _, person_id = plan_and_person.partition(GROUP)
    return deals_below(reading, person_id) if plan_id in entitled(reading).plans else []


def deals_of_person(reading: Reading, person_id: str) -> Iterable[str]:
    """Return the won deals that a person shares."""
    return {*won_deals_of(reading, [person_id]), *deals_shared_by_hand(reading, [person_id])}


def deals_of_team(reading: Reading, team_id: str) -> Iterable[str]:
    """Return the won deals of everybody who was ever in a team, if some plan pays for those of teams."""
    if not entitled(reading).kinds("team"):
        return []
    mates = people_ever_in(reading, [team_id])
    return {*won_deals_of(reading, mates), *deals_shared_by_hand(reading, mates)}


def deals_of_territory(reading: Reading, territory_id: str) -> Iterable[str]:
    """Return the won deals of accounts that ever fell in a territory or in those below it."""
    return deals_of_accounts(reading, territories.accounts_below(reading, [territory_id]))


def deals_of_account(reading: Reading, account: str) -> Iterable[str]:
    """Return the won deals of an account."""
    return deals_of_accounts(reading, [account])
