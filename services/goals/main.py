"""The goals service, put together: who works where, how the company counts, and what is expected of whom."""

from collections.abc import Mapping

from fastapi import FastAPI

from edge.serving import serve
from events.contracts.compensation import AttainmentMeasuredV1
from events.domain import Refused
from events.running import Blueprint, Surroundings
from goals.domain import objective, person, quota, relationship, team, territory
from goals.domain.account import AccountPlaced, TerritoryIsUnknown
from goals.domain.calendar import CalendarIsNotSet, CalendarSet
from goals.domain.objective import (
    ObjectiveIsForNobody,
    ObjectiveIsUnknown,
    ObjectiveServesNothing,
    ScoreIsOutOfRange,
    WeightIsOutOfRange,
)
from goals.domain.person import PersonIsUnknown
from goals.domain.placement import ManagerIsUnknown, TeamIsUnknown
from goals.domain.quota import QuotaIsForNobody, QuotaIsForNothing, QuotaIsUnknown
from goals.domain.rate import CurrenciesAreTheSame, RateIsNotAboveZero, RateIsTooLarge, RateSet
from goals.domain.relationship import RelationshipIsUnknown, RelationshipIsWithNobody, RelationshipIsWithOneself
from goals.domain.spell import LastDayIsBeforeTheFirst
from goals.domain.team import NoSuchTeam, ParentIsUnknown
from goals.domain.territory import HolderIsUnknown, NoSuchTerritory, TerritoryAboveIsUnknown, TerritoryIsNotAssigned
from goals.projections.account_placements import ACCOUNT_PLACEMENTS
from goals.projections.attainments import ATTAINMENTS
from goals.projections.calendars import CALENDARS
from goals.projections.objectives import OBJECTIVES
from goals.projections.people import PEOPLE
from goals.projections.placements import PLACEMENTS
from goals.projections.quotas import QUOTAS
from goals.projections.rates import RATES
from goals.projections.relationships import RELATIONSHIPS
from goals.projections.teams import TEAMS
from goals.projections.territories import TERRITORIES
from goals.projections.territory_assignments import TERRITORY_ASSIGNMENTS
from goals.publishing import publish, recover
from goals.routers import (
    account_placements,
    calendar,
    objectives,
    people,
    quotas,
    rates,
    relationships,
    staff,
    teams,
    territories,
)
from goals.routers.names import Names

BLUEPRINT = Blueprint(
    name="goals",
    types=(
        *person.EVENTS,
        *team.EVENTS,
        CalendarSet,
        *quota.EVENTS,
        RateSet,
        *relationship.EVENTS,
        *territory.EVENTS,
        AccountPlaced,
        *objective.EVENTS,
        AttainmentMeasuredV1,
    ),
    projections=(
        PEOPLE,
        PLACEMENTS,
        TEAMS,
        CALENDARS,
        QUOTAS,
        ATTAINMENTS,
        RATES,
        RELATIONSHIPS,
        TERRITORIES,
        TERRITORY_ASSIGNMENTS,
        ACCOUNT_PLACEMENTS,
        OBJECTIVES,
    ),
    publish=publish,
    recover=recover,
    hears=("compensation",),
)

PROBLEM_STATUSES: Mapping[type[Refused], int] = {
    PersonIsUnknown: 404,
    NoSuchTeam: 404,
    QuotaIsUnknown: 404,
    RelationshipIsUnknown: 404,
    ObjectiveIsUnknown: 404,
    NoSuchTerritory: 404,
    TerritoryIsNotAssigned: 404,
    TeamIsUnknown: 422,
    ManagerIsUnknown: 422,
    ParentIsUnknown: 422,
    QuotaIsForNobody: 422,
    QuotaIsForNothing: 422,
    ObjectiveIsForNobody: 422,
    ObjectiveServesNothing: 422,
    WeightIsOutOfRange: 422,
    ScoreIsOutOfRange: 422,
    TerritoryAboveIsUnknown: 422,
    HolderIsUnknown: 422,
    TerritoryIsUnknown: 422,
    RelationshipIsWithNobody: 422,
    RelationshipIsWithOneself: 422,
    LastDayIsBeforeTheFirst: 422,
    CurrenciesAreTheSame: 422,
    RateIsNotAboveZero: 422,
    RateIsTooLarge: 422,
    CalendarIsNotSet: 409,
}
"""The refusals that are no rule's: nothing is there, or a field is wrong."""


def make(surroundings: Surroundings | None = None) -> FastAPI:
    """Return the service's app."""
    return serve(
        BLUEPRINT,
        surroundings,
        title="Goals",
        description=(
            "People, teams, reporting lines and relationships, territories, the fiscal calendar, exchange rates, and "
            "what is expected of whom."
        ),
        routers=(
            people.router,
            staff.router,
            teams.router,
            calendar.router,
            quotas.router,
            rates.router,
            relationships.router,
            territories.router,
            territories.assignments,
            account_placements.router,
            objectives.router,
        ),
        problem_statuses=PROBLEM_STATUSES,
        state={"names": Names()},
    )


app = make()
