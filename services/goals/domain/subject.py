"""Of whom or what something is expected: a person, a team or a territory."""

from typing import Literal, TypeAlias

from events.domain import Value

SubjectKind: TypeAlias = Literal["person", "team", "territory"]


class Subject(Value, tag=False):
    """A person, a team or a territory."""

    kind: SubjectKind
    id: str

    @property
    def member(self) -> str:
        """The member of a request or a refusal that names it: `team_id`."""
        return f"{self.kind}_id"


def person(person_id: str) -> Subject:
    """Return a person as a subject."""
    return Subject(kind="person", id=person_id)


def subjects_of(
    person_id: str | None = None, team_id: str | None = None, territory_id: str | None = None
) -> tuple[Subject, ...]:
    """Return those that are named."""
    named: tuple[tuple[SubjectKind, str | None], ...] = (
        ("person", person_id),
        ("team", team_id),
        ("territory", territory_id),
    )
    return tuple(Subject(kind=kind, id=each) for kind, each in named if each is not None)
