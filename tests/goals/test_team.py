"""Rules of a team: formed once, changed freely, and never part of itself."""

from events.testing import given
from goals.domain.team import (
    TEAM,
    ChangeTeam,
    FormTeam,
    NoSuchTeam,
    ParentIsUnknown,
    TeamChanged,
    TeamFormed,
    TeamIsFormedAlready,
    TeamIsPartOfItself,
)

EAST = TeamFormed(name="East", parent_id=None)


def test_a_team_is_formed_below_one_that_is_there() -> None:
    given(TEAM).when(FormTeam(team_id="east", name="East", parent_id="all", above=("all",))).then(
        TeamFormed(name="East", parent_id="all")
    )


def test_a_team_formed_again_in_the_same_way_is_already_so() -> None:
    given(TEAM, EAST, TeamChanged(name="Orient", parent_id=None)).when(
        FormTeam(team_id="east", name="East")
    ).then_nothing()


def test_the_id_of_a_team_is_never_given_twice() -> None:
    given(TEAM, EAST).when(FormTeam(team_id="east", name="West")).then_refused(TeamIsFormedAlready)


def test_a_team_is_never_formed_below_one_that_is_not_there() -> None:
    given(TEAM).when(FormTeam(team_id="east", name="East", parent_id="all")).then_refused(
        ParentIsUnknown, parent_id="all"
    )


def test_a_team_is_never_formed_below_itself() -> None:
    given(TEAM).when(FormTeam(team_id="east", name="East", parent_id="east")).then_refused(TeamIsPartOfItself)


def test_a_team_gets_another_name_and_keeps_its_place() -> None:
    below_all = TeamFormed(name="East", parent_id="all")
    given(TEAM, below_all).when(ChangeTeam(team_id="east", name="Orient")).then(
        TeamChanged(name="Orient", parent_id="all")
    )


def test_a_team_is_taken_out_of_its_place() -> None:
    below_all = TeamFormed(name="East", parent_id="all")
    given(TEAM, below_all).when(ChangeTeam(team_id="east", name="East", parent_id=None)).then(
        TeamChanged(name="East", parent_id=None)
    )


def test_a_team_is_never_put_below_one_that_is_part_of_it() -> None:
    below_north = ChangeTeam(team_id="east", name="East", parent_id="north", above=("north", "coast", "east"))
    given(TEAM, EAST).when(below_north).then_refused(TeamIsPartOfItself, parent_id="north")


def test_a_team_is_never_put_below_one_that_is_not_there() -> None:
    given(TEAM, EAST).when(ChangeTeam(team_id="east", name="East", parent_id="all")).then_refused(ParentIsUnknown)


def test_the_same_change_again_is_already_so() -> None:
    given(TEAM, EAST, TeamChanged(name="Orient", parent_id=None)).when(
        ChangeTeam(team_id="east", name="Orient")
    ).then_nothing()


def test_a_team_that_is_not_there_is_never_changed() -> None:
    given(TEAM).when(ChangeTeam(team_id="east", name="East")).then_refused(NoSuchTeam)
