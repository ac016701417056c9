"""Who is paid by which plan, and when. On one day a person is on one plan."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias

import msgspec

from compensation.domain.leave import Leave
from events.domain import Decider, Refused, Value
from fiscal.calendar import Period
from money.money import Money


class PersonAssigned(Value):
    """From this day on, and to the last one if it is known, a plan pays a person. Both days belong to it.

    `target_pay` is what the person is paid a year for reaching all quotas exactly, `base_pay` what is paid a year
    whatever is reached, of which a plan's target pay may be a percent, and `pay_currency` the currency in which the
    person is paid; without one, the plan's.
    """

    person_id: str
    plan_id: str
    starts_on: date
    ends_on: date | None = None
    target_pay: Money | None = None
    base_pay: Money | None = None
    pay_currency: str | None = None


class LeaveSet(Value):
    """These, and no others, are the days of leave within the spell that starts on a day."""

    person_id: str
    plan_id: str
    starts_on: date
    leaves: tuple[Leave, ...]


class AssignmentEnded(Value):
    """The last day on which the plan pays the person is known, or another one. `starts_on` says which spell."""

    person_id: str
    plan_id: str
    starts_on: date
    ends_on: date


AssignmentEvent: TypeAlias = PersonAssigned | AssignmentEnded | LeaveSet


class Spell(Value, tag=False):
    """Days on a plan, both ends included; open if the last one is not known. Target pay and base pay are those of a
    year.
    """

    plan_id: str
    starts_on: date
    ends_on: date | None = None
    target_pay: Money | None = None
    base_pay: Money | None = None
    leaves: tuple[Leave, ...] = ()
    pay_currency: str | None = None

    def contains(self, day: date) -> bool:
        """Say whether a day belongs to it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def overlaps(self, other: "Spell | Period") -> bool:
        """Say whether some day belongs to both."""
        return (self.ends_on is None or other.starts_on <= self.ends_on) and (
            other.ends_on is None or self.starts_on <= other.ends_on
        )


class AssignPerson(Value):
    """Let a plan pay a person. Whether both are known, and the person's other plans, come from the read models."""

    person_id: str
    plan_id: str
    starts_on: date
    ends_on: date | None = None
    target_pay: Money | None = None
    base_pay: Money | None = None
    pay_currency: str | None = None
    person_is_known: bool
    plan_is_published: bool
    others: tuple[Spell, ...] = ()


class EndAssignment(Value):
    """Let the latest spell end on a day. `others` are the person's other plans."""

    ends_on: date
    others: tuple[Spell, ...] = ()


class SetLeave(Value):
    """Say all days of leave within the latest spell."""

    leaves: tuple[Leave, ...]


AssignmentCommand: TypeAlias = AssignPerson | EndAssignment | SetLeave


class Unassigned(Value):
    """The plan never paid the person."""


class Assigned(Value):
    """The plan paid the person in these spells, the latest of which comes last."""

    person_id: str
    plan_id: str
    spells: tuple[Spell, ...]


Assignment: TypeAlias = Unassigned | Assigned


class PersonIsUnknown(Refused):
    """Nobody is known under this person id."""


class PlanIsNotPublished(Refused):
    """People are assigned to published plans."""


class AssignmentIsUnknown(Refused):
    """There is no such assignment."""


class AssignmentIdIsTaken(Refused):
    """The ids of this person and this plan together read like those of another assignment."""


class AssignmentEndsBeforeItStarts(Refused):
    """An assignment ends on its first day or later."""


class LeaveEndsBeforeItStarts(Refused):
    """A leave ends on its first day or later."""


class AssignmentsOverlap(Refused):
    """On one day a person is on one plan. End the other assignment first."""


def assignment_id(person_id: str, plan_id: str) -> str:
    """Return the id of a person's assignment to a plan."""
    return f"{person_id}~{plan_id}"


def decide(command: AssignmentCommand, assignment: Assignment) -> list[AssignmentEvent]:
    """Let a person come onto a plan and leave it."""
    match command:
        case AssignPerson():
            return assign(command, assignment)
        case EndAssignment():
            return end(command, assignment)
        case SetLeave(leaves=leaves):
            return set_leave(leaves, assignment)


