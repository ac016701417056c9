"""What has each person done that may be paid? Heard from performance: activities that were not withdrawn."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from compensation.domain.activities import Done
from compensation.projections.custom_fields import written
from compensation.projections.origins import named_by, origin_columns
from events.contracts.performance import ActivityRecordedV1, ActivityWithdrawnV1, KnownOwner, UnmatchedOwner
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

ACTIVITY = "heard-performance-activity"

activities = Table(
    "activities",
    MetaData(),
    Column("activity_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("done_on", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("deal_id", Text),
    Column("account", Text),
    Column("fields", Text),
    *origin_columns(),
    Index("activities_by_owner", "owner_hash"),
    Index("activities_by_person", "person_id"),
)


def project(rows: Rows[Done], recorded: Recorded[Value]) -> Rows[Done]:
    """Say what was done after an event: what was withdrawn never was."""
    match recorded.event:
        case ActivityRecordedV1() as told:
            return rows.put(done(told, recorded))
        case ActivityWithdrawnV1():
            return rows.drop(recorded.key)
        case _:
            return rows


def done(told: ActivityRecordedV1, recorded: Recorded[Value]) -> Done:
    """Return an activity as it was told, with the event that told of it."""
    owner = told.owner
    return Done(
        activity_id=recorded.key,
        kind=told.kind,
        person_id=owner.person_id if isinstance(owner, KnownOwner) else None,
        owner_hash=owner.owner_hash if isinstance(owner, UnmatchedOwner) else None,
        done_on=told.done_on,
        count=told.count,
        deal_id=told.deal_id,
        account=told.account,
        fields=written(told.fields),
        **named_by(recorded),
    )


ACTIVITIES = Projection(table=activities, row=Done, kind=ACTIVITY, project=project)


def done_among(reading: Reading, activity_ids: Sequence[str]) -> list[Done]:
    """Return the activities among some."""
    return reading.rows(select(activities).where(reading.among(activities.c.activity_id, activity_ids)), Done)


def activities_of_owner(reading: Reading, owner_hash: str) -> Iterable[str]:
    """Return what an owner has done."""
    wanted = select(activities.c.activity_id).where(activities.c.owner_hash == owner_hash)
    return [activity_id for (activity_id,) in reading.tuples(wanted)]


def all_activities(reading: Reading, _everyone: str) -> Iterable[str]:
    """Return all activities."""
    return [activity_id for (activity_id,) in reading.tuples(select(activities.c.activity_id))]
