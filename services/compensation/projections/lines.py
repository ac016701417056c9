"""Who stood above whom on a day, and whose plans pay for what their line sells?"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from compensation.domain.document.shape import PlanDocument
from compensation.projections import assignments
from compensation.projections.deals import won_deals_of
from compensation.projections.people import ReportRow, reports
from compensation.projections.plans import PUBLISHED, PlanVersionRow, document_of, plan_versions
from events.deriving import GROUP
from events.store.session import Reading

DEPTH_MAX = 50
"""How many managers stand above somebody at most: a circle of managers ends here."""


def managers_paid_on(reading: Reading, people: Iterable[tuple[str, date]]) -> dict[tuple[str, date], tuple[str, ...]]:
    """Return, for people and days, the managers above them on that day whose plan then pays for their line."""
    plan_ids = plans_by_line(reading)
    wanted = sorted(set(people))
    if not plan_ids or not wanted:
        return {}
    spells = assignments.spells_on(reading, plan_ids)
    above = reports_above(reading, {person_id for person_id, _ in wanted})
    found: dict[tuple[str, date], tuple[str, ...]] = {}
    for person_id, day in wanted:
        managers = chain(above, person_id, day)
        found[person_id, day] = tuple(
            manager for manager in managers if any(spell.contains(day) for spell in spells.get(manager, ()))
        )
    return found


def plans_by_line(reading: Reading) -> list[str]:
    """Return the plans with a published version that pays for the deals of a reporting line."""
    published = reading.rows(select(plan_versions).where(plan_versions.c.status == PUBLISHED), PlanVersionRow)
    return sorted({row.plan_id for row in published if pays_by_line(document_of(row.document))})


def pays_by_line(document: PlanDocument) -> bool:
    """Say whether a plan counts the deals of the reporting line."""
    return any(rule.source == "roll_up" for rule in document.credit_rules)


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
        holding = [row for row in above.get(below, ()) if row.starts_on <= day]
        manager = holding[-1].manager_id if holding else None
        if manager is None or manager == person_id or manager in managers:
            break
        managers.append(manager)
        below = manager
    return tuple(managers)


def deals_below(reading: Reading, person_id: str) -> Iterable[str]:
    """Return the won deals of a person and of everybody who ever stood below, if some plan pays for them."""
    if not plans_by_line(reading):
        return []
    people, asked = {person_id}, [person_id]
    while asked:
        below = select(reports.c.person_id).where(reading.among(reports.c.manager_id, asked)).distinct()
        asked = sorted({below_id for (below_id,) in reading.tuples(below)} - people)
        people.update(asked)
    return won_deals_of(reading, sorted(people))


def deals_of_line_plan(reading: Reading, plan_and_person: str) -> Iterable[str]:
    """Return the won deals below a person, if the plan pays for those of a line. The key is `plan=person`."""
    plan_id, _, person_id = plan_and_person.partition(GROUP)
    return deals_below(reading, person_id) if plan_id in plans_by_line(reading) else []
