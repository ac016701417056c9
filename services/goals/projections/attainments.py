"""What did compensation measure? Credited attainment of people, as it was told, never computed here."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, select

from events.contracts.compensation import AttainmentMeasuredV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading
from money.money import Money

PERSON = "person"

attainments = Table(
    "attainments",
    MetaData(),
    Column("attainment_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("credit", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("percent", Exact),
    Column("position", BigInteger, nullable=False),
    Index("attainments_by_person", "person_id"),
)


class AttainmentRow(Value, tag=False):
    """A person's credited attainment in a period, as of a position of compensation's log."""

    attainment_id: str
    person_id: str
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
    """Say what was measured last; teams, territories and products have no quotas here."""
    match recorded.event:
        case AttainmentMeasuredV1(subject_kind=kind) as told if kind == PERSON:
            row = AttainmentRow(
                attainment_id=recorded.key,
                person_id=told.subject_id,
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


ATTAINMENTS = Projection(table=attainments, row=AttainmentRow, kind="heard-compensation-attainment", project=project)


def attained(reading: Reading, person_ids: Iterable[str]) -> dict[tuple[str, str, str], AttainmentRow]:
    """Return the attainment of some people by person, measure and period, as it was measured last."""
    theirs = select(attainments).where(reading.among(attainments.c.person_id, set(person_ids)))
    found = reading.rows(theirs.order_by(attainments.c.position), AttainmentRow)
    return {(row.person_id, row.measure, row.period): row for row in found}
