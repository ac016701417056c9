"""A plan: drafted, revised, and published from a day on. Every published version is kept for ever."""

from datetime import date
from typing import TypeAlias

from compensation.domain.document.faults import check
from compensation.domain.document.shape import PlanDocument
from events.domain import Decider, Refused, Value


class PlanDrafted(Value):
    """A plan is written down; nobody is paid by it yet."""

    version: int
    document: PlanDocument


class PlanRevised(Value):
    """The draft reads otherwise. After a publication this begins the next version."""

    version: int
    document: PlanDocument


class PlanPublished(Value):
    """From this day on bookings are paid by this version."""

    version: int
    name: str
    effective_on: date


PlanEvent: TypeAlias = PlanDrafted | PlanRevised | PlanPublished


class DraftPlan(Value):
    """Write a plan down."""

    document: PlanDocument


class RevisePlan(Value):
    """Write the next draft."""

    document: PlanDocument


class PublishPlan(Value):
    """Let the draft hold from a day on."""

    effective_on: date


PlanCommand: TypeAlias = DraftPlan | RevisePlan | PublishPlan


class Unwritten(Value):
    """There is no such plan."""


class Draft(Value):
    """A version that may still change. `follows_on` is the day from which the version before it holds."""

    version: int
    document: PlanDocument
    follows_on: date | None


class Published(Value):
    """The latest version holds from its day on."""

    version: int
    document: PlanDocument
    effective_on: date


Plan: TypeAlias = Unwritten | Draft | Published


class PlanIsUnknown(Refused):
    """There is no such plan."""


class PlanExists(Refused):
    """There is a plan with this id already. Revise it, or choose another id."""


class PlanIsNotDraft(Refused):
    """Only a draft may be published. Revise the plan first: that begins its next version."""


class EffectiveDayIsNotLater(Refused):
    """A version holds from a later day than the version before it."""


def decide(command: PlanCommand, plan: Plan) -> list[PlanEvent]:
    """Let a plan be drafted, revised and published, in turn."""
    match command:
        case DraftPlan(document=document):
            return draft(document, plan)
        case RevisePlan(document=document):
            return revise(document, plan)
        case PublishPlan(effective_on=day):
            return publish(day, plan)


def draft(document: PlanDocument, plan: Plan) -> list[PlanEvent]:
    """Write a new plan; the same draft again is already so."""
    check(document)
    if isinstance(plan, Draft) and plan.follows_on is None and plan.document == document:
        return []
    if not isinstance(plan, Unwritten):
        raise PlanExists
    return [PlanDrafted(version=1, document=document)]


def revise(document: PlanDocument, plan: Plan) -> list[PlanEvent]:
    """Write the draft anew, or begin the next version of a published plan."""
    if isinstance(plan, Unwritten):
        raise PlanIsUnknown
    check(document)
    if document == plan.document:
        return []
    return [PlanRevised(version=plan.version + isinstance(plan, Published), document=document)]


def publish(effective_on: date, plan: Plan) -> list[PlanEvent]:
    """Publish a draft."""
    match plan:
        case Unwritten():
            raise PlanIsUnknown
        case Published():
            if effective_on == plan.effective_on:
                return []
            raise PlanIsNotDraft
        case Draft():
            check(plan.document)
            if plan.follows_on is not None and effective_on <= plan.follows_on:
                raise EffectiveDayIsNotLater(follows_on=plan.follows_on.isoformat())
            return [PlanPublished(version=plan.version, name=plan.document.name, effective_on=effective_on)]


def evolve(plan: Plan, event: PlanEvent) -> Plan:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case PlanDrafted(version=version, document=document):
            return Draft(version=version, document=document, follows_on=None)
        case PlanRevised(version=version, document=document):
            return Draft(version=version, document=document, follows_on=followed_on(plan))
        case PlanPublished(version=version, effective_on=day):
            if isinstance(plan, Unwritten):
                return plan
            return Published(version=version, document=plan.document, effective_on=day)


def followed_on(plan: Plan) -> date | None:
    """Return the day from which the last published version holds."""
    match plan:
        case Unwritten():
            return None
        case Draft():
            return plan.follows_on
        case Published():
            return plan.effective_on


PLAN = Decider[PlanCommand, Plan, PlanEvent](
    kind="plan",
    initial=Unwritten(),
    decide=decide,
    evolve=evolve,
    events=(PlanDrafted, PlanRevised, PlanPublished),
)
