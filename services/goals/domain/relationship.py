"""A named relationship: somebody shares in the deals of somebody else, as their sales engineer or their mentor."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias, assert_never

from events.domain import Decider, Refused, Value
from goals.domain.spell import Spell, check_days, kept, overlapping, spell_from


class RelationshipSet(Value):
    """From this day on somebody is so related to somebody whose deals are credited to both."""

    name: str
    from_person_id: str
    to_person_id: str
    starts_on: date
    ends_on: date | None = None


class RelationshipEnded(Value):
    """The last day is known, or another one; `starts_on` says of which spell."""

    name: str
    from_person_id: str
    to_person_id: str
    starts_on: date
    ends_on: date


RelationshipEvent: TypeAlias = RelationshipSet | RelationshipEnded

EVENTS: tuple[type[RelationshipEvent], ...] = (RelationshipSet, RelationshipEnded)


class SetRelationship(Value):
    """Relate somebody, who is credited, to somebody whose deals they share in. `known` are those who are there."""

    name: str
    from_person_id: str
    to_person_id: str
    starts_on: date
    ends_on: date | None = None
    known: tuple[str, ...] = ()


class EndRelationship(Value):
    """Say the last day of the spell that began on a day, or of the latest one."""

    ends_on: date
    starts_on: date | None = None


RelationshipCommand: TypeAlias = SetRelationship | EndRelationship


class NotRelated(Value):
    """These two never were so related."""


class Related(Value):
    """Two people are or were so related, in these spells."""

    name: str
    from_person_id: str
    to_person_id: str
    spells: tuple[Spell, ...]


Relationship: TypeAlias = NotRelated | Related


class RelationshipIsUnknown(Refused):
    """There is no such relationship."""


class RelationshipIsWithNobody(Refused):
    """Both of a relationship are people whom the company knows. Hire them first."""


class RelationshipIsWithOneself(Refused):
    """Nobody is related to themselves."""


class RelationshipIdIsTaken(Refused):
    """The ids of these two people together read like those of another relationship."""


class RelationshipsOverlap(Refused):
    """These two are so related on some of these days already. End that first."""


def relationship_id_of(name: str, from_person_id: str, to_person_id: str) -> str:
    """Return the id of a relationship."""
    return f"{from_person_id}~{to_person_id}~{name}"


def decide(command: RelationshipCommand, relationship: Relationship) -> list[RelationshipEvent]:
    """Say what a command brings about."""
    match command:
        case SetRelationship():
            return relate(command, relationship)
        case EndRelationship():
            return end(command, relationship)
        case _:
            assert_never(command)


def relate(command: SetRelationship, relationship: Relationship) -> list[RelationshipEvent]:
    """Begin a spell; the same one again is already so."""
    spell = Spell(starts_on=command.starts_on, ends_on=command.ends_on)
    check_people(command)
    check_days(spell)
    if isinstance(relationship, Related):
        if (relationship.from_person_id, relationship.to_person_id) != (command.from_person_id, command.to_person_id):
            raise RelationshipIdIsTaken
        if spell in relationship.spells:
            return []
        check_overlap(spell, relationship.spells)
    event = RelationshipSet(
        name=command.name,
        from_person_id=command.from_person_id,
        to_person_id=command.to_person_id,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
    )
    return [event]


def end(command: EndRelationship, relationship: Relationship) -> list[RelationshipEvent]:
    """End a spell, or say another last day of it."""
    spell = spell_from(relationship.spells, command.starts_on) if isinstance(relationship, Related) else None
    if spell is None or isinstance(relationship, NotRelated):
        raise RelationshipIsUnknown
    if spell.ends_on == command.ends_on:
        return []
    ended = Spell(starts_on=spell.starts_on, ends_on=command.ends_on)
    check_days(ended)
    check_overlap(ended, [each for each in relationship.spells if each != spell])
    event = RelationshipEnded(
        name=relationship.name,
        from_person_id=relationship.from_person_id,
        to_person_id=relationship.to_person_id,
        starts_on=spell.starts_on,
        ends_on=command.ends_on,
    )
    return [event]


def check_people(command: SetRelationship) -> None:
    """Insist on two people who are there."""
    if command.from_person_id == command.to_person_id:
        raise RelationshipIsWithOneself(to_person_id=command.to_person_id)
    asked = {"from_person_id": command.from_person_id, "to_person_id": command.to_person_id}
    unknown = {member: each for member, each in asked.items() if each not in command.known}
    if unknown:
        raise RelationshipIsWithNobody(**unknown)


def check_overlap(spell: Spell, others: Iterable[Spell]) -> None:
    """Insist that no day is another spell's."""
    other = overlapping(spell, others)
    if other is not None:
        raise RelationshipsOverlap(other_starts_on=other.starts_on, other_ends_on=other.ends_on)


def evolve(relationship: Relationship, event: RelationshipEvent) -> Related:
    """Say what an event means. Never refuses: it has happened."""
    before = relationship.spells if isinstance(relationship, Related) else ()
    return Related(
        name=event.name,
        from_person_id=event.from_person_id,
        to_person_id=event.to_person_id,
        spells=kept(before, Spell(starts_on=event.starts_on, ends_on=event.ends_on)),
    )


RELATIONSHIP = Decider[RelationshipCommand, Relationship, RelationshipEvent](
    kind="relationship", initial=NotRelated(), decide=decide, evolve=evolve, events=EVENTS
)
