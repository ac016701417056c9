"""Which people's fiscal years a row belongs to: what earnings and attainment are derived again for when it changes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from compensation.domain.engine.facts import person_year
from compensation.projections.assignments import AssignmentRow
from compensation.projections.calendars import CalendarRow
from compensation.projections.people import ReportRow
from compensation.projections.plans import PUBLISHED, PlanVersionRow
from compensation.projections.posted_years import years_of_posted
from compensation.projections.quotas import TeamQuotaRow
from compensation.projections.rates import RateRow
from compensation.projections.results import PostedRow
from compensation.projections.years import (
    years_exchanging,
    years_of_everyone,
    years_of_person,
    years_of_team,
    years_on_plan,
)
from events.deriving import EVERYONE, GROUP, InColumn, group
from events.store.session import Reading


def team_quota_keys(row: TeamQuotaRow) -> Iterable[str]:
    """Return the years of all who were ever in the team."""
    return (group("team", row.team_id),)


def report_keys(row: ReportRow) -> Iterable[str]:
    """Return the years of somebody who is placed in a team: its quotas are the person's, perhaps."""
    return (group("person", row.person_id),)


def assignment_keys(row: AssignmentRow) -> Iterable[str]:
    """Return the years of the person."""
    return (group("person", row.person_id),)


def version_keys(row: PlanVersionRow) -> Iterable[str]:
    """Return the years of all who were ever on the plan; a draft pays nobody."""
    return (group("plan", row.plan_id),) if row.status == PUBLISHED else ()


def posted_keys(row: PostedRow) -> Iterable[str]:
    """Return the year of the person of whom something was posted, or of all whom a result of the company may pay."""
    if row.subject_kind == "person":
        return (person_year(row.subject_id, row.year),)
    return (group("posted", row.year),) if row.subject_kind == "company" else ()


def calendar_keys(_row: CalendarRow) -> Iterable[str]:
    """Return all years: their periods have other days, perhaps."""
    return (group(EVERYONE, "all"),)


def rate_keys(row: RateRow) -> Iterable[str]:
    """Return the years, from the rate's day on, of those whose plan may exchange by it."""
    return (group("exchanging", GROUP.join((row.base, row.quote, row.kind, row.effective_on.isoformat()))),)


YEAR_KEYS: Mapping[str, Callable[[Any], Iterable[str]]] = {
    "credits": InColumn("person_year"),
    "activity_credits": InColumn("person_year"),
    "quotas": InColumn("person_year"),
    "team_quotas": team_quota_keys,
    "reports": report_keys,
    "results": posted_keys,
    "scores": posted_keys,
    "assignments": assignment_keys,
    "plan_versions": version_keys,
    "calendars": calendar_keys,
    "rates": rate_keys,
}

YEAR_GROUPS: Mapping[str, Callable[[Reading, str], Iterable[str]]] = {
    "person": years_of_person,
    "plan": years_on_plan,
    "team": years_of_team,
    EVERYONE: years_of_everyone,
    "exchanging": years_exchanging,
    "posted": years_of_posted,
}
