"""What others hear of people, teams, the calendar and quotas: each event as its contract, and back."""

from typing import Any, TypeAlias

import msgspec

from events.contracts import goals as told
from events.domain import Recorded, Value
from fiscal.calendar import FiscalCalendar
from goals.domain.account import AccountPlaced
from goals.domain.calendar import CalendarSet
from goals.domain.objective import ObjectiveEvent, ObjectiveScored, ObjectiveSet
from goals.domain.person import (
    OwnersClaimed,
    PersonErased,
    PersonEvent,
    PersonHired,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
)
from goals.domain.quota import QuotaAdjusted, QuotaEvent, QuotaSet, QuotaTerms, SubjectQuotaSet
from goals.domain.rate import RateSet
from goals.domain.relationship import RelationshipEnded, RelationshipEvent, RelationshipSet
from goals.domain.team import TeamChanged, TeamEvent, TeamFormed
from goals.domain.territory import TerritoryAssigned, TerritoryAssignmentEnded, TerritoryDefined, TerritoryEvent

WordForWord: TypeAlias = RateSet | SubjectQuotaSet | RelationshipEvent | TerritoryEvent | AccountPlaced | ObjectiveEvent
GoalsEvent: TypeAlias = PersonEvent | TeamEvent | CalendarSet | QuotaEvent | WordForWord

WORD_FOR_WORD: dict[type[Value], tuple[type[Value], str | None]] = {
    RateSet: (told.RateSetV1, None),
    SubjectQuotaSet: (told.SubjectQuotaSetV1, "quota_id"),
    RelationshipSet: (told.RelationshipSetV1, "relationship_id"),
    RelationshipEnded: (told.RelationshipEndedV1, "relationship_id"),
    TerritoryDefined: (told.TerritoryDefinedV1, "territory_id"),
    TerritoryAssigned: (told.TerritoryAssignedV1, "territory_id"),
    TerritoryAssignmentEnded: (told.TerritoryAssignmentEndedV1, "territory_id"),
    AccountPlaced: (told.AccountPlacedV1, None),
    ObjectiveSet: (told.ObjectiveSetV1, "objective_id"),
    ObjectiveScored: (told.ObjectiveScoredV1, "objective_id"),
}
"""Events that are told as they are: their contract, and which member of it is the stream's key, if one is."""

_EVENTS: dict[type[Value], type[Value]] = {contract: event for event, (contract, _) in WORD_FOR_WORD.items()}


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
        case PersonHired() | PersonRenamed() | PersonMoved() | PersonLeft() | OwnersClaimed() | PersonErased():
            return person_told(key, event)
        case _:
            return word_for_word(key, event)


def word_for_word(key: str, event: WordForWord) -> Value:
    """Return what others hear of an event that is told as it is."""
    contract, key_member = WORD_FOR_WORD[type(event)]
    own: dict[str, Any] = {} if key_member is None else {key_member: key}
    return contract(**own, **msgspec.structs.asdict(event))


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
                user_name_hash=event.user_name_hash,
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


def quota_told(quota_id: str, event: QuotaSet | QuotaAdjusted) -> Value:
    """Return what others hear of a person's quota in money."""
    match event:
        case QuotaSet(terms=terms):
            return told.QuotaSetV1(quota_id=quota_id, **msgspec.structs.asdict(terms))
        case QuotaAdjusted(terms=terms, reason=reason):
            return told.QuotaAdjustedV1(quota_id=quota_id, reason=reason, **msgspec.structs.asdict(terms))


def recover(recorded: Recorded[Value]) -> Value | None:
    """Return the event of a contract. Every one holds its event whole; a team's first event formed it."""
    match recorded.event:
        case told.TeamChangedV1(name=name, parent_id=parent_id):
            formed = recorded.version == 1
            return TeamFormed(name=name, parent_id=parent_id) if formed else TeamChanged(name=name, parent_id=parent_id)
        case told.CalendarSetV1(time_zone=time_zone, first_month=first_month, year_named_by=year_named_by):
            calendar = {"time_zone": time_zone, "first_month": first_month, "year_named_by": year_named_by}
            return CalendarSet(calendar=msgspec.convert(calendar, FiscalCalendar))
        case told.QuotaSetV1() as contract:
            return QuotaSet(terms=terms_recovered(contract))
        case told.QuotaAdjustedV1(reason=reason) as contract:
            return QuotaAdjusted(terms=terms_recovered(contract), reason=reason)
        case contract if type(contract) in _EVENTS:
            event = _EVENTS[type(contract)]
            return event(**{name: getattr(contract, name) for name in event.__struct_fields__})
        case contract:
            return person_recovered(contract)


def person_recovered(contract: Value) -> PersonEvent | None:
    """Return what became of a person. That somebody was erased is told to nobody."""
    match contract:
        case told.PersonHiredV1():
            return PersonHired(
                name=contract.name,
                hired_on=contract.hired_on,
                team_id=contract.team_id,
                manager_id=contract.manager_id,
                user_name_hash=contract.user_name_hash,
                owner_hashes=contract.owner_hashes,
            )
        case told.PersonRenamedV1(name=name):
            return PersonRenamed(name=name)
        case told.PersonMovedV1(effective_on=day, team_id=team_id, manager_id=manager_id):
            return PersonMoved(effective_on=day, team_id=team_id, manager_id=manager_id)
        case told.PersonLeftV1(left_on=left_on):
            return PersonLeft(left_on=left_on)
        case told.OwnersClaimedV1(owner_hashes=hashes):
            return OwnersClaimed(owner_hashes=hashes)
        case _:
            return None


def terms_recovered(contract: told.QuotaSetV1 | told.QuotaAdjustedV1) -> QuotaTerms:
    """Return what is expected of whom."""
    return QuotaTerms(
        person_id=contract.person_id,
        measure=contract.measure,
        period=contract.period,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        amount=contract.amount,
    )
