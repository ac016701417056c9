"""Credits of activities follow from what was done, who has claimed its owners, plans that pay, and the calendar."""

from collections.abc import Iterable

from compensation.domain.activities import ActivityFacts, credit_activity
from compensation.projections.activities import activities_of_owner, all_activities
from compensation.projections.activity_credits import (
    ActivityCreditRow,
    activity_credits,
    activity_facts,
    pays_for_activities,
)
from compensation.projections.calendars import CalendarRow
from compensation.projections.origins import named_as
from compensation.projections.people import OwnerRow
from compensation.projections.plans import PUBLISHED, PlanVersionRow, document_of
from events.deriving import EVERYONE, Derivation, Derived, InColumn, group


def derive(facts: ActivityFacts) -> Derived[ActivityCreditRow]:
    """Return whose an activity is as a row, with the event that told of it."""
    done, credited = facts.done, credit_activity(facts)
    row = ActivityCreditRow(
        activity_id=done.activity_id,
        person_year=credited.person_year,
        person_id=credited.person_id,
        owner_hash=done.owner_hash,
        kind=done.kind,
        done_on=done.done_on,
        count=done.count,
        deal_id=done.deal_id,
        account=done.account,
        fields=done.fields,
        problem=credited.problem,
        **named_as(done),
    )
    return Derived(rows=(row,))


def owner_keys(row: OwnerRow) -> Iterable[str]:
    """Return the activities of a claimed owner."""
    return (group("owner", row.owner_hash),)


def version_keys(row: PlanVersionRow) -> Iterable[str]:
    """Return all activities when a plan that pays for some holds from a day on."""
    pays = row.status == PUBLISHED and pays_for_activities(document_of(row.document))
    return (group(EVERYONE, "all"),) if pays else ()


def calendar_keys(_row: CalendarRow) -> Iterable[str]:
    """Return all activities: each falls in another year, perhaps."""
    return (group(EVERYONE, "all"),)


ACTIVITY_CREDITS = Derivation(
    table=activity_credits,
    row=ActivityCreditRow,
    facts=activity_facts,
    derive=derive,
    keys={
        "activities": InColumn("activity_id"),
        "owners": owner_keys,
        "plan_versions": version_keys,
        "calendars": calendar_keys,
    },
    groups={"owner": activities_of_owner, EVERYONE: all_activities},
)
