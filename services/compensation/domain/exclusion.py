"""An exclusion: a deal, or what one person has of it, credits nobody, for a reason. It may be withdrawn."""

from collections.abc import Mapping
from typing import TypeAlias

from events.domain import Decider, Refused, Value

EVERYONE = ""
"""Stands for everybody where an exclusion names no person."""


class CreditExcluded(Value):
    """The deal does not credit this person; without one, nobody. Credits by hand stay: they are withdrawn instead."""

    reason: str
    excluded_by: str
    person_id: str | None = None


class ExclusionWithdrawn(Value):
    """The deal credits this person again; without one, what is excluded for everybody."""

    reason: str
    withdrawn_by: str
    person_id: str | None = None


ExclusionEvent: TypeAlias = CreditExcluded | ExclusionWithdrawn


class ExcludeCredit(Value):
    """Exclude what a person has of a deal, or all of it. Whether the person is known comes from the read models."""

    reason: str
    excluded_by: str
    person_id: str | None = None
    person_is_known: bool = True


class WithdrawExclusion(Value):
    """Let a deal credit a person again, or what is excluded for everybody."""

    reason: str
    withdrawn_by: str
    person_id: str | None = None


ExclusionCommand: TypeAlias = ExcludeCredit | WithdrawExclusion


class Exclusions(Value):
    """Who is excluded from a deal, each with the reason."""

    reasons: Mapping[str, str] = {}


class CreditIsNotExcluded(Refused):
    """Nothing of the kind is excluded from the deal: there is nothing to withdraw."""


class ExcludedPersonIsUnknown(Refused):
    """Nobody is known under this person id."""


def decide(command: ExclusionCommand, exclusions: Exclusions) -> list[ExclusionEvent]:
    """Exclude, or take that back. The same again is already so."""
    known = exclusions.reasons.get(command.person_id or EVERYONE)
    match command:
        case ExcludeCredit(reason=reason, excluded_by=author, person_id=person_id, person_is_known=is_known):
            if not is_known:
                raise ExcludedPersonIsUnknown(person_id=person_id or "")
            return [] if known == reason else [CreditExcluded(reason=reason, excluded_by=author, person_id=person_id)]
        case WithdrawExclusion(reason=reason, withdrawn_by=author, person_id=person_id):
            if known is None:
                raise CreditIsNotExcluded
            return [ExclusionWithdrawn(reason=reason, withdrawn_by=author, person_id=person_id)]


def evolve(exclusions: Exclusions, event: ExclusionEvent) -> Exclusions:
    """Say what an event means. Never refuses: it has happened."""
    person_id = event.person_id or EVERYONE
    left = {who: reason for who, reason in exclusions.reasons.items() if who != person_id}
    match event:
        case CreditExcluded(reason=reason):
            return Exclusions(reasons=left | {person_id: reason})
        case ExclusionWithdrawn():
            return Exclusions(reasons=left)


EXCLUSION = Decider[ExclusionCommand, Exclusions, ExclusionEvent](
    kind="exclusion",
    initial=Exclusions(),
    decide=decide,
    evolve=evolve,
    events=(CreditExcluded, ExclusionWithdrawn),
)
