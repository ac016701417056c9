"""Which invoices are there, and what does each say? One row an invoice."""

from datetime import date
from decimal import Decimal

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Amount
from events.store.session import Reading
from money.money import Money
from performance.domain.invoice import InvoicedLine, InvoiceEvent, InvoiceIssued, InvoiceVoided

invoices = Table(
    "invoices",
    MetaData(),
    Column("invoice_id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("lines", Text, nullable=False),
    Column("voided_on", Date),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("invoices_by_deal", "deal_id"),
)


class InvoiceRow(Value, tag=False):
    """An invoice as it stands. `reason` is why it was amended last, or voided."""

    invoice_id: str
    deal_id: str
    amount: Decimal
    currency: str
    issued_on: date
    lines: str
    voided_on: date | None
    reason: str | None
    version: int

    def money(self) -> Money:
        """What is billed."""
        return Money(amount=self.amount, currency=self.currency)

    def parts(self) -> tuple[InvoicedLine, ...]:
        """What is billed of each line of the deal."""
        return _lines.decode(self.lines)


_lines = msgspec.json.Decoder(tuple[InvoicedLine, ...])


def project(rows: Rows[InvoiceRow], recorded: Recorded[InvoiceEvent]) -> Rows[InvoiceRow]:
    """Say what the invoice says after an event."""
    event = recorded.event
    return rows.put(
        InvoiceRow(
            invoice_id=recorded.key,
            deal_id=event.deal_id,
            amount=event.amount.amount,
            currency=event.amount.currency,
            issued_on=event.issued_on,
            lines=msgspec.json.encode(event.lines).decode(),
            voided_on=event.voided_on if isinstance(event, InvoiceVoided) else None,
            reason=None if isinstance(event, InvoiceIssued) else event.reason,
            version=recorded.version,
        )
    )


INVOICES = Projection(table=invoices, row=InvoiceRow, kind="invoice", project=project)


def invoice_row(reading: Reading, invoice_id: str) -> InvoiceRow | None:
    """Return one invoice."""
    return reading.one(select(invoices).where(invoices.c.invoice_id == invoice_id), InvoiceRow)


def invoice_page(reading: Reading, deal_id: str | None, page: Page) -> Paged[InvoiceRow]:
    """Return a page of invoices, of one deal if it is named."""
    statement = select(invoices)
    if deal_id is not None:
        statement = statement.where(invoices.c.deal_id == deal_id)
    return read_page(reading, statement, InvoiceRow, page, by=("invoice_id",))
