"""What others hear of goals: each event as its contract, and nothing of who was erased."""

from decimal import Decimal

import pytest

from events.contracts import goals as told
from events.domain import Value
from fiscal.calendar import FiscalCalendar
from goals.domain.calendar import CalendarSet
from goals.domain.person import OwnersClaimed, PersonErased, PersonLeft, PersonMoved, PersonRenamed
from goals.domain.quota import QuotaAdjusted, QuotaSet, QuotaTerms, SubjectQuotaSet
from goals.domain.rate import RateSet
from goals.domain.team import TeamChanged, TeamFormed
from goals.publishing import GoalsEvent, publish
from tests.goals.company import JANUARY, JULY, MARCH, hired, name, usd
from tests.goals.office import recorded

TERMS = QuotaTerms(
    person_id="k", measure="bookings", period="2025-Q1", starts_on=JANUARY, ends_on=MARCH, amount=usd("5.00")
)


@pytest.mark.parametrize(
    ("event", "contract"),
    [
        (
            hired(manager_id="bob"),
            told.PersonHiredV1(
                person_id="k",
                name=name("Anna"),
                hired_on=JANUARY,
                team_id="east",
                manager_id="bob",
                owner_hashes=("o-1", "o-2"),
                user_name_hash="u-1",
            ),
        ),
        (PersonRenamed(name=name("Ann")), told.PersonRenamedV1(person_id="k", name=name("Ann"))),
        (
            PersonMoved(effective_on=JULY, team_id="west", manager_id=None),
            told.PersonMovedV1(person_id="k", effective_on=JULY, team_id="west"),
        ),
        (PersonLeft(left_on=JULY), told.PersonLeftV1(person_id="k", left_on=JULY)),
        (OwnersClaimed(owner_hashes=("o-3",)), told.OwnersClaimedV1(person_id="k", owner_hashes=("o-3",))),
        (PersonErased(), None),
        (TeamFormed(name="East", parent_id=None), told.TeamChangedV1(team_id="k", name="East")),
        (
            TeamChanged(name="East", parent_id="all"),
            told.TeamChangedV1(team_id="k", name="East", parent_id="all"),
        ),
        (
            CalendarSet(calendar=FiscalCalendar(time_zone="UTC", first_month=2, year_named_by="start")),
            told.CalendarSetV1(time_zone="UTC", first_month=2, year_named_by="start"),
        ),
        (
            QuotaSet(terms=TERMS),
            told.QuotaSetV1(
                quota_id="k",
                person_id="k",
                measure="bookings",
                period="2025-Q1",
                starts_on=JANUARY,
                ends_on=MARCH,
                amount=usd("5.00"),
            ),
        ),
        (
            QuotaAdjusted(terms=TERMS, reason="leave"),
            told.QuotaAdjustedV1(
                quota_id="k",
                person_id="k",
                measure="bookings",
                period="2025-Q1",
                starts_on=JANUARY,
                ends_on=MARCH,
                amount=usd("5.00"),
                reason="leave",
            ),
        ),
        (
            SubjectQuotaSet(
                subject_kind="team",
                subject_id="east",
                measure="meetings",
                period="2025-Q1",
                starts_on=JANUARY,
                ends_on=MARCH,
                amount=Decimal(40),
            ),
            told.SubjectQuotaSetV1(
                quota_id="k",
                subject_kind="team",
                subject_id="east",
                measure="meetings",
                period="2025-Q1",
                starts_on=JANUARY,
                ends_on=MARCH,
                amount=Decimal(40),
            ),
        ),
        (
            RateSet(base="EUR", quote="USD", kind="plan", effective_on=JANUARY, rate=Decimal("1.08"), source="ECB"),
            told.RateSetV1(
                base="EUR", quote="USD", kind="plan", effective_on=JANUARY, rate=Decimal("1.08"), source="ECB"
            ),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_event_is_told_as_its_contract(event: GoalsEvent, contract: Value | None) -> None:
    assert publish(recorded(event)) == contract
