"""Who may see what: everybody with a role sees people and teams; quotas are seen by whom they concern."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from edge.asking import RoleAsking
from edge.auth import Role
from edge.refusals import NotAllowed
from events.store.session import Reading
from goals.domain.subject import Subject, SubjectKind
from goals.gathering import today
from goals.projections.placements import below, teams_of
from goals.projections.territory_assignments import territories_of

Subjects: TypeAlias = Mapping[SubjectKind, tuple[str, ...]]
"""Ids by the kind of what they name."""

EVERY_QUOTA: tuple[Role, ...] = ("planner", "hr", "comp_admin", "comp_approver", "finance", "auditor")


def check_colleague(asker: RoleAsking) -> None:
    """Refuse who has no role at all."""
    if not asker.roles:
        raise NotAllowed


def seen_by(reading: Reading, asker: RoleAsking) -> tuple[str, ...] | None:
    """Return the people whose quotas the asker may see, nothing for all of them: their own, and a manager's line's."""
    if asker.has(*EVERY_QUOTA):
        return None
    check_colleague(asker)
    if not asker.has("manager"):
        return (asker.actor,)
    line = below(reading, asker.actor, today(reading, asker.at))
    return (asker.actor, *(each.person_id for each in line))


def subjects_seen(reading: Reading, asker: RoleAsking) -> Subjects | None:
    """Return whose quotas the asker may see, nothing for all: people, their teams and territories."""
    people = seen_by(reading, asker)
    if people is None:
        return None
    day = today(reading, asker.at)
    return {
        "person": people,
        "team": teams_of(reading, people, day),
        "territory": territories_of(reading, people, day),
    }


def those(seen: Subjects | None, asked: Iterable[Subject]) -> Subjects | None:
    """Return which subjects are asked for, of those whom the asker may see. Raises `NotAllowed`."""
    wanted: Subjects = {each.kind: (each.id,) for each in asked}
    if seen is not None and any(ids[0] not in seen.get(kind, ()) for kind, ids in wanted.items()):
        raise NotAllowed
    return wanted or seen
