"""What is billed and paid of each deal? Invoices, payments and refunds, heard from performance."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Column, Date, Index, MetaData, Table, Text, select

from compensation.domain.billing import Billed, BilledLine
from compensation.domain.engine.document import Refund
from compensation.projections.origins import named_as, named_by, origin_columns
from events.contracts.performance import (
    InvoiceAmendedV1,
    InvoiceIssuedV1,
    InvoiceVoidedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

INVOICE = "heard-performance-invoice"
PAYMENT = "heard-performance-payment"

metadata = MetaData()


invoices = Table(
    "invoices",
    metadata,
    Column("invoice_id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("lines", Text),
    *origin_columns(),
    Index("invoices_by_deal", "deal_id"),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("invoice_id", Text),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("received_on", Date, nullable=False),
    *origin_columns(),
    Index("payments_by_deal", "deal_id"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("refund_id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("amount", Exact, nullable=False),
    Column("currency", Text, nullable=False),
    Column("refunded_on", Date, nullable=False),
    Index("refunds_by_deal", "deal_id"),
)


class InvoiceRow(Value, tag=False):
    """An invoice that was not voided, as it was last told; `lines` as JSON, none if there are none."""

    invoice_id: str
    deal_id: str
    amount: Decimal
    currency: str
    issued_on: date
    lines: str | None
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int


class PaymentRow(Value, tag=False):
    """Cash that came in for a deal, before any refund."""

    payment_id: str
    deal_id: str
    invoice_id: str | None
    amount: Decimal
    currency: str
    received_on: date
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int


class RefundRow(Value, tag=False):
    """What of a payment went back."""

    payment_id: str
    refund_id: str
    deal_id: str
    amount: Decimal
    currency: str
    refunded_on: date


def project_invoice(rows: Rows[InvoiceRow], recorded: Recorded[Value]) -> Rows[InvoiceRow]:
    """Say what is billed after an event: what was voided never was."""
    match recorded.event:
        case InvoiceIssuedV1() | InvoiceAmendedV1() as told:
            row = InvoiceRow(
                invoice_id=recorded.key,
                deal_id=told.deal_id,
                amount=told.amount.amount,
                currency=told.amount.currency,
                issued_on=told.issued_on,
                lines=msgspec.json.encode(told.lines).decode() if told.lines else None,
                **named_by(recorded),
            )
            return rows.put(row)
        case InvoiceVoidedV1():
            return rows.drop(recorded.key)
        case _:
            return rows


def project_payment(rows: Rows[PaymentRow], recorded: Recorded[Value]) -> Rows[PaymentRow]:
    """Say what came in after an event."""
    match recorded.event:
        case PaymentReceivedV1() as told:
            row = PaymentRow(
                payment_id=recorded.key,
                deal_id=told.deal_id,
                invoice_id=told.invoice_id,
                amount=told.amount.amount,
                currency=told.amount.currency,
                received_on=told.received_on,
                **named_by(recorded),
            )
            return rows.put(row)
        case _:
            return rows


def project_refund(rows: Rows[RefundRow], recorded: Recorded[Value]) -> Rows[RefundRow]:
    """Say what went back after an event."""
    match recorded.event:
        case PaymentRefundedV1() as told:
            row = RefundRow(
                payment_id=recorded.key,
                refund_id=told.refund_id,
                deal_id=told.deal_id,
                amount=told.amount.amount,
                currency=told.amount.currency,
                refunded_on=told.refunded_on,
            )
            return rows.put(row)
        case _:
            return rows


INVOICES = Projection(table=invoices, row=InvoiceRow, kind=INVOICE, project=project_invoice)
PAYMENTS = Projection(table=payments, row=PaymentRow, kind=PAYMENT, project=project_payment)
REFUNDS = Projection(table=refunds, row=RefundRow, kind=PAYMENT, project=project_refund)


def billed_of(reading: Reading, deal_ids: Sequence[str], kinds: Collection[str]) -> dict[str, tuple[Billed, ...]]:
    """Return what is billed and paid of deals, of the kinds that are asked for."""
    if not kinds:
        return {}
    billed = reading.rows(select(invoices).where(reading.among(invoices.c.deal_id, deal_ids)), InvoiceRow)
    lines = {row.invoice_id: lines_in(row.lines) for row in billed}
    documents = [invoice_of(row, lines[row.invoice_id]) for row in billed] if "invoice" in kinds else []
    if "payment" in kinds:
        documents += paid_of(reading, deal_ids, lines)
    found: dict[str, list[Billed]] = {}
    for each in sorted(documents, key=lambda each: (each.kind, each.document_id)):
        found.setdefault(each.deal_id, []).append(each)
    return {deal_id: tuple(several) for deal_id, several in found.items()}


def paid_of(reading: Reading, deal_ids: Sequence[str], lines: dict[str, tuple[BilledLine, ...]]) -> list[Billed]:
    """Return the payments of deals, with the lines of the invoices that they are for, and what of them went back."""
    back: dict[str, list[Refund]] = {}
    went = select(refunds).where(reading.among(refunds.c.deal_id, deal_ids)).order_by(*refunds.primary_key.columns)
    for row in reading.rows(went, RefundRow):
        refund = Refund(refund_id=row.refund_id, refunded_on=row.refunded_on, amount=row.amount)
        back.setdefault(row.payment_id, []).append(refund)
    came = reading.rows(select(payments).where(reading.among(payments.c.deal_id, deal_ids)), PaymentRow)
    return [payment_of(row, lines.get(row.invoice_id or "", ()), back.get(row.payment_id, [])) for row in came]


def invoice_of(row: InvoiceRow, lines: tuple[BilledLine, ...]) -> Billed:
    """Return an invoice as credits are derived from it."""
    return Billed(
        kind="invoice",
        document_id=row.invoice_id,
        invoice_id=row.invoice_id,
        day=row.issued_on,
        lines=lines,
        **what_of(row),
    )


def payment_of(row: PaymentRow, lines: tuple[BilledLine, ...], back: Iterable[Refund]) -> Billed:
    """Return a payment as credits are derived from it."""
    return Billed(
        kind="payment",
        document_id=row.payment_id,
        invoice_id=row.invoice_id,
        day=row.received_on,
        lines=lines,
        refunds=tuple(back),
        **what_of(row),
    )


def what_of(row: InvoiceRow | PaymentRow) -> dict[str, Any]:
    """Return what an invoice and a payment have in common."""
    return {"deal_id": row.deal_id, "amount": row.amount, "currency": row.currency} | named_as(row)


def lines_in(text: str | None) -> tuple[BilledLine, ...]:
    """Return the lines that a row keeps."""
    return msgspec.json.decode(text, type=tuple[BilledLine, ...]) if text else ()
