"""Rules of named relationships: two people, one name, days that never overlap."""

from datetime import date

from events.testing import given
from goals.domain.relationship import (
    RELATIONSHIP,
    EndRelationship,
    RelationshipEnded,
    RelationshipIdIsTaken,
    RelationshipIsUnknown,
    RelationshipIsWithNobody,
    RelationshipIsWithOneself,
    RelationshipSet,
    RelationshipsOverlap,
    SetRelationship,
    relationship_id_of,
)
from goals.domain.spell import LastDayIsBeforeTheFirst
from tests.goals.company import APRIL, DECEMBER, JANUARY, JULY, MARCH

ONE_DAY_BEFORE_APRIL = date(2025, 3, 31)


def relate(
    starts_on: date = JANUARY, ends_on: date | None = None, to: str = "anna", known: tuple[str, ...] = ("omar", "anna")
) -> SetRelationship:
    return SetRelationship(
        name="mentor", from_person_id="omar", to_person_id=to, starts_on=starts_on, ends_on=ends_on, known=known
    )


def related(starts_on: date = JANUARY, ends_on: date | None = None, to: str = "anna") -> RelationshipSet:
    return RelationshipSet(name="mentor", from_person_id="omar", to_person_id=to, starts_on=starts_on, ends_on=ends_on)


def ended(ends_on: date, starts_on: date = JANUARY) -> RelationshipEnded:
    return RelationshipEnded(
        name="mentor", from_person_id="omar", to_person_id="anna", starts_on=starts_on, ends_on=ends_on
    )


def test_two_people_are_related_from_a_day_on() -> None:
    given(RELATIONSHIP).when(relate()).then(related())
    given(RELATIONSHIP).when(relate(JANUARY, MARCH)).then(related(JANUARY, MARCH))


def test_the_same_relationship_again_is_already_so() -> None:
    given(RELATIONSHIP, related(JANUARY, MARCH)).when(relate(JANUARY, MARCH)).then_nothing()


def test_two_people_are_related_anew_after_it_ended_and_before_it_began() -> None:
    given(RELATIONSHIP, related(), ended(ONE_DAY_BEFORE_APRIL)).when(relate(APRIL)).then(related(APRIL))
    given(RELATIONSHIP, related(APRIL)).when(relate(JANUARY, ONE_DAY_BEFORE_APRIL)).then(
        related(JANUARY, ONE_DAY_BEFORE_APRIL)
    )


def test_two_people_are_never_related_twice_on_one_day() -> None:
    given(RELATIONSHIP, related()).when(relate(APRIL)).then_refused(
        RelationshipsOverlap, other_starts_on=JANUARY, other_ends_on=None
    )
    given(RELATIONSHIP, related(JANUARY, APRIL)).when(relate(APRIL)).then_refused(RelationshipsOverlap)
    given(RELATIONSHIP, related(APRIL)).when(relate(JANUARY)).then_refused(RelationshipsOverlap)
    given(RELATIONSHIP, related()).when(relate(JANUARY, MARCH)).then_refused(RelationshipsOverlap)


def test_a_relationship_ends_and_its_end_is_corrected() -> None:
    given(RELATIONSHIP, related()).when(EndRelationship(ends_on=MARCH)).then(ended(MARCH))
    given(RELATIONSHIP, related(), ended(MARCH)).when(EndRelationship(ends_on=MARCH)).then_nothing()
    given(RELATIONSHIP, related(), ended(MARCH)).when(EndRelationship(ends_on=APRIL)).then(ended(APRIL))


def test_the_latest_spell_ends_unless_another_one_is_named() -> None:
    history = (related(), ended(MARCH), related(JULY))
    given(RELATIONSHIP, *history).when(EndRelationship(ends_on=DECEMBER)).then(ended(DECEMBER, JULY))
    given(RELATIONSHIP, *history).when(EndRelationship(ends_on=APRIL, starts_on=JANUARY)).then(ended(APRIL))
    given(RELATIONSHIP, *history).when(EndRelationship(ends_on=JULY, starts_on=JANUARY)).then_refused(
        RelationshipsOverlap, other_starts_on=JULY
    )
    given(RELATIONSHIP, *history).when(EndRelationship(ends_on=JULY, starts_on=APRIL)).then_refused(
        RelationshipIsUnknown
    )


def test_nothing_ends_before_it_begins() -> None:
    given(RELATIONSHIP).when(relate(APRIL, MARCH)).then_refused(LastDayIsBeforeTheFirst, ends_on=MARCH)
    given(RELATIONSHIP, related(APRIL)).when(EndRelationship(ends_on=MARCH)).then_refused(LastDayIsBeforeTheFirst)


def test_nobody_is_related_to_nobody_or_to_themselves() -> None:
    given(RELATIONSHIP).when(relate(known=("anna",))).then_refused(RelationshipIsWithNobody, from_person_id="omar")
    given(RELATIONSHIP).when(relate(known=("omar",))).then_refused(RelationshipIsWithNobody, to_person_id="anna")
    given(RELATIONSHIP).when(relate(to="omar")).then_refused(RelationshipIsWithOneself, to_person_id="omar")


def test_a_relationship_that_is_not_there_never_ends() -> None:
    given(RELATIONSHIP).when(EndRelationship(ends_on=MARCH)).then_refused(RelationshipIsUnknown)


def test_ids_that_read_like_another_pair_s_are_refused() -> None:
    assert relationship_id_of("mentor", "a~b", "c") == relationship_id_of("mentor", "a", "b~c")
    given(RELATIONSHIP, related()).when(relate(to="eve", known=("omar", "eve"))).then_refused(RelationshipIdIsTaken)
