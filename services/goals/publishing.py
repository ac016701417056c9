"""What others hear of people, teams, the calendar and quotas: each event as its contract."""

from typing import TypeAlias

import msgspec

from events.contracts import goals as told
from events.domain import Recorded, Value
from goals.domain.calendar import CalendarSet
from goals.domain.person import (
    OwnersClaimed,
    PersonErased,
    PersonEvent,
    PersonHired,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
)
from goals.domain.quota import QuotaAdjusted, QuotaEvent, QuotaSet
from goals.domain.team import TeamChanged, TeamEvent, TeamFormed

GoalsEvent: TypeAlias = PersonEvent | TeamEvent | CalendarSet | QuotaEvent


def publish(recorded: Recorded[GoalsEvent]) -> Value | None:
    """Return the contract of an event; that somebody was erased shows in what nobody can read any more."""
    key, event = recorded.key, recorded.event
    match event:
        case TeamFormed(name=name, parent_id=parent_id) | TeamChanged(name=name, parent_id=parent_id):
            return told.TeamChangedV1(team_id=key, name=name, parent_id=parent_id)
        case CalendarSet(calendar=calendar):
            return told.CalendarSetV1(
                time_zone=calendar.time_zone, first_month=calendar.first_month, year_named_by=calendar.year_named_by
            )
        case QuotaSet() | QuotaAdjusted():
            return quota_told(key, event)
        case _:
            return person_told(key, event)


def person_told(person_id: str, event: PersonEvent) -> Value | None:
    """Return what others hear of a person."""
    match event:
        case PersonHired():
            return told.PersonHiredV1(
                person_id=person_id,
                name=event.name,
                hired_on=event.hired_on,
                team_id=event.team_id,
                manager_id=event.manager_id,
                owner_hashes=event.owner_hashes,
            )
        case PersonRenamed(name=name):
            return told.PersonRenamedV1(person_id=person_id, name=name)
        case PersonMoved(effective_on=day, team_id=team_id, manager_id=manager_id):
            return told.PersonMovedV1(person_id=person_id, effective_on=day, team_id=team_id, manager_id=manager_id)
        case PersonLeft(left_on=left_on):
            return told.PersonLeftV1(person_id=person_id, left_on=left_on)
        case OwnersClaimed(owner_hashes=hashes):
            return told.OwnersClaimedV1(person_id=person_id, owner_hashes=hashes)
        case PersonErased():
            return None


def quota_told(quota_id: str, event: QuotaEvent) -> Value:
    """Return what others hear of a quota."""
    match event:
        case QuotaSet(terms=terms):
            return told.QuotaSetV1(quota_id=quota_id, **msgspec.structs.asdict(terms))
        case QuotaAdjusted(terms=terms, reason=reason):
            return told.QuotaAdjustedV1(quota_id=quota_id, reason=reason, **msgspec.structs.asdict(terms))
