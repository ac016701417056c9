"""What is each deal made of? Its lines, heard from performance."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text, or_, select

from compensation.domain.deal import DealLine
from compensation.projections.custom_fields import written
from compensation.projections.deals import DEAL, deals
from events.contracts.performance import DealEventV1, LineV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

deal_lines = Table(
    "deal_lines",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line_id", Text, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("product_id", Text),
    Column("type", Text),
    Column("quantity", Exact),
    Column("margin", Exact),
    Column("value_per_year", Exact),
    Column("term_months", Integer),
    Column("renewal", Boolean),
    Column("fields", Text),
    Index("deal_lines_by_product", "product_id"),
)


def project(rows: Rows[DealLine], recorded: Recorded[Value]) -> Rows[DealLine]:
    """Say what the deal is made of after an event."""
    told = recorded.event
    if not isinstance(told, DealEventV1):
        return rows
    found = [line_of(recorded.key, number, each) for number, each in enumerate(told.terms.lines, 1)]
    for row in rows:
        if row.number > len(found):
            rows = rows.drop(row.deal_id, row.number)
    return rows.put(*found)


def line_of(deal_id: str, number: int, told: LineV1) -> DealLine:
    """Return a line as it was told."""
    return DealLine(
        deal_id=deal_id,
        number=number,
        line_id=told.line_id,
        amount=told.amount,
        product_id=told.product_id,
        type=told.type,
        quantity=told.quantity,
        margin=told.margin,
        value_per_year=told.value_per_year,
        term_months=told.term_months,
        renewal=told.renewal,
        fields=written(told.fields),
    )


DEAL_LINES = Projection(table=deal_lines, row=DealLine, kind=DEAL, project=project, version=2)


def lines_among(reading: Reading, deal_ids: Sequence[str]) -> dict[str, tuple[DealLine, ...]]:
    """Return the lines of deals, in their order."""
    found: dict[str, list[DealLine]] = {}
    wanted = select(deal_lines).where(reading.among(deal_lines.c.deal_id, deal_ids))
    for line in reading.rows(wanted.order_by(deal_lines.c.deal_id, deal_lines.c.number), DealLine):
        found.setdefault(line.deal_id, []).append(line)
    return {deal_id: tuple(lines) for deal_id, lines in found.items()}


def deals_of_product(reading: Reading, product_id: str) -> Iterable[str]:
    """Return the won deals of a product: those that name it themselves, and those with a line that does."""
    named = select(deal_lines.c.deal_id).where(deal_lines.c.product_id == product_id)
    wanted = select(deals.c.deal_id).where(or_(deals.c.product == product_id, deals.c.deal_id.in_(named)))
    return [deal_id for (deal_id,) in reading.tuples(wanted.where(deals.c.booked_on.is_not(None)))]
