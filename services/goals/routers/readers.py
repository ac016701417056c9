"""Who may see what: everybody with a role sees people and teams; quotas are seen by whom they concern."""

from edge.asking import RoleAsking
from edge.auth import Role
from edge.refusals import NotAllowed
from events.store.session import Reading
from goals.gathering import today
from goals.projections.placements import below

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
