"""Assignments: on one day a person is on one plan."""

from datetime import date
from typing import Any

import pytest

from compensation.domain.assignment import (
    ASSIGNMENT,
    AssignmentEnded,
    AssignmentEndsBeforeItStarts,
    AssignmentIdIsTaken,
    AssignmentIsUnknown,
    AssignmentsOverlap,
    AssignPerson,
    EndAssignment,
    LeaveSet,
    PersonAssigned,
    PersonIsUnknown,
    PlanIsNotPublished,
    SetLeave,
    Spell,
)
from compensation.domain.leave import Leave
from events.domain import Refused
from events.testing import given

JANUARY, MARCH, JUNE, JULY = date(2017, 1, 1), date(2017, 3, 31), date(2017, 6, 30), date(2017, 7, 1)

assigned = PersonAssigned(person_id="ada", plan_id="p1", starts_on=JANUARY)
ended = AssignmentEnded(person_id="ada", plan_id="p1", starts_on=JANUARY, ends_on=MARCH)


def assign(starts_on: date = JANUARY, ends_on: date | None = None, **changes: Any) -> AssignPerson:
    said: dict[str, Any] = {
        "person_id": "ada",
        "plan_id": "p1",
        "starts_on": starts_on,
        "ends_on": ends_on,
        "person_is_known": True,
        "plan_is_published": True,
    }
    return AssignPerson(**(said | changes))


def other(starts_on: date, ends_on: date | None = None) -> tuple[Spell, ...]:
    return (Spell(plan_id="p2", starts_on=starts_on, ends_on=ends_on),)


def test_a_person_comes_onto_a_plan() -> None:
    given(ASSIGNMENT).when(assign()).then(assigned)


def test_the_same_assignment_again_is_already_so() -> None:
    given(ASSIGNMENT, assigned).when(assign()).then_nothing()


def test_an_assignment_ends() -> None:
    given(ASSIGNMENT, assigned).when(EndAssignment(ends_on=MARCH)).then(ended)


def test_an_end_said_again_is_already_so() -> None:
    given(ASSIGNMENT, assigned, ended).when(EndAssignment(ends_on=MARCH)).then_nothing()


def test_an_end_may_be_corrected() -> None:
    given(ASSIGNMENT, assigned, ended).when(EndAssignment(ends_on=JUNE)).then(
        AssignmentEnded(person_id="ada", plan_id="p1", starts_on=JANUARY, ends_on=JUNE)
    )


def test_an_overlap_that_came_about_at_one_instant_is_resolved_by_an_earlier_end() -> None:
    given(ASSIGNMENT, assigned).when(EndAssignment(ends_on=MARCH, others=other(JANUARY))).then(ended)


def test_a_person_may_come_back() -> None:
    again = PersonAssigned(person_id="ada", plan_id="p1", starts_on=JULY)
    given(ASSIGNMENT, assigned, ended).when(assign(JULY)).then(again)
    given(ASSIGNMENT, assigned, ended, again).when(EndAssignment(ends_on=date(2017, 9, 30))).then(
        AssignmentEnded(person_id="ada", plan_id="p1", starts_on=JULY, ends_on=date(2017, 9, 30))
    )


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (assign(person_is_known=False), PersonIsUnknown),
        (assign(plan_is_published=False), PlanIsNotPublished),
        (assign(JULY, MARCH), AssignmentEndsBeforeItStarts),
        (assign(others=other(JULY)), AssignmentsOverlap),
        (assign(JANUARY, JULY, others=other(JULY)), AssignmentsOverlap),
        (assign(MARCH, others=other(JANUARY, MARCH)), AssignmentsOverlap),
    ],
)
def test_nobody_is_assigned_against_the_rules(command: AssignPerson, refusal: type[Refused]) -> None:
    given(ASSIGNMENT).when(command).then_refused(refusal)


def test_neighbouring_days_do_not_overlap() -> None:
    command = assign(JANUARY, JUNE, others=other(JULY))
    given(ASSIGNMENT).when(command).then(PersonAssigned(person_id="ada", plan_id="p1", starts_on=JANUARY, ends_on=JUNE))


def test_two_spells_on_one_plan_do_not_overlap_either() -> None:
    given(ASSIGNMENT, assigned).when(assign(JULY)).then_refused(AssignmentsOverlap)


def test_ids_that_read_like_those_of_another_pair_are_refused() -> None:
    strange = PersonAssigned(person_id="ada~x", plan_id="y", starts_on=JANUARY)
    given(ASSIGNMENT, strange).when(assign(person_id="ada", plan_id="x~y")).then_refused(AssignmentIdIsTaken)


@pytest.mark.parametrize(
    ("history", "command", "refusal"),
    [
        ((), EndAssignment(ends_on=MARCH), AssignmentIsUnknown),
        ((assigned,), EndAssignment(ends_on=date(2016, 12, 31)), AssignmentEndsBeforeItStarts),
        ((assigned, ended), EndAssignment(ends_on=JULY, others=other(JUNE)), AssignmentsOverlap),
    ],
)
def test_nothing_ends_against_the_rules(
    history: tuple[PersonAssigned | AssignmentEnded, ...], command: EndAssignment, refusal: type[Refused]
) -> None:
    given(ASSIGNMENT, *history).when(command).then_refused(refusal)


LEAVE = Leave(first_on=MARCH, last_on=MARCH, reason="family")
on_leave = LeaveSet(person_id="ada", plan_id="p1", starts_on=JANUARY, leaves=(LEAVE,))


def test_days_of_leave_are_said_of_the_latest_spell() -> None:
    given(ASSIGNMENT, assigned).when(SetLeave(leaves=(LEAVE,))).then(on_leave)


def test_the_same_leave_again_is_already_so() -> None:
    given(ASSIGNMENT, assigned, on_leave).when(SetLeave(leaves=(LEAVE,))).then_nothing()


def test_an_assignment_that_is_said_again_keeps_its_leave() -> None:
    given(ASSIGNMENT, assigned, on_leave).when(assign()).then_nothing()


def test_an_end_leaves_the_leave_as_it_was() -> None:
    given(ASSIGNMENT, assigned, on_leave, ended).when(SetLeave(leaves=(LEAVE,))).then_nothing()


def test_nobody_is_on_leave_who_was_never_assigned() -> None:
    given(ASSIGNMENT).when(SetLeave(leaves=(LEAVE,))).then_refused(AssignmentIsUnknown)
