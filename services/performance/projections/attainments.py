"""What did compensation measure? Credited attainment as it was told, never computed here."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, select

from events.contracts.compensation import AttainmentMeasuredV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

MEASURE = "bookings"

attainments = Table(
    "attainments",
    MetaData(),
    Column("attainment_id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("credit", Exact, nullable=False),
    Column("quota", Exact),
    Column("percent", Exact),
    Column("position", BigInteger, nullable=False),
    Index("attainments_by_period", "period", "subject_kind"),
)


class AttainmentRow(Value, tag=False):
    """A subject's credited attainment in a period, as of a position of compensation's log."""

    attainment_id: str
    subject_kind: str
    subject_id: str
    measure: str
    period: str
    currency: str
    credit: Decimal
    quota: Decimal | None
    percent: Decimal | None
    position: int


def project(rows: Rows[AttainmentRow], recorded: Recorded[Value]) -> Rows[AttainmentRow]:
    """Say what was measured last; what was measured against nothing and taken back was never there."""
    match recorded.event:
        case AttainmentMeasuredV1(quota=None, credit=credit) if not credit.amount:
            return rows.drop(recorded.key)
        case AttainmentMeasuredV1() as told:
            row = AttainmentRow(
                attainment_id=recorded.key,
                subject_kind=told.subject_kind,
                subject_id=told.subject_id,
                measure=told.measure,
                period=told.period,
                currency=told.credit.currency,
                credit=told.credit.amount,
                quota=None if told.quota is None else told.quota.amount,
                percent=told.percent,
                position=told.position,
            )
            return rows.put(row)
        case _:
            return rows


ATTAINMENTS = Projection(
    table=attainments, row=AttainmentRow, kind="heard-compensation-attainment", project=project, version=2
)


def attained(reading: Reading, period: str, subject_kind: str, subject_ids: Sequence[str]) -> dict[str, AttainmentRow]:
    """Return the attainment of bookings of some subjects in a period."""
    statement = select(attainments).where(
        attainments.c.period == period,
        attainments.c.subject_kind == subject_kind,
        attainments.c.measure == MEASURE,
        reading.among(attainments.c.subject_id, subject_ids),
    )
    return {row.subject_id: row for row in reading.rows(statement, AttainmentRow)}
