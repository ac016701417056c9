"""Rules of territories: where they are, who holds them when, and which account falls in which."""

from datetime import date

from events.testing import given
from goals.domain.account import ACCOUNT, AccountPlaced, PlaceAccount, TerritoryIsUnknown
from goals.domain.spell import LastDayIsBeforeTheFirst
from goals.domain.territory import (
    TERRITORY,
    AssignTerritory,
    DefineTerritory,
    EndTerritoryAssignment,
    HolderIsUnknown,
    NoSuchTerritory,
    TerritoryAboveIsUnknown,
    TerritoryAssigned,
    TerritoryAssignmentEnded,
    TerritoryAssignmentsOverlap,
    TerritoryDefined,
    TerritoryIsNotAssigned,
    TerritoryIsPartOfItself,
)
from tests.goals.company import APRIL, JANUARY, JULY, MARCH

WEST = TerritoryDefined(name="West", parent_id=None)


def assign(
    starts_on: date = JANUARY, ends_on: date | None = None, person_id: str = "anna", role: str = "owner"
) -> AssignTerritory:
    return AssignTerritory(person_id=person_id, role=role, starts_on=starts_on, ends_on=ends_on, person_is_known=True)


def assigned(
    starts_on: date = JANUARY, ends_on: date | None = None, person_id: str = "anna", role: str = "owner"
) -> TerritoryAssigned:
    return TerritoryAssigned(person_id=person_id, role=role, starts_on=starts_on, ends_on=ends_on)


def end(ends_on: date, starts_on: date | None = None, role: str = "owner") -> EndTerritoryAssignment:
    return EndTerritoryAssignment(person_id="anna", role=role, ends_on=ends_on, starts_on=starts_on)


def ended(ends_on: date, starts_on: date = JANUARY) -> TerritoryAssignmentEnded:
    return TerritoryAssignmentEnded(person_id="anna", role="owner", starts_on=starts_on, ends_on=ends_on)


def test_a_territory_is_defined_and_defined_anew() -> None:
    given(TERRITORY).when(DefineTerritory(territory_id="west", name="West")).then(WEST)
    given(TERRITORY, WEST).when(DefineTerritory(territory_id="west", name="West")).then_nothing()
    given(TERRITORY, WEST).when(
        DefineTerritory(territory_id="west", name="Coast", parent_id="us", above=("us", "world"))
    ).then(TerritoryDefined(name="Coast", parent_id="us"))


def test_a_territory_is_never_part_of_itself_or_of_nothing() -> None:
    below_coast = DefineTerritory(territory_id="west", name="West", parent_id="coast", above=("coast", "west"))
    given(TERRITORY, WEST).when(below_coast).then_refused(TerritoryIsPartOfItself, parent_id="coast")
    itself = DefineTerritory(territory_id="west", name="West", parent_id="west")
    given(TERRITORY).when(itself).then_refused(TerritoryIsPartOfItself)
    nowhere = DefineTerritory(territory_id="west", name="West", parent_id="moon")
    given(TERRITORY).when(nowhere).then_refused(TerritoryAboveIsUnknown, parent_id="moon")


def test_several_people_hold_a_territory_and_one_person_in_several_roles() -> None:
    history = (WEST, assigned())
    given(TERRITORY, *history).when(assign(person_id="omar")).then(assigned(person_id="omar"))
    given(TERRITORY, *history).when(assign(role="overlay")).then(assigned(role="overlay"))


def test_nobody_holds_a_territory_twice_in_one_role_on_one_day() -> None:
    given(TERRITORY, WEST, assigned()).when(assign()).then_nothing()
    given(TERRITORY, WEST, assigned()).when(assign(APRIL)).then_refused(
        TerritoryAssignmentsOverlap, other_starts_on=JANUARY, other_ends_on=None
    )
    given(TERRITORY, WEST, assigned(), ended(MARCH)).when(assign(APRIL)).then(assigned(APRIL))


def test_a_territory_s_assignment_ends_and_its_end_is_corrected() -> None:
    given(TERRITORY, WEST, assigned()).when(end(MARCH)).then(ended(MARCH))
    given(TERRITORY, WEST, assigned(), ended(MARCH)).when(end(MARCH)).then_nothing()
    history = (WEST, assigned(), ended(MARCH), assigned(JULY))
    given(TERRITORY, *history).when(end(APRIL, JANUARY)).then(ended(APRIL))
    given(TERRITORY, *history).when(end(JULY, JANUARY)).then_refused(TerritoryAssignmentsOverlap, other_starts_on=JULY)
    given(TERRITORY, *history).when(end(JULY)).then(ended(JULY, JULY))


def test_who_holds_a_territory_is_still_said_after_it_is_defined_anew() -> None:
    given(TERRITORY, WEST, assigned(), TerritoryDefined(name="Coast", parent_id=None)).when(assign()).then_nothing()


def test_what_does_not_hold_never_ends() -> None:
    given(TERRITORY, WEST).when(end(MARCH)).then_refused(TerritoryIsNotAssigned)
    given(TERRITORY, WEST, assigned()).when(end(MARCH, role="overlay")).then_refused(TerritoryIsNotAssigned)
    given(TERRITORY, WEST, assigned(APRIL)).when(end(MARCH)).then_refused(LastDayIsBeforeTheFirst, ends_on=MARCH)
    given(TERRITORY, WEST).when(assign(APRIL, MARCH)).then_refused(LastDayIsBeforeTheFirst)


def test_a_territory_that_is_not_there_is_held_by_nobody_and_no_territory_by_nobody_known() -> None:
    given(TERRITORY).when(assign()).then_refused(NoSuchTerritory)
    given(TERRITORY).when(end(MARCH)).then_refused(NoSuchTerritory)
    stranger = AssignTerritory(person_id="zoe", role="owner", starts_on=JANUARY, person_is_known=False)
    given(TERRITORY, WEST).when(stranger).then_refused(HolderIsUnknown, person_id="zoe")


def place(
    territory_id: str | None = "west", effective_on: date = JANUARY, *, territory_is_known: bool = True
) -> PlaceAccount:
    return PlaceAccount(
        account="Initech",
        territory_id=territory_id,
        effective_on=effective_on,
        territory_is_known=territory_is_known,
    )


def placed(territory_id: str | None = "west", effective_on: date = JANUARY) -> AccountPlaced:
    return AccountPlaced(account="Initech", territory_id=territory_id, effective_on=effective_on)


def test_an_account_falls_in_a_territory_from_a_day_on_and_the_last_word_on_a_day_holds() -> None:
    given(ACCOUNT).when(place()).then(placed())
    given(ACCOUNT, placed()).when(place()).then_nothing()
    given(ACCOUNT, placed()).when(place("east")).then(placed("east"))
    given(ACCOUNT, placed(), placed("east")).when(place()).then(placed())
    given(ACCOUNT, placed()).when(place(effective_on=APRIL)).then(placed(effective_on=APRIL))


def test_an_account_falls_in_no_territory_or_in_one_that_is_there() -> None:
    given(ACCOUNT, placed()).when(place(None, APRIL, territory_is_known=False)).then(placed(None, APRIL))
    given(ACCOUNT).when(place("moon", territory_is_known=False)).then_refused(TerritoryIsUnknown, territory_id="moon")
