"""What deals of the same small company brought in, as events of today's classes."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from events.domain import Value
from money.money import Money
from performance.domain.invoice import InvoiceAmended, InvoicedLine, InvoiceIssued, InvoiceVoided
from performance.domain.payment import PaymentReceived, PaymentRefunded

Keyed = tuple[str, Value]

DEAL = "crm.D-1042"
ISSUED_ON, VOIDED_ON = date(2026, 4, 1), date(2026, 4, 9)
RECEIVED_ON, REFUNDED_ON = date(2026, 4, 28), date(2026, 5, 22)
LINES = (InvoicedLine(line_id="1", amount=Decimal("36000.00")), InvoicedLine(line_id="2", amount=Decimal("9500.00")))


def usd(amount: str) -> Money:
    """Return an amount of dollars."""
    return Money(amount=Decimal(amount), currency="USD")


def told(lines: Sequence[InvoicedLine], invoice_id: str | None) -> tuple[Keyed, ...]:
    """Return what happens to an invoice and a payment; with the lines and the invoice's id if there are any."""
    invoice: dict[str, Any] = {"deal_id": DEAL, "amount": usd("45500.00"), "issued_on": ISSUED_ON, "lines": lines}
    payment: dict[str, Any] = {"deal_id": DEAL, "received_on": RECEIVED_ON, "invoice_id": invoice_id}
    refund: dict[str, Any] = {"refund_id": "ref-12", "refunded_on": REFUNDED_ON, "reason": "Two units were returned"}
    return (
        ("inv-118", InvoiceIssued(**invoice)),
        ("inv-118", InvoiceAmended(reason="Services are billed apart", **invoice)),
        ("inv-118", InvoiceVoided(voided_on=VOIDED_ON, reason="Sent to the wrong customer", **invoice)),
        ("pay-9001", PaymentReceived(amount=usd("12000.00"), **payment)),
        ("pay-9001", PaymentRefunded(amount=usd("2000.00"), received=usd("12000.00"), **refund, **payment)),
    )


WHOLE = told(LINES, "inv-118")
LEAST = told((), None)
