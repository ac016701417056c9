"""What others hear of compensation: published plans and credited attainment, never anybody's pay; and back."""

from compensation.domain.attainment import AttainmentMeasured
from compensation.domain.plan import PlanPublished
from events.contracts.compensation import AttainmentMeasuredV1, PlanPublishedV1
from events.domain import Recorded, Value


def publish(recorded: Recorded[Value]) -> Value | None:
    """Return the contract of an event, if others may hear of it."""
    match recorded.event:
        case PlanPublished(version=version, name=name, effective_on=day):
            return PlanPublishedV1(plan_id=recorded.key, name=name, plan_version=version, effective_on=day)
        case AttainmentMeasured() as measured:
            return AttainmentMeasuredV1(
                subject_kind=measured.subject_kind,
                subject_id=measured.subject_id,
                measure=measured.measure,
                period=measured.period,
                starts_on=measured.starts_on,
                ends_on=measured.ends_on,
                credit=measured.credit,
                quota=measured.quota,
                percent=measured.percent,
                position=recorded.position,
            )
        case _:
            return None


def recover(recorded: Recorded[Value]) -> Value | None:
    """Return the event of a contract: each holds its event whole."""
    match recorded.event:
        case PlanPublishedV1(plan_version=version, name=name, effective_on=day):
            return PlanPublished(version=version, name=name, effective_on=day)
        case AttainmentMeasuredV1() as measured:
            return AttainmentMeasured(
                subject_kind=measured.subject_kind,
                subject_id=measured.subject_id,
                measure=measured.measure,
                period=measured.period,
                starts_on=measured.starts_on,
                ends_on=measured.ends_on,
                credit=measured.credit,
                quota=measured.quota,
                percent=measured.percent,
            )
        case _:
            return None
