"""What has somebody set out to reach in which period, what does that serve, and how far did they come? One row each."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, and_, false, or_, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from goals.domain.objective import ObjectiveEvent, ObjectiveSet
from goals.domain.subject import SubjectKind

objectives = Table(
    "objectives",
    MetaData(),
    Column("objective_id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("weight", Exact),
    Column("serves", Text),
    Column("percent", Exact),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("objectives_by_subject", "subject_id"),
    Index("objectives_by_serves", "serves"),
)


class ObjectiveRow(Value, tag=False):
    """An objective as it is; `percent` is how far it was reached, `reason` why that was corrected last."""

    objective_id: str
    subject_kind: SubjectKind
    subject_id: str
    name: str
    period: str
    starts_on: date
    ends_on: date
    weight: Decimal | None
    serves: str | None
    percent: Decimal | None
    reason: str | None
    version: int


class ObjectiveFilter(Value, tag=False):
    """Which objectives are asked for: of which subjects by kind (`None`: of all), in which period, serving which."""

    subjects: Mapping[SubjectKind, tuple[str, ...]] | None = None
    period: str | None = None
    serves: str | None = None


def project(rows: Rows[ObjectiveRow], recorded: Recorded[ObjectiveEvent]) -> Rows[ObjectiveRow]:
    """Say what the objective is after an event."""
    key, event, before = recorded.key, recorded.event, rows.get(recorded.key)
    if not isinstance(event, ObjectiveSet):
        return rows.change(key, percent=event.percent, reason=event.reason, version=recorded.version)
    row = ObjectiveRow(
        objective_id=key,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        name=event.name,
        period=event.period,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        weight=event.weight,
        serves=event.serves,
        percent=None if before is None else before.percent,
        reason=None if before is None else before.reason,
        version=recorded.version,
    )
    return rows.put(row)


OBJECTIVES = Projection(table=objectives, row=ObjectiveRow, kind="objective", project=project)


def objective_row(reading: Reading, objective_id: str) -> ObjectiveRow | None:
    """Return one objective."""
    return reading.one(select(objectives).where(objectives.c.objective_id == objective_id), ObjectiveRow)


def objective_page(reading: Reading, asked: ObjectiveFilter, page: Page) -> Paged[ObjectiveRow]:
    """Return a page of objectives, by subject and first day, people first."""
    statement = select(objectives)
    if asked.subjects is not None:
        kinds = [
            and_(objectives.c.subject_kind == kind, reading.among(objectives.c.subject_id, ids))
            for kind, ids in asked.subjects.items()
        ]
        statement = statement.where(or_(false(), *kinds))
    if asked.period is not None:
        statement = statement.where(objectives.c.period == asked.period)
    if asked.serves is not None:
        statement = statement.where(objectives.c.serves == asked.serves)
    order = ("subject_kind", "subject_id", "starts_on", "objective_id")
    return read_page(reading, statement, ObjectiveRow, page, by=order)


def served_by(reading: Reading, objective_id: str) -> tuple[str, ...]:
    """Return an objective, the objective that it serves, and so on; nothing where it is not there."""
    found: list[str] = []
    row = objective_row(reading, objective_id)
    while row is not None and row.objective_id not in found:
        found.append(row.objective_id)
        row = None if row.serves is None else objective_row(reading, row.serves)
    return tuple(found)
