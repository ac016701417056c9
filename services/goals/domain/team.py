"""A team: its name, and the team that it is part of."""

from typing import TypeAlias, assert_never

from msgspec import UNSET, UnsetType

from events.domain import Decider, Refused, Value


class TeamFormed(Value):
    """There is a team."""

    name: str
    parent_id: str | None


class TeamChanged(Value):
    """The team has this name and place from now on."""

    name: str
    parent_id: str | None


TeamEvent: TypeAlias = TeamFormed | TeamChanged

EVENTS: tuple[type[TeamEvent], ...] = (TeamFormed, TeamChanged)


class FormTeam(Value):
    """Form a team. `above` is the parent, its parent and so on upwards; nothing where the parent is not there."""

    team_id: str
    name: str
    parent_id: str | None = None
    above: tuple[str, ...] = ()


class ChangeTeam(Value):
    """Give a team another name or another place; a parent that is unset stays. `above` is as for a new team."""

    team_id: str
    name: str
    parent_id: str | UnsetType | None = UNSET
    above: tuple[str, ...] = ()


TeamCommand: TypeAlias = FormTeam | ChangeTeam


class NotFormed(Value):
    """There is no such team yet."""


class Formed(Value):
    """A team as it is."""

    formed: TeamFormed
    name: str
    parent_id: str | None


Team: TypeAlias = NotFormed | Formed


class NoSuchTeam(Refused):
    """There is no such team."""


class TeamIsFormedAlready(Refused):
    """There is a team of this id, formed in another way. Change it, or choose another id."""


class ParentIsUnknown(Refused):
    """The team above is not there. Form it first."""


class TeamIsPartOfItself(Refused):
    """No team is part of itself, through others or not."""


def decide(command: TeamCommand, team: Team) -> list[TeamEvent]:
    """Say what a command brings about."""
    match command:
        case FormTeam():
            return form(command, team)
        case ChangeTeam():
            return change(command, team)
        case _:
            assert_never(command)


def form(command: FormTeam, team: Team) -> list[TeamEvent]:
    """Form a team; formed in the same way before, it is already so."""
    formed = TeamFormed(name=command.name, parent_id=command.parent_id)
    if isinstance(team, Formed):
        if team.formed == formed:
            return []
        raise TeamIsFormedAlready
    check_parent(command.team_id, formed.parent_id, command.above)
    return [formed]


def change(command: ChangeTeam, team: Team) -> list[TeamEvent]:
    """Give a team another name or another place."""
    if isinstance(team, NotFormed):
        raise NoSuchTeam
    parent_id = team.parent_id if isinstance(command.parent_id, UnsetType) else command.parent_id
    if (command.name, parent_id) == (team.name, team.parent_id):
        return []
    if parent_id != team.parent_id:
        check_parent(command.team_id, parent_id, command.above)
    return [TeamChanged(name=command.name, parent_id=parent_id)]


def check_parent(team_id: str, parent_id: str | None, above: tuple[str, ...]) -> None:
    """Refuse a parent that is not there, or that is part of the team."""
    if parent_id is None:
        return
    if team_id in (parent_id, *above):
        raise TeamIsPartOfItself(parent_id=parent_id)
    if parent_id not in above:
        raise ParentIsUnknown(parent_id=parent_id)


def evolve(team: Team, event: TeamEvent) -> Team:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case TeamFormed(name=name, parent_id=parent_id):
            return Formed(formed=event, name=name, parent_id=parent_id)
        case TeamChanged(name=name, parent_id=parent_id):
            formed = team.formed if isinstance(team, Formed) else TeamFormed(name=name, parent_id=parent_id)
            return Formed(formed=formed, name=name, parent_id=parent_id)
        case _:
            assert_never(event)


TEAM = Decider[TeamCommand, Team, TeamEvent](
    kind="team", initial=NotFormed(), decide=decide, evolve=evolve, events=EVENTS
)
