"""What did people do on which day? One row an activity, withdrawn ones too."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from performance.domain.activity import ActivityEvent, ActivityRecorded, ActivityWithdrawn
from performance.domain.fields import CustomField
from performance.domain.terms import KnownOwner, UnmatchedOwner, owner_ref
from performance.projections.people import refs_of

activities = Table(
    "activities",
    MetaData(),
    Column("activity_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("owner_ref", Text, nullable=False),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("done_on", Date, nullable=False),
    Column("count", Integer, nullable=False),
    Column("deal_id", Text),
    Column("account", Text),
    Column("fields", Text, nullable=False),
    Column("withdrawn", Text),
    Column("version", Integer, nullable=False),
    Index("activities_by_owner", "owner_ref"),
    Index("activities_by_day", "done_on"),
)


class ActivityRow(Value, tag=False):
    """An activity. `withdrawn` is why it was taken back, nothing for one that counts."""

    activity_id: str
    kind: str
    owner_ref: str
    person_id: str | None
    owner_hash: str | None
    done_on: date
    count: int
    deal_id: str | None
    account: str | None
    fields: str
    withdrawn: str | None
    version: int

    def custom(self) -> tuple[CustomField, ...]:
        """Which custom fields it has."""
        return _fields.decode(self.fields)


class ActivityFilter(Value, tag=False):
    """Which activities are asked for. `seen_by` are the people whose activities the reader may see; all if nothing."""

    kind: str | None = None
    person_id: str | None = None
    deal_id: str | None = None
    done_from: date | None = None
    done_to: date | None = None
    seen_by: tuple[str, ...] | None = None


_fields = msgspec.json.Decoder(tuple[CustomField, ...])


def project(rows: Rows[ActivityRow], recorded: Recorded[ActivityEvent]) -> Rows[ActivityRow]:
    """Say what the activity is after an event."""
    match recorded.event:
        case ActivityRecorded() as event:
            return rows.put(row_of(recorded.key, event, recorded.version))
        case ActivityWithdrawn(reason=reason):
            return rows.change(recorded.key, withdrawn=reason, version=recorded.version)


def row_of(activity_id: str, event: ActivityRecorded, version: int) -> ActivityRow:
    """Return the row of an activity that counts."""
    owner = event.owner
    return ActivityRow(
        activity_id=activity_id,
        kind=event.kind,
        owner_ref=owner_ref(owner),
        person_id=owner.person_id if isinstance(owner, KnownOwner) else None,
        owner_hash=owner.owner_hash if isinstance(owner, UnmatchedOwner) else None,
        done_on=event.done_on,
        count=event.count,
        deal_id=event.deal_id,
        account=event.account,
        fields=msgspec.json.encode(event.fields).decode(),
        withdrawn=None,
        version=version,
    )


ACTIVITIES = Projection(table=activities, row=ActivityRow, kind="activity", project=project)


def activity_row(reading: Reading, activity_id: str, seen_by: Sequence[str] | None) -> ActivityRow | None:
    """Return one activity, if the reader may see it."""
    statement = select(activities).where(activities.c.activity_id == activity_id)
    if seen_by is not None:
        statement = statement.where(reading.among(activities.c.owner_ref, refs_of(reading, seen_by)))
    return reading.one(statement, ActivityRow)


def activity_page(reading: Reading, asked: ActivityFilter, page: Page) -> Paged[ActivityRow]:
    """Return a page of the activities that match, by day."""
    statement = select(activities)
    for column, value in (
        (activities.c.kind, asked.kind),
        (activities.c.deal_id, asked.deal_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if asked.done_from is not None:
        statement = statement.where(activities.c.done_on >= asked.done_from)
    if asked.done_to is not None:
        statement = statement.where(activities.c.done_on <= asked.done_to)
    for people in (asked.seen_by, None if asked.person_id is None else (asked.person_id,)):
        if people is not None:
            statement = statement.where(reading.among(activities.c.owner_ref, refs_of(reading, people)))
    return read_page(reading, statement, ActivityRow, page, by=("done_on", "activity_id"))
