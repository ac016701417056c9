"""What the benchmarks of the log run: a small aggregate, one event a command, one row a stream."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import Column, Integer, MetaData, Table, Text

from edge.clock import utc_now
from events.domain import Decider, Recorded, Value
from events.execute import Asking
from events.opening import Store, open_store
from events.projector import Projection, Rows
from events.store.codec import Codec
from events.store.columns import Amount
from events.store.ids import new_id

NOTE = "a deal of an ordinary size with a note of sixty characters.."
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class SaleMade(Value):
    """Something was sold: about 150 bytes of JSON."""

    amount: Decimal
    currency: str
    person_id: str
    note: str
    made_on: datetime


class MakeSale(Value):
    """Sell something."""

    amount: Decimal
    person_id: str


class SaleRow(Value, tag=False):
    """A stream's row."""

    sale_id: str
    person_id: str
    amount: Decimal
    count: int


sales = Table(
    "sales",
    MetaData(),
    Column("sale_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("count", Integer, nullable=False),
)


def decide(command: MakeSale, count: int) -> Sequence[SaleMade]:
    """Sell."""
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return [SaleMade(amount=command.amount, currency="USD", person_id=command.person_id, note=NOTE, made_on=at)]


def evolve(count: int, _event: SaleMade) -> int:
    """Count."""
    return count + 1


def project(rows: Rows[SaleRow], recorded: Recorded[SaleMade]) -> Rows[SaleRow]:
    """Add up."""
    event = recorded.event
    row = rows.get(recorded.key)
    if row is None:
        return rows.put(SaleRow(sale_id=recorded.key, person_id=event.person_id, amount=event.amount, count=1))
    return rows.change(recorded.key, amount=row.amount + event.amount, count=row.count + 1)


SALE = Decider[MakeSale, int, SaleMade](kind="sale", initial=0, decide=decide, evolve=evolve, events=(SaleMade,))
SALES = Projection(table=sales, row=SaleRow, kind="sale", project=project)


async def open_sales(url: str, *projections: Projection[SaleRow]) -> Store:
    """Open a store of sales, with or without the read model."""
    return await open_store(url, codec=Codec([SaleMade]), clock=utc_now, projections=projections)


def asking() -> Asking:
    """Return who asks in a benchmark."""
    return Asking(actor="bench", at=utc_now(), correlation_id=new_id(), traceparent=TRACE)
