"""A territory: its name, the territory that it is part of, and who holds it in which role on which days."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias, assert_never

import msgspec

from events.domain import Decider, Refused, Value
from goals.domain.spell import Spell, check_days, kept, overlapping, spell_from


class TerritoryDefined(Value):
    """The territory has this name and place from now on."""

    name: str
    parent_id: str | None


class TerritoryAssigned(Value):
    """From this day on a person holds the territory in a role."""

    person_id: str
    role: str
    starts_on: date
    ends_on: date | None = None


class TerritoryAssignmentEnded(Value):
    """The last day is known, or another one; `starts_on` says of which spell."""

    person_id: str
    role: str
    starts_on: date
    ends_on: date


TerritoryEvent: TypeAlias = TerritoryDefined | TerritoryAssigned | TerritoryAssignmentEnded

EVENTS: tuple[type[TerritoryEvent], ...] = (TerritoryDefined, TerritoryAssigned, TerritoryAssignmentEnded)


class DefineTerritory(Value):
    """Give a territory its name and place. `above` is the parent, its parent and so on, if they are there."""

    territory_id: str
    name: str
    parent_id: str | None = None
    above: tuple[str, ...] = ()


class AssignTerritory(Value):
    """Let a person hold the territory in a role."""

    person_id: str
    role: str
    starts_on: date
    ends_on: date | None = None
    person_is_known: bool


class EndTerritoryAssignment(Value):
    """Say the last day of a person's spell that began on a day, or of their latest one."""

    person_id: str
    role: str
    ends_on: date
    starts_on: date | None = None


TerritoryCommand: TypeAlias = DefineTerritory | AssignTerritory | EndTerritoryAssignment


class NotDefined(Value):
    """There is no such territory yet."""


class Holder(Value, tag=False):
    """Who holds it in a role, in these spells."""

    person_id: str
    role: str
    spells: tuple[Spell, ...]


class Defined(Value):
    """A territory as it is, and who holds or held it."""

    name: str
    parent_id: str | None
    holders: tuple[Holder, ...] = ()

    def spells(self, person_id: str, role: str) -> tuple[Spell, ...]:
        """Return in which spells a person holds it in a role."""
        return next((each.spells for each in self.holders if (each.person_id, each.role) == (person_id, role)), ())


Territory: TypeAlias = NotDefined | Defined


class NoSuchTerritory(Refused):
    """There is no such territory."""


class TerritoryAboveIsUnknown(Refused):
    """The territory above is not there. Define it first."""


class TerritoryIsPartOfItself(Refused):
    """No territory is part of itself, through others or not."""


class HolderIsUnknown(Refused):
    """Nobody holds a territory whom the company does not know. Hire the person first."""


class TerritoryIsNotAssigned(Refused):
    """This person does not hold the territory in this role."""


class TerritoryAssignmentsOverlap(Refused):
    """This person holds the territory in this role on some of these days already. End that first."""


def decide(command: TerritoryCommand, territory: Territory) -> list[TerritoryEvent]:
    """Say what a command brings about."""
    if isinstance(command, DefineTerritory):
        return define(command, territory)
    if isinstance(territory, NotDefined):
        raise NoSuchTerritory
    match command:
        case AssignTerritory():
            return assign(command, territory)
        case EndTerritoryAssignment():
            return end(command, territory)
        case _:
            assert_never(command)


def define(command: DefineTerritory, territory: Territory) -> list[TerritoryEvent]:
    """Define a territory, or define it anew."""
    parent_id = command.parent_id
    if isinstance(territory, Defined) and (territory.name, territory.parent_id) == (command.name, parent_id):
        return []
    if parent_id is not None and command.territory_id in (parent_id, *command.above):
        raise TerritoryIsPartOfItself(parent_id=parent_id)
    if parent_id is not None and parent_id not in command.above:
        raise TerritoryAboveIsUnknown(parent_id=parent_id)
    return [TerritoryDefined(name=command.name, parent_id=parent_id)]


def assign(command: AssignTerritory, territory: Defined) -> list[TerritoryEvent]:
    """Begin a spell; the same one again is already so."""
    if not command.person_is_known:
        raise HolderIsUnknown(person_id=command.person_id)
    spell = Spell(starts_on=command.starts_on, ends_on=command.ends_on)
    check_days(spell)
    before = territory.spells(command.person_id, command.role)
    if spell in before:
        return []
    check_overlap(spell, before)
    event = TerritoryAssigned(
        person_id=command.person_id, role=command.role, starts_on=command.starts_on, ends_on=command.ends_on
    )
    return [event]


def end(command: EndTerritoryAssignment, territory: Defined) -> list[TerritoryEvent]:
    """End a spell, or say another last day of it."""
    spells = territory.spells(command.person_id, command.role)
    spell = spell_from(spells, command.starts_on)
    if spell is None:
        raise TerritoryIsNotAssigned
    if spell.ends_on == command.ends_on:
        return []
    ended = Spell(starts_on=spell.starts_on, ends_on=command.ends_on)
    check_days(ended)
    check_overlap(ended, [each for each in spells if each != spell])
    event = TerritoryAssignmentEnded(
        person_id=command.person_id, role=command.role, starts_on=spell.starts_on, ends_on=command.ends_on
    )
    return [event]


def check_overlap(spell: Spell, others: Iterable[Spell]) -> None:
    """Insist that no day is another spell's."""
    other = overlapping(spell, others)
    if other is not None:
        raise TerritoryAssignmentsOverlap(other_starts_on=other.starts_on, other_ends_on=other.ends_on)


def evolve(territory: Territory, event: TerritoryEvent) -> Territory:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case TerritoryDefined(name=name, parent_id=parent_id):
            holders = territory.holders if isinstance(territory, Defined) else ()
            return Defined(name=name, parent_id=parent_id, holders=holders)
        case TerritoryAssigned() | TerritoryAssignmentEnded():
            return territory if isinstance(territory, NotDefined) else held(territory, event)
        case _:
            assert_never(event)


def held(territory: Defined, event: TerritoryAssigned | TerritoryAssignmentEnded) -> Defined:
    """Return a territory after somebody came to hold it, or holds it no more."""
    person_id, role = event.person_id, event.role
    spells = kept(territory.spells(person_id, role), Spell(starts_on=event.starts_on, ends_on=event.ends_on))
    others = [each for each in territory.holders if (each.person_id, each.role) != (person_id, role)]
    holder = Holder(person_id=person_id, role=role, spells=spells)
    return msgspec.structs.replace(territory, holders=(*others, holder))


TERRITORY = Decider[TerritoryCommand, Territory, TerritoryEvent](
    kind="territory", initial=NotDefined(), decide=decide, evolve=evolve, events=EVENTS
)
