"""A person of the company: their name, which is sealed, by which names CRMs know them, and where they belong when."""

from datetime import date
from typing import TypeAlias, assert_never, get_args

import msgspec
from msgspec import UNSET, UnsetType

from events.domain import Decider, Personal, Refused, Value
from goals.domain.placement import Company, Placement, check_manager, check_team, on, placed, said


class PersonHired(Value):
    """A person joins. The hashes are keyed: of their user name, and of what CRMs call them."""

    name: Personal
    hired_on: date
    team_id: str | None
    manager_id: str | None
    user_name_hash: str | None
    owner_hashes: tuple[str, ...]


class PersonRenamed(Value):
    """The person has another name."""

    name: Personal


class PersonMoved(Value):
    """From this day on the person is in this team and reports to this manager."""

    effective_on: date
    team_id: str | None
    manager_id: str | None


class PersonLeft(Value):
    """The person's last day; said again, it is corrected."""

    left_on: date


class OwnersClaimed(Value):
    """CRMs know the person by these keyed hashes too."""

    owner_hashes: tuple[str, ...]


class PersonErased(Value):
    """The person's key is erased: nobody reads their name again."""


PersonEvent: TypeAlias = PersonHired | PersonRenamed | PersonMoved | PersonLeft | OwnersClaimed | PersonErased

EVENTS: tuple[type[PersonEvent], ...] = get_args(PersonEvent)


class HirePerson(Value):
    """Take somebody on."""

    person_id: str
    name: Personal
    hired_on: date
    team_id: str | None = None
    manager_id: str | None = None
    user_name_hash: str | None = None
    owner_hashes: tuple[str, ...] = ()
    company: Company = Company()


class RenamePerson(Value):
    """Call somebody by another name."""

    name: Personal


class MovePerson(Value):
    """Put somebody into another team, under another manager, or both, from a day on; what is unset stays as it is."""

    person_id: str
    effective_on: date
    team_id: str | UnsetType | None = UNSET
    manager_id: str | UnsetType | None = UNSET
    company: Company = Company()


class LetPersonGo(Value):
    """Say which day is somebody's last."""

    left_on: date


class ClaimOwners(Value):
    """Say by which keyed hashes CRMs know somebody."""

    owner_hashes: tuple[str, ...]


class ErasePerson(Value):
    """Forget who somebody was."""


ChangePerson: TypeAlias = RenamePerson | MovePerson | LetPersonGo | ClaimOwners | ErasePerson
PersonCommand: TypeAlias = HirePerson | ChangePerson


class NotHired(Value):
    """Nobody has this id yet."""


class Employed(Value):
    """Somebody works here. `hired` is how they joined."""

    hired: PersonHired
    name: Personal
    placements: tuple[Placement, ...]
    owner_hashes: frozenset[str]


class Left(Value):
    """Somebody does not work here after their last day."""

    before: Employed
    left_on: date


class Erased(Value):
    """Somebody was here, and nobody can say who."""


Person: TypeAlias = NotHired | Employed | Left | Erased


class PersonIsUnknown(Refused):
    """Nobody has this id."""


class PersonIsHiredAlready(Refused):
    """This id is somebody's who was hired in another way. Choose another id, or change what is known of the person."""


class PersonWasErased(Refused):
    """This person was erased: nothing more can be said of them."""


class PersonHasLeft(Refused):
    """A person who has left does not move after their last day."""


class PersonIsNotHiredYet(Refused):
    """Nobody moves or leaves before the day on which they were hired."""


def decide(command: PersonCommand, person: Person) -> list[PersonEvent]:
    """Say what a command brings about."""
    if isinstance(person, Erased):
        if isinstance(command, ErasePerson):
            return []
        raise PersonWasErased
    if isinstance(command, HirePerson):
        return hire(command, person)
    if isinstance(person, NotHired):
        raise PersonIsUnknown
    return change(command, person)


def change(command: ChangePerson, person: Employed | Left) -> list[PersonEvent]:
    """Say what a command to somebody who is known brings about."""
    match command:
        case RenamePerson():
            return rename(command, person)
        case MovePerson():
            return move(command, person)
        case LetPersonGo():
            return let_go(command, person)
        case ClaimOwners():
            return claim(command, person)
        case ErasePerson():
            return [PersonErased()]
        case _:
            assert_never(command)


