"""Examples of what a deal brings in: invoices, payments and refunds, of the same small company."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from events.contracts.performance import (
    InvoiceAmendedV1,
    InvoicedLineV1,
    InvoiceIssuedV1,
    InvoiceVoidedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from events.domain import Value
from money.money import Money

DEAL = "D-1042"
LINES = (
    InvoicedLineV1(line_id="1", amount=Decimal("36000.00")),
    InvoicedLineV1(line_id="2", amount=Decimal("9500.00")),
)


def usd(amount: str) -> Money:
    """Return an amount of dollars."""
    return Money(amount=Decimal(amount), currency="USD")


CASH: Mapping[str, tuple[Value, ...]] = {
    "invoice-inv-118": (
        InvoiceIssuedV1(
            invoice_id="inv-118", deal_id=DEAL, amount=usd("45500.00"), issued_on=date(2026, 4, 1), lines=LINES
        ),
        InvoiceAmendedV1(
            invoice_id="inv-118",
            deal_id=DEAL,
            amount=usd("36000.00"),
            issued_on=date(2026, 4, 1),
            reason="Services are billed apart",
            lines=LINES[:1],
        ),
    ),
    "invoice-inv-119": (
        InvoiceIssuedV1(invoice_id="inv-119", deal_id=DEAL, amount=usd("9500.00"), issued_on=date(2026, 4, 2)),
        InvoiceVoidedV1(
            invoice_id="inv-119",
            deal_id=DEAL,
            amount=usd("9500.00"),
            issued_on=date(2026, 4, 2),
            voided_on=date(2026, 4, 9),
            reason="The services were never ordered",
        ),
    ),
    "payment-pay-9001": (
        PaymentReceivedV1(
            payment_id="pay-9001",
            deal_id=DEAL,
            amount=usd("12000.00"),
            received_on=date(2026, 4, 28),
            invoice_id="inv-118",
        ),
        PaymentRefundedV1(
            payment_id="pay-9001",
            refund_id="ref-12",
            deal_id=DEAL,
            amount=usd("2000.00"),
            refunded_on=date(2026, 5, 22),
            reason="Two units were returned",
            received=usd("12000.00"),
            received_on=date(2026, 4, 28),
            invoice_id="inv-118",
        ),
    ),
}
