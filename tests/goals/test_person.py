"""Rules of a person: joining, names, moves, leaving, owners, and being forgotten."""

import pytest

from events.domain import Personal
from events.testing import given
from goals.domain.person import (
    PERSON,
    ClaimOwners,
    ErasePerson,
    HirePerson,
    LetPersonGo,
    MovePerson,
    OwnersClaimed,
    PersonCommand,
    PersonErased,
    PersonHasLeft,
    PersonHired,
    PersonIsHiredAlready,
    PersonIsNotHiredYet,
    PersonIsUnknown,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PersonWasErased,
    RenamePerson,
)
from goals.domain.placement import Company, ManagerIsUnknown, ReportingLineIsACircle, TeamIsUnknown
from tests.goals.company import APRIL, DECEMBER, EAST_AND_WEST, JANUARY, JULY, MARCH, hire, hired, line, name

AGAIN = Personal(person_id="anna", box="sealed anew", mac="mac of Anna")
TO_WEST = PersonMoved(effective_on=JULY, team_id="west", manager_id=None)


def test_a_person_is_hired_with_owners_in_order() -> None:
    given(PERSON).when(hire()).then(hired())


def test_a_hiring_said_again_is_already_so_though_the_name_is_sealed_anew() -> None:
    given(PERSON, hired(), TO_WEST).when(hire(called=AGAIN)).then_nothing()


@pytest.mark.parametrize("other", [hire(team_id="west"), hire(called=name("Bob"))])
def test_an_id_is_never_given_twice(other: HirePerson) -> None:
    given(PERSON, hired()).when(other).then_refused(PersonIsHiredAlready)


def test_nobody_joins_a_team_that_is_not_there() -> None:
    given(PERSON).when(hire(team_id="south")).then_refused(TeamIsUnknown, team_id="south")


def test_nobody_is_hired_under_a_manager_who_is_not_there() -> None:
    given(PERSON).when(hire(manager_id="bob")).then_refused(ManagerIsUnknown, manager_id="bob")


def test_a_person_is_hired_under_a_manager_who_is_there() -> None:
    given(PERSON).when(hire(manager_id="bob", company=line({"bob": None}))).then(hired(manager_id="bob"))


def test_nobody_is_hired_as_their_own_manager() -> None:
    given(PERSON).when(hire(manager_id="anna")).then_refused(ReportingLineIsACircle, manager_id="anna", on=JANUARY)


@pytest.mark.parametrize(
    "command",
    [
        RenamePerson(name=name("Ann")),
        MovePerson(person_id="anna", effective_on=JULY, team_id="west", company=EAST_AND_WEST),
        LetPersonGo(left_on=JULY),
        ClaimOwners(owner_hashes=("o-3",)),
        ErasePerson(),
    ],
)
def test_nothing_happens_to_nobody(command: PersonCommand) -> None:
    given(PERSON).when(command).then_refused(PersonIsUnknown)


def test_a_person_gets_another_name() -> None:
    given(PERSON, hired()).when(RenamePerson(name=name("Ann"))).then(PersonRenamed(name=name("Ann")))


def test_a_name_that_a_person_has_is_already_so() -> None:
    given(PERSON, hired()).when(RenamePerson(name=AGAIN)).then_nothing()


def test_a_move_leaves_as_it_is_what_it_does_not_name() -> None:
    anna = given(PERSON, hired(manager_id="bob"))
    to_west = MovePerson(person_id="anna", effective_on=JULY, team_id="west", company=EAST_AND_WEST)
    anna.when(to_west).then(PersonMoved(effective_on=JULY, team_id="west", manager_id="bob"))
    alone = MovePerson(person_id="anna", effective_on=JULY, manager_id=None)
    anna.when(alone).then(PersonMoved(effective_on=JULY, team_id="east", manager_id=None))


def test_a_move_of_the_past_begins_where_the_person_was_then() -> None:
    earlier = MovePerson(
        person_id="anna", effective_on=MARCH, manager_id="bob", company=line({"bob": None}, starts_on=JANUARY)
    )
    given(PERSON, hired(), TO_WEST).when(earlier).then(
        PersonMoved(effective_on=MARCH, team_id="east", manager_id="bob")
    )


def test_the_same_move_again_is_already_so() -> None:
    again = MovePerson(person_id="anna", effective_on=JULY, team_id="west", manager_id=None, company=EAST_AND_WEST)
    given(PERSON, hired(), TO_WEST).when(again).then_nothing()


