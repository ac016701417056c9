"""Who is credited with what was done: its owner, with all of it."""

from datetime import date, datetime

from compensation.domain.crediting import claimed_by
from compensation.domain.deal_problem import DealProblem
from compensation.domain.engine.facts import person_year
from events.domain import Value
from fiscal.calendar import FiscalCalendar, year_of


class Done(Value, tag=False):
    """An activity as performance told of it. `event_…` name the event that told of it, `fields` are the CRM's own."""

    activity_id: str
    kind: str
    person_id: str | None
    owner_hash: str | None
    done_on: date
    count: int
    deal_id: str | None
    account: str | None
    fields: str | None
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int


class ActivityFacts(Value, tag=False):
    """An activity, who has claimed its owner, and the calendar."""

    done: Done
    claimants: tuple[str, ...]
    calendar: FiscalCalendar | None


class ActivityCredited(Value, tag=False):
    """Whose an activity is, and of which fiscal year; or why it is nobody's yet."""

    person_id: str | None
    person_year: str | None
    problem: DealProblem | None


def credit_activity(facts: ActivityFacts) -> ActivityCredited:
    """Return whose an activity is. Without a calendar its day has no year."""
    done = facts.done
    person_id, problem = claimed_by(done.person_id, done.owner_hash, facts.claimants)
    if facts.calendar is None:
        return ActivityCredited(person_id=person_id, person_year=None, problem="no_calendar")
    year = None if person_id is None else person_year(person_id, year_of(facts.calendar, done.done_on).name)
    return ActivityCredited(person_id=person_id, person_year=year, problem=problem)
