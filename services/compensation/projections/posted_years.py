"""Whose fiscal years do posted results and scores belong to? Those of people whose plans count such."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.trigger import POSTED
from compensation.domain.engine.facts import PersonYear, Quota, person_year
from compensation.projections import assignments, plans
from compensation.projections.results import PostedRow, posted_in, years_posted
from events.store.session import Reading


def with_posted(reading: Reading, years: Mapping[str, PersonYear]) -> dict[str, PersonYear]:
    """Return years with what was posted in them, and the targets of results as quotas, if a plan counts such."""
    counting = {key: year for key, year in years.items() if any(counts_posted(each.document) for each in year.versions)}
    if not counting:
        return dict(years)
    people = sorted({year.person_id for year in counting.values()})
    rows = posted_in(reading, (year.year for year in counting.values()), people)
    return dict(years) | {key: with_rows(year, rows) for key, year in counting.items()}


def with_rows(year: PersonYear, rows: Sequence[PostedRow]) -> PersonYear:
    """Return a year with what was posted of the company and the person."""
    mine = [each for each in rows if each.year == year.year and each.subject_id in ("company", year.person_id)]
    quotas: list[Quota] = [quota for each in mine if (quota := each.quota()) is not None]
    return msgspec.structs.replace(
        year,
        credits=(*year.credits, *(each.credit(year.person_id) for each in mine)),
        quotas=(*year.quotas, *quotas),
    )


def counts_posted(document: PlanDocument) -> bool:
    """Say whether a plan counts results or objectives."""
    return any(rule.trigger in POSTED for rule in document.credit_rules)


def people_counting(reading: Reading) -> list[str]:
    """Return everyone who was ever on a plan that counts results or objectives."""
    plan_ids = [each.plan_id for each in plans.all_published(reading) if counts_posted(each.document)]
    return sorted(assignments.spells_on(reading, plan_ids)) if plan_ids else []


def years_with_posted(reading: Reading, person_ids: Iterable[str] | None = None) -> list[str]:
    """Return the fiscal years in which something was posted that may pay people, or anybody."""
    wanted = None if person_ids is None else set(person_ids)
    people = [each for each in people_counting(reading) if wanted is None or each in wanted]
    if not people:
        return []
    found = years_posted(reading)
    return sorted({person_year(each, year) for each in people for year, who in found if who in (None, each)})


def years_of_posted(reading: Reading, year: str) -> Iterable[str]:
    """Return the fiscal years of everybody whom a result of the company may pay."""
    return [person_year(each, year) for each in people_counting(reading)]
