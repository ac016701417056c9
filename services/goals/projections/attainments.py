"""What did compensation measure? Credited attainment of whom a quota may have, as it was told, never computed here."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias, get_args

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, select

from events.contracts.compensation import AttainmentMeasuredV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from goals.domain.subject import SubjectKind
from money.money import Money

SUBJECTS = get_args(SubjectKind)

Place: TypeAlias = tuple[str, str, str, str]
"""A subject's kind and id, a measure and a period."""

attainments = Table(
    "attainments",
    MetaData(),
    Column("attainment_id", Text, primary_key=True),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("credit", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("percent", Exact),
    Column("position", BigInteger, nullable=False),
    Index("attainments_by_subject", "subject_id"),
)


class AttainmentRow(Value, tag=False):
    """The credited attainment of a subject in a period, as of a position of compensation's log."""

    attainment_id: str
    subject_kind: str
    subject_id: str
    measure: str
    period: str
    credit: Decimal
    currency: str
    percent: Decimal | None
    position: int

    def money(self) -> Money:
        """The credit."""
        return Money(amount=self.credit, currency=self.currency)


def project(rows: Rows[AttainmentRow], recorded: Recorded[Value]) -> Rows[AttainmentRow]:
    """Say what was measured last; products have no quotas here."""
    match recorded.event:
        case AttainmentMeasuredV1(subject_kind=kind) as told if kind in SUBJECTS:
            row = AttainmentRow(
                attainment_id=recorded.key,
                subject_kind=kind,
                subject_id=told.subject_id,
                measure=told.measure,
                period=told.period,
                credit=told.credit.amount,
                currency=told.credit.currency,
                percent=told.percent,
                position=told.position,
            )
            return rows.put(row)
        case _:
            return rows


ATTAINMENTS = Projection(
    table=attainments, row=AttainmentRow, kind="heard-compensation-attainment", project=project, version=2
)


def attained(reading: Reading, subject_ids: Iterable[str]) -> dict[Place, AttainmentRow]:
    """Return the attainment of some subjects, by where they stand, as it was measured last."""
    theirs = select(attainments).where(reading.among(attainments.c.subject_id, set(subject_ids)))
    found = reading.rows(theirs.order_by(attainments.c.position), AttainmentRow)
    return {(row.subject_kind, row.subject_id, row.measure, row.period): row for row in found}