def assign(command: AssignPerson, assignment: Assignment) -> list[AssignmentEvent]:
    """Begin a spell; the same one again is already so."""
    spell = Spell(
        plan_id=command.plan_id,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        target_pay=command.target_pay,
        base_pay=command.base_pay,
        pay_currency=command.pay_currency,
    )
    if isinstance(assignment, Assigned):
        if (assignment.person_id, assignment.plan_id) != (command.person_id, command.plan_id):
            raise AssignmentIdIsTaken
        if spell in (msgspec.structs.replace(each, leaves=()) for each in assignment.spells):
            return []
    check_known(command)
    check_days(spell)
    check_overlap(spell, (*command.others, *spells_of(assignment)))
    event = PersonAssigned(
        person_id=command.person_id,
        plan_id=command.plan_id,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        target_pay=command.target_pay,
        base_pay=command.base_pay,
        pay_currency=command.pay_currency,
    )
    return [event]


def end(command: EndAssignment, assignment: Assignment) -> list[AssignmentEvent]:
    """End the latest spell. Ending it earlier is how an overlap that two commands at one instant made is resolved."""
    if isinstance(assignment, Unassigned):
        raise AssignmentIsUnknown
    *before, last = assignment.spells
    if last.ends_on == command.ends_on:
        return []
    spell = Spell(plan_id=last.plan_id, starts_on=last.starts_on, ends_on=command.ends_on)
    check_days(spell)
    if last.ends_on is not None and command.ends_on > last.ends_on:
        check_overlap(spell, (*command.others, *before))
    event = AssignmentEnded(
        person_id=assignment.person_id,
        plan_id=assignment.plan_id,
        starts_on=last.starts_on,
        ends_on=command.ends_on,
    )
    return [event]


def set_leave(leaves: tuple[Leave, ...], assignment: Assignment) -> list[AssignmentEvent]:
    """Set the days of leave of the latest spell."""
    if isinstance(assignment, Unassigned):
        raise AssignmentIsUnknown
    for leave in leaves:
        if leave.last_on < leave.first_on:
            raise LeaveEndsBeforeItStarts(first_on=leave.first_on, last_on=leave.last_on)
    last = assignment.spells[-1]
    if last.leaves == leaves:
        return []
    event = LeaveSet(
        person_id=assignment.person_id, plan_id=assignment.plan_id, starts_on=last.starts_on, leaves=leaves
    )
    return [event]


def check_known(command: AssignPerson) -> None:
    """Insist on a person who is known and a plan that is published."""
    if not command.person_is_known:
        raise PersonIsUnknown(person_id=command.person_id)
    if not command.plan_is_published:
        raise PlanIsNotPublished(plan_id=command.plan_id)


def check_days(spell: Spell) -> None:
    """Insist on at least one day."""
    if spell.ends_on is not None and spell.ends_on < spell.starts_on:
        raise AssignmentEndsBeforeItStarts(ends_on=spell.ends_on)


def check_overlap(spell: Spell, others: Iterable[Spell]) -> None:
    """Insist that no day is another plan's."""
    for other in others:
        if spell.overlaps(other):
            raise AssignmentsOverlap(other=msgspec.to_builtins(other))


def spells_of(assignment: Assignment) -> tuple[Spell, ...]:
    """Return the spells that there are."""
    return assignment.spells if isinstance(assignment, Assigned) else ()


def evolve(assignment: Assignment, event: AssignmentEvent) -> Assignment:
    """Say what an event means. Never refuses: it has happened."""
    before = {each.starts_on: each for each in spells_of(assignment)}
    spell = spell_after(before.get(event.starts_on), event)
    others = tuple(each for each in before.values() if each.starts_on != event.starts_on)
    spells = tuple(sorted((*others, spell), key=lambda each: each.starts_on))
    return Assigned(person_id=event.person_id, plan_id=event.plan_id, spells=spells)


def spell_after(before: Spell | None, event: AssignmentEvent) -> Spell:
    """Return the spell that an event is about; its end alone, or leave, leaves everything else as it was."""
    known = before or Spell(plan_id=event.plan_id, starts_on=event.starts_on)
    match event:
        case PersonAssigned():
            return Spell(
                plan_id=event.plan_id,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                target_pay=event.target_pay,
                base_pay=event.base_pay,
                pay_currency=event.pay_currency,
            )
        case AssignmentEnded(ends_on=ends_on):
            return msgspec.structs.replace(known, ends_on=ends_on)
        case LeaveSet(leaves=leaves):
            return msgspec.structs.replace(known, leaves=leaves)


def without_target_pay(members: dict[str, Any]) -> dict[str, Any]:
    """Return an assignment as it was written before it could say a target pay: it says none."""
    return members


ASSIGNMENT = Decider[AssignmentCommand, Assignment, AssignmentEvent](
    kind="assignment",
    initial=Unassigned(),
    decide=decide,
    evolve=evolve,
    events=(PersonAssigned, AssignmentEnded, LeaveSet),
)
