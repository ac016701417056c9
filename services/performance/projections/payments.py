"""What was paid for which deal, and what of it went back? One row a payment, one a refund."""

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
from performance.domain.payment import PaymentEvent, PaymentReceived, PaymentRefunded

payments = Table(
    "payments",
    MetaData(),
    Column("payment_id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("invoice_id", Text),
    Column("amount", Amount, nullable=False),
    Column("refunded", Amount, nullable=False),
    Column("currency", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("refunds", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("payments_by_deal", "deal_id"),
    Index("payments_by_invoice", "invoice_id"),
)


class RefundKept(Value, tag=False):
    """A refund of a payment, in the payment's currency."""

    refund_id: str
    amount: Decimal
    refunded_on: date
    reason: str


class PaymentRow(Value, tag=False):
    """A payment, and how much of it went back."""

    payment_id: str
    deal_id: str
    invoice_id: str | None
    amount: Decimal
    refunded: Decimal
    currency: str
    received_on: date
    refunds: str
    version: int

    def money(self, amount: Decimal) -> Money:
        """Return an amount in the payment's currency."""
        return Money(amount=amount, currency=self.currency)

    def returned(self) -> tuple[RefundKept, ...]:
        """Which refunds there were, in the order in which they were made."""
        return _refunds.decode(self.refunds)


_refunds = msgspec.json.Decoder(tuple[RefundKept, ...])


def project(rows: Rows[PaymentRow], recorded: Recorded[PaymentEvent]) -> Rows[PaymentRow]:
    """Say what became of the payment after an event."""
    match recorded.event:
        case PaymentReceived() as event:
            return rows.put(
                PaymentRow(
                    payment_id=recorded.key,
                    deal_id=event.deal_id,
                    invoice_id=event.invoice_id,
                    amount=event.amount.amount,
                    refunded=Decimal(0),
                    currency=event.amount.currency,
                    received_on=event.received_on,
                    refunds="[]",
                    version=recorded.version,
                )
            )
        case PaymentRefunded() as event:
            row = rows.get(recorded.key)
            return rows if row is None else rows.put(less(row, event, recorded.version))


def less(row: PaymentRow, event: PaymentRefunded, version: int) -> PaymentRow:
    """Return a payment after a refund."""
    kept = RefundKept(
        refund_id=event.refund_id, amount=event.amount.amount, refunded_on=event.refunded_on, reason=event.reason
    )
    refunds = msgspec.json.encode((*row.returned(), kept)).decode()
    refunded = row.money(row.refunded) + event.amount
    return msgspec.structs.replace(row, refunded=refunded.amount, refunds=refunds, version=version)


PAYMENTS = Projection(table=payments, row=PaymentRow, kind="payment", project=project)


def payment_row(reading: Reading, payment_id: str) -> PaymentRow | None:
    """Return one payment."""
    return reading.one(select(payments).where(payments.c.payment_id == payment_id), PaymentRow)


def payment_page(reading: Reading, deal_id: str | None, invoice_id: str | None, page: Page) -> Paged[PaymentRow]:
    """Return a page of payments, of one deal or invoice if it is named."""
    statement = select(payments)
    if deal_id is not None:
        statement = statement.where(payments.c.deal_id == deal_id)
    if invoice_id is not None:
        statement = statement.where(payments.c.invoice_id == invoice_id)
    return read_page(reading, statement, PaymentRow, page, by=("payment_id",))
