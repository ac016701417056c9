"""An activity: a meeting, a call, a demo that somebody held. It may turn out not to have been."""

from datetime import date
from typing import TypeAlias, assert_never

from events.domain import Decider, Refused, Value
from performance.domain.fields import CustomField
from performance.domain.terms import Owner


class ActivityRecorded(Value):
    """Somebody did something, so many times on a day; for a deal or an account, if these are named."""

    kind: str
    owner: Owner
    done_on: date
    count: int = 1
    deal_id: str | None = None
    account: str | None = None
    fields: tuple[CustomField, ...] = ()


class ActivityWithdrawn(Value):
    """The activity was never done. The rest is what was recorded."""

    reason: str
    kind: str
    owner: Owner
    done_on: date
    count: int = 1
    deal_id: str | None = None
    account: str | None = None


ActivityEvent: TypeAlias = ActivityRecorded | ActivityWithdrawn

EVENTS: tuple[type[ActivityEvent], ...] = (ActivityRecorded, ActivityWithdrawn)


class RecordActivity(Value):
    """Take note of what somebody did."""

    activity: ActivityRecorded


class WithdrawActivity(Value):
    """Say that it was never done."""

    reason: str


ActivityCommand: TypeAlias = RecordActivity | WithdrawActivity


class NotRecorded(Value):
    """There is no such activity yet."""


class Withdrawn(Value):
    """The activity was never done."""


Activity: TypeAlias = NotRecorded | ActivityRecorded | Withdrawn


class ActivityIsUnknown(Refused):
    """There is no activity with this id."""


class ActivityIsOfNobody(Refused):
    """The activity is of a person whom goals has not told of."""


class ActivityIsOfOneWhoIsNotNamed(Refused):
    """An activity is of a person, or of an owner and the source that calls them so."""


class ActivityIsRecordedAlready(Refused):
    """This activity was recorded and was another one. Withdraw it, and record the right one under an id of its own."""


class ActivityIsWithdrawn(Refused):
    """An activity that was withdrawn stays so. Record another one."""


def decide(command: ActivityCommand, activity: Activity) -> list[ActivityEvent]:
    """Say what a command brings about."""
    match command:
        case RecordActivity():
            return record(command, activity)
        case WithdrawActivity():
            return withdraw(command, activity)
        case _:
            assert_never(command)


def record(command: RecordActivity, activity: Activity) -> list[ActivityEvent]:
    """Take note of an activity. Sent again as it was, it is done already."""
    match activity:
        case NotRecorded():
            return [command.activity]
        case Withdrawn():
            raise ActivityIsWithdrawn
        case ActivityRecorded() if activity == command.activity:
            return []
        case ActivityRecorded():
            raise ActivityIsRecordedAlready(kind=activity.kind, done_on=activity.done_on)


def withdraw(command: WithdrawActivity, activity: Activity) -> list[ActivityEvent]:
    """Withdraw an activity. Withdrawn again, it is done already."""
    match activity:
        case NotRecorded():
            raise ActivityIsUnknown
        case Withdrawn():
            return []
        case ActivityRecorded():
            return [
                ActivityWithdrawn(
                    reason=command.reason,
                    kind=activity.kind,
                    owner=activity.owner,
                    done_on=activity.done_on,
                    count=activity.count,
                    deal_id=activity.deal_id,
                    account=activity.account,
                )
            ]


def evolve(_activity: Activity, event: ActivityEvent) -> Activity:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case ActivityRecorded():
            return event
        case ActivityWithdrawn():
            return Withdrawn()


ACTIVITY = Decider[ActivityCommand, Activity, ActivityEvent](
    kind="activity", initial=NotRecorded(), decide=decide, evolve=evolve, events=EVENTS
)
