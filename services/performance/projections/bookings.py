"""What did each owner book, on which day? A row for each owner of a won deal, and their sums by owner, day, currency.

A deal that stops being won has no rows any more, and so stops counting.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text

from events.domain import Recorded, Value
from events.projector import Counted, Projection, Rows, Total
from events.store.columns import Amount, Exact
from performance.domain.booking import shares
from performance.domain.deal import DealEvent, status_after
from performance.domain.terms import Terms

metadata = MetaData()

booked = Table(
    "booked",
    metadata,
    Column("deal_id", Text, primary_key=True),
    Column("owner_ref", Text, primary_key=True),
    Column("booked_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("percent", Exact, nullable=False),
    Index("booked_by_owner", "owner_ref"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("owner_ref", Text, primary_key=True),
    Column("booked_on", Date, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("amount", Amount, nullable=False),
    Column("count", Integer, nullable=False),
    Index("bookings_by_day", "booked_on"),
)


class BookedRow(Value, tag=False):
    """An owner's share of a won deal; a deal that nobody owns has the owner ''."""

    deal_id: str
    owner_ref: str
    booked_on: date
    currency: str
    amount: Decimal
    percent: Decimal


def project(rows: Rows[BookedRow], recorded: Recorded[DealEvent]) -> Rows[BookedRow]:
    """Say who books what after an event: a won deal has rows, any other has none."""
    status = status_after(recorded.event)
    won = len(rows) > 0 if status is None else status == "won"
    for row in rows:
        rows = rows.drop(row.deal_id, row.owner_ref)
    return rows.put(*booked_rows(recorded.key, recorded.event.terms)) if won else rows


def booked_rows(deal_id: str, terms: Terms) -> list[BookedRow]:
    """Return the rows of a won deal."""
    if terms.amount is None or terms.booked_on is None:
        return []
    return [
        BookedRow(
            deal_id=deal_id,
            owner_ref=ref,
            booked_on=terms.booked_on,
            currency=terms.amount.currency,
            amount=amount,
            percent=percent,
        )
        for ref, (amount, percent) in shares(terms, terms.amount).items()
    ]


def counted(row: BookedRow) -> Counted:
    """Say what a row adds to the sums."""
    return (row.owner_ref, row.booked_on, row.currency), (row.amount, 1)


BOOKINGS = Total(table=bookings, by=("owner_ref", "booked_on", "currency"), sums=("amount", "count"), counted=counted)
BOOKED = Projection(table=booked, row=BookedRow, kind="deal", project=project, totals=(BOOKINGS,))
