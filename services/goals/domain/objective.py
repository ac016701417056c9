"""An objective: what somebody sets out to reach in a fiscal period beside their quotas, and how far they came."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias, assert_never

from events.domain import Decider, Refused, Value
from fiscal.calendar import Period
from goals.domain.subject import Subject, SubjectKind

WEIGHT_MAX = Decimal(100)
SCORE_MAX = Decimal(1000)


class ObjectiveSet(Value):
    """Somebody has this objective, which may serve another one. `weight` is in percent of all that they have."""

    subject_kind: SubjectKind
    subject_id: str
    name: str
    period: str
    starts_on: date
    ends_on: date
    weight: Decimal | None = None
    serves: str | None = None


class ObjectiveScored(Value):
    """It was reached to so many percent. `reason` is why an earlier score was corrected."""

    subject_kind: SubjectKind
    subject_id: str
    name: str
    period: str
    starts_on: date
    ends_on: date
    percent: Decimal
    weight: Decimal | None = None
    serves: str | None = None
    reason: str | None = None


ObjectiveEvent: TypeAlias = ObjectiveSet | ObjectiveScored

EVENTS: tuple[type[ObjectiveEvent], ...] = (ObjectiveSet, ObjectiveScored)


class SetObjective(Value):
    """Set an objective in a period of today's calendar. `above` is what it serves, what that serves, and so on."""

    objective_id: str
    subject: Subject
    name: str
    period: Period
    weight: Decimal | None = None
    serves: str | None = None
    above: tuple[str, ...] = ()
    subject_is_known: bool


class ScoreObjective(Value):
    """Say how far it was reached, in percent; with a reason, correct what was said."""

    percent: Decimal
    reason: str | None = None


ObjectiveCommand: TypeAlias = SetObjective | ScoreObjective


class NotSet(Value):
    """There is no such objective yet."""


class Set(Value):
    """An objective as it is, and how far it was reached if that was said."""

    terms: ObjectiveSet
    percent: Decimal | None = None


Objective: TypeAlias = NotSet | Set


class ObjectiveIsUnknown(Refused):
    """There is no such objective."""


class ObjectiveIsForNobody(Refused):
    """The objective is for a person or a team that is not there. Hire or form them first."""


class ObjectiveStaysWhoseItIs(Refused):
    """An objective stays with its person or team, and in its period. Set another one."""


class ObjectiveServesNothing(Refused):
    """The objective that this one serves is not there. Set it first."""


class ObjectiveServesItself(Refused):
    """No objective serves itself, through others or not."""


class WeightIsOutOfRange(Refused):
    """A weight is from 0 to 100 percent."""


class ScoreIsOutOfRange(Refused):
    """A score is from 0 to 1,000 percent."""


class ObjectiveIsScoredAlready(Refused):
    """This objective has another score. Say why it is corrected."""


class ObjectiveIsNotScored(Refused):
    """This objective has no score that could be corrected. Score it without a reason."""


def decide(command: ObjectiveCommand, objective: Objective) -> list[ObjectiveEvent]:
    """Say what a command brings about."""
    match command:
        case SetObjective():
            return set_objective(command, objective)
        case ScoreObjective():
            return score(command, objective)
        case _:
            assert_never(command)


def set_objective(command: SetObjective, objective: Objective) -> list[ObjectiveEvent]:
    """Set an objective, or set it anew in other words; after the calendar has changed it takes the new days."""
    subject, period = command.subject, command.period
    new = ObjectiveSet(
        subject_kind=subject.kind,
        subject_id=subject.id,
        name=command.name,
        period=period.name,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        weight=command.weight,
        serves=command.serves,
    )
    if isinstance(objective, Set) and objective.terms == new:
        return []
    if not command.subject_is_known:
        raise ObjectiveIsForNobody(**{subject.member: subject.id})
    if isinstance(objective, Set) and whose(objective.terms) != whose(new):
        raise ObjectiveStaysWhoseItIs
    if new.weight is not None and not 0 <= new.weight <= WEIGHT_MAX:
        raise WeightIsOutOfRange(weight=format(new.weight, "f"))
    check_serves(command)
    return [new]


def whose(terms: ObjectiveSet) -> tuple[str, str, str]:
    """Return what of an objective never changes."""
    return terms.subject_kind, terms.subject_id, terms.period


def check_serves(command: SetObjective) -> None:
    """Refuse to serve what is not there, or what serves this one."""
    if command.serves is None:
        return
    if command.objective_id in (command.serves, *command.above):
        raise ObjectiveServesItself(serves=command.serves)
    if command.serves not in command.above:
        raise ObjectiveServesNothing(serves=command.serves)


def score(command: ScoreObjective, objective: Objective) -> list[ObjectiveEvent]:
    """Score an objective, or correct its score."""
    if isinstance(objective, NotSet):
        raise ObjectiveIsUnknown
    if not 0 <= command.percent <= SCORE_MAX:
        raise ScoreIsOutOfRange(percent=format(command.percent, "f"))
    if objective.percent == command.percent:
        return []
    if objective.percent is None and command.reason is not None:
        raise ObjectiveIsNotScored
    if objective.percent is not None and command.reason is None:
        raise ObjectiveIsScoredAlready(scored_percent=format(objective.percent, "f"))
    terms = objective.terms
    event = ObjectiveScored(
        subject_kind=terms.subject_kind,
        subject_id=terms.subject_id,
        name=terms.name,
        period=terms.period,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        percent=command.percent,
        weight=terms.weight,
        serves=terms.serves,
        reason=command.reason,
    )
    return [event]


def evolve(objective: Objective, event: ObjectiveEvent) -> Objective:
    """Say what an event means. Never refuses: it has happened."""
    match objective, event:
        case _, ObjectiveSet():
            return Set(terms=event, percent=objective.percent if isinstance(objective, Set) else None)
        case Set(terms=terms), ObjectiveScored(percent=percent):
            return Set(terms=terms, percent=percent)
        case _:
            return objective


OBJECTIVE = Decider[ObjectiveCommand, Objective, ObjectiveEvent](
    kind="objective", initial=NotSet(), decide=decide, evolve=evolve, events=EVENTS
)