def test_nobody_moves_to_a_team_that_is_not_there() -> None:
    to_south = MovePerson(person_id="anna", effective_on=JULY, team_id="south", company=EAST_AND_WEST)
    given(PERSON, hired()).when(to_south).then_refused(TeamIsUnknown, team_id="south")


def test_nobody_moves_before_they_were_hired() -> None:
    given(PERSON, hired(hired_on=MARCH)).when(
        MovePerson(person_id="anna", effective_on=JANUARY, team_id="west", company=EAST_AND_WEST)
    ).then_refused(PersonIsNotHiredYet, hired_on=MARCH)


def test_nobody_reports_to_who_reports_to_them_through_others() -> None:
    under_bob = MovePerson(
        person_id="anna", effective_on=JULY, manager_id="bob", company=line({"bob": "carl", "carl": "anna"})
    )
    given(PERSON, hired()).when(under_bob).then_refused(ReportingLineIsACircle, manager_id="bob", on=JULY)


def test_a_circle_on_one_later_day_is_refused_with_its_day() -> None:
    company = line({"bob": "anna"}, starts_on=DECEMBER)
    bob = line({"bob": None}, ends_on=APRIL)
    under_bob = MovePerson(
        person_id="anna",
        effective_on=MARCH,
        manager_id="bob",
        company=Company(line=(*bob.line, *company.line)),
    )
    given(PERSON, hired()).when(under_bob).then_refused(ReportingLineIsACircle, on=DECEMBER)


def test_two_may_report_to_each_other_on_different_days() -> None:
    under_bob = MovePerson(
        person_id="anna", effective_on=MARCH, manager_id="bob", company=line({"bob": "anna"}, starts_on=JULY)
    )
    alone = PersonMoved(effective_on=JULY, team_id="east", manager_id=None)
    given(PERSON, hired(), alone).when(under_bob).then(
        PersonMoved(effective_on=MARCH, team_id="east", manager_id="bob")
    )


def test_a_person_leaves_and_the_last_day_is_corrected() -> None:
    given(PERSON, hired()).when(LetPersonGo(left_on=JULY)).then(PersonLeft(left_on=JULY))
    gone = given(PERSON, hired(), PersonLeft(left_on=JULY))
    gone.when(LetPersonGo(left_on=JULY)).then_nothing()
    gone.when(LetPersonGo(left_on=DECEMBER)).then(PersonLeft(left_on=DECEMBER))


def test_nobody_leaves_before_they_were_hired() -> None:
    given(PERSON, hired(hired_on=MARCH)).when(LetPersonGo(left_on=JANUARY)).then_refused(PersonIsNotHiredYet)


def test_who_has_left_moves_until_their_last_day_only() -> None:
    gone = given(PERSON, hired(), PersonLeft(left_on=APRIL))
    late = MovePerson(person_id="anna", effective_on=JULY, team_id="west", company=EAST_AND_WEST)
    gone.when(late).then_refused(PersonHasLeft, left_on=APRIL)
    corrected = MovePerson(person_id="anna", effective_on=APRIL, team_id="west", company=EAST_AND_WEST)
    gone.when(corrected).then(PersonMoved(effective_on=APRIL, team_id="west", manager_id=None))


def test_only_owners_that_are_new_are_claimed() -> None:
    known = given(PERSON, hired(), OwnersClaimed(owner_hashes=("o-3",)))
    known.when(ClaimOwners(owner_hashes=("o-5", "o-3", "o-4", "o-1"))).then(OwnersClaimed(owner_hashes=("o-4", "o-5")))
    known.when(ClaimOwners(owner_hashes=("o-3", "o-2"))).then_nothing()


def test_a_person_who_has_left_is_still_found_in_a_crm() -> None:
    given(PERSON, hired(), PersonLeft(left_on=JULY)).when(ClaimOwners(owner_hashes=("o-9",))).then(
        OwnersClaimed(owner_hashes=("o-9",))
    )


def test_a_person_is_erased_once() -> None:
    given(PERSON, hired()).when(ErasePerson()).then(PersonErased())
    given(PERSON, hired(), PersonErased()).when(ErasePerson()).then_nothing()


@pytest.mark.parametrize("command", [hire(), RenamePerson(name=name("Ann")), LetPersonGo(left_on=JULY)])
def test_nothing_more_is_said_of_who_was_erased(command: PersonCommand) -> None:
    given(PERSON, hired(), PersonErased()).when(command).then_refused(PersonWasErased)


def test_a_stream_that_begins_with_something_else_still_loads() -> None:
    moved: list[PersonHired | PersonMoved] = [TO_WEST, hired()]
    given(PERSON, *moved).when(hire()).then_nothing()