def hire(command: HirePerson, person: NotHired | Employed | Left) -> list[PersonEvent]:
    """Take somebody on; hired in the same way before, it is already so."""
    hired = PersonHired(
        name=command.name,
        hired_on=command.hired_on,
        team_id=command.team_id,
        manager_id=command.manager_id,
        user_name_hash=command.user_name_hash,
        owner_hashes=tuple(sorted(set(command.owner_hashes))),
    )
    if not isinstance(person, NotHired):
        if same(known(person).hired, hired):
            return []
        raise PersonIsHiredAlready
    check_team(command.company, command.team_id)
    check_manager(command.company, command.person_id, first_of(hired))
    return [hired]


def first_of(hired: PersonHired) -> Placement:
    """Return where somebody belongs on their first day."""
    return Placement(starts_on=hired.hired_on, team_id=hired.team_id, manager_id=hired.manager_id)


def same(one: PersonHired, other: PersonHired) -> bool:
    """Say whether two hirings say the same; a name is sealed anew each time, and compared by its MAC."""
    return one.name.mac == other.name.mac and msgspec.structs.replace(one, name=other.name) == other


def rename(command: RenamePerson, person: Employed | Left) -> list[PersonEvent]:
    """Call somebody by another name."""
    return [] if known(person).name.mac == command.name.mac else [PersonRenamed(name=command.name)]


def move(command: MovePerson, person: Employed | Left) -> list[PersonEvent]:
    """Put somebody elsewhere from a day on, until the day of the next move that is known."""
    if isinstance(person, Left) and command.effective_on > person.left_on:
        raise PersonHasLeft(left_on=person.left_on)
    placements = known(person).placements
    before = on(placements, command.effective_on)
    if before is None:
        raise PersonIsNotHiredYet(hired_on=known(person).hired.hired_on)
    after = Placement(
        starts_on=command.effective_on,
        ends_on=before.ends_on,
        team_id=said(command.team_id, before.team_id),
        manager_id=said(command.manager_id, before.manager_id),
    )
    if after == before:
        return []
    if after.team_id != before.team_id:
        check_team(command.company, after.team_id)
    if after.manager_id != before.manager_id:
        check_manager(command.company, command.person_id, after)
    return [PersonMoved(effective_on=after.starts_on, team_id=after.team_id, manager_id=after.manager_id)]


def let_go(command: LetPersonGo, person: Employed | Left) -> list[PersonEvent]:
    """Say which day is somebody's last."""
    if isinstance(person, Left) and person.left_on == command.left_on:
        return []
    hired_on = known(person).hired.hired_on
    if command.left_on < hired_on:
        raise PersonIsNotHiredYet(hired_on=hired_on)
    return [PersonLeft(left_on=command.left_on)]


def claim(command: ClaimOwners, person: Employed | Left) -> list[PersonEvent]:
    """Say by which further hashes CRMs know somebody."""
    new = set(command.owner_hashes) - known(person).owner_hashes
    return [OwnersClaimed(owner_hashes=tuple(sorted(new)))] if new else []


def known(person: Employed | Left) -> Employed:
    """Return what is known of somebody who works here or did."""
    return person.before if isinstance(person, Left) else person


def evolve(person: Person, event: PersonEvent) -> Person:
    """Say what an event means. Never refuses: it has happened."""
    match person, event:
        case _, PersonHired(name=name, owner_hashes=hashes):
            return Employed(
                hired=event, name=name, placements=placed((), first_of(event)), owner_hashes=frozenset(hashes)
            )
        case _, PersonErased():
            return Erased()
        case ((Employed() | Left()), PersonLeft(left_on=left_on)):
            return Left(before=known(person), left_on=left_on)
        case Left(before=before, left_on=left_on), _:
            return Left(before=learnt(before, event), left_on=left_on)
        case Employed(), _:
            return learnt(person, event)
        case _:
            return person


def learnt(person: Employed, event: PersonEvent) -> Employed:
    """Return somebody of whom one thing more is known."""
    match event:
        case PersonRenamed(name=name):
            return msgspec.structs.replace(person, name=name)
        case PersonMoved(effective_on=day, team_id=team_id, manager_id=manager_id):
            moved = Placement(starts_on=day, team_id=team_id, manager_id=manager_id)
            return msgspec.structs.replace(person, placements=placed(person.placements, moved))
        case OwnersClaimed(owner_hashes=hashes):
            return msgspec.structs.replace(person, owner_hashes=person.owner_hashes | frozenset(hashes))
        case PersonHired() | PersonLeft() | PersonErased():
            return person
        case _:
            assert_never(event)


PERSON = Decider[PersonCommand, Person, PersonEvent](
    kind="person", initial=NotHired(), decide=decide, evolve=evolve, events=EVENTS
)
