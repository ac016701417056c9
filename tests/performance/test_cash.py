"""Rules of invoices and payments: what they say once, how they are corrected, and what may go back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.domain import Refused
from events.testing import given
from money.money import Money
from performance.domain import invoice, payment
from performance.domain.invoice import (
    INVOICE,
    AmendInvoice,
    InvoiceAmended,
    InvoicedLine,
    InvoiceIssued,
    InvoiceVoided,
    IssueInvoice,
    VoidInvoice,
)
from performance.domain.payment import (
    PAYMENT,
    Billed,
    PaymentReceived,
    PaymentRefunded,
    ReceivePayment,
    RefundPayment,
)
from tests.performance.deals import usd

MARCH, APRIL, MAY = date(2017, 3, 31), date(2017, 4, 20), date(2017, 5, 2)
LINES = (InvoicedLine(line_id="1", amount=Decimal("60.00")), InvoicedLine(line_id="2", amount=Decimal("40.00")))
ISSUED = InvoiceIssued(deal_id="crm.D-1", amount=usd("100.00"), issued_on=MARCH, lines=LINES)
VOIDED = InvoiceVoided(
    deal_id="crm.D-1", amount=usd("100.00"), issued_on=MARCH, voided_on=APRIL, reason="twice", lines=LINES
)
RECEIVED = PaymentReceived(deal_id="crm.D-1", amount=usd("80.00"), received_on=APRIL, invoice_id="i-1")
BILLED = Billed(deal_id="crm.D-1", currency="USD", stands=True)


def issue(**fields: Any) -> IssueInvoice:
    said: dict[str, Any] = {"deal_id": "crm.D-1", "amount": usd("100.00"), "issued_on": MARCH, "lines": LINES}
    said |= {"deal_is_known": True} | fields
    return IssueInvoice(**said)


def amend(amount: str, **fields: Any) -> AmendInvoice:
    said: dict[str, Any] = {"amount": usd(amount), "issued_on": MARCH, "lines": (), "reason": "a discount"} | fields
    return AmendInvoice(**said)


def receive(**fields: Any) -> ReceivePayment:
    said: dict[str, Any] = {"deal_id": None, "invoice_id": "i-1", "amount": usd("80.00"), "received_on": APRIL}
    said |= {"billed": BILLED, "deal_is_known": False} | fields
    return ReceivePayment(**said)


def refund(money: str, refund_id: str = "r-1", **fields: Any) -> RefundPayment:
    said: dict[str, Any] = {"amount": usd(money), "refunded_on": MAY, "reason": "returned"} | fields
    return RefundPayment(refund_id=refund_id, **said)


def refunded(amount: str, refund_id: str = "r-1") -> PaymentRefunded:
    return PaymentRefunded(
        refund_id=refund_id,
        deal_id="crm.D-1",
        amount=usd(amount),
        refunded_on=MAY,
        reason="returned",
        received=usd("80.00"),
        received_on=APRIL,
        invoice_id="i-1",
    )


def test_a_customer_is_billed_for_a_deal_once() -> None:
    given(INVOICE).when(issue()).then(ISSUED)
    given(INVOICE, ISSUED).when(issue()).then_nothing()
    given(INVOICE, ISSUED).when(issue(amount=usd("90.00"))).then_refused(invoice.InvoiceIsIssuedAlready)


def test_an_invoice_is_for_a_deal_and_an_amount_that_its_lines_are_together() -> None:
    given(INVOICE).when(issue(deal_is_known=False)).then_refused(invoice.InvoiceIsForNoDeal)
    given(INVOICE).when(issue(amount=usd("0.00"), lines=())).then_refused(invoice.InvoiceIsNotAboveZero)
    given(INVOICE).when(issue(lines=LINES[:1] * 2)).then_refused(invoice.InvoiceLineComesTwice)
    with pytest.raises(invoice.InvoiceLinesDoNotAddUp) as refused:
        INVOICE.decide(issue(lines=LINES[:1]), INVOICE.initial)
    assert refused.value.details == {"lines_together": "60.00", "amount": usd("100.00")}


def test_an_invoice_is_corrected_with_a_reason_and_says_all_again() -> None:
    amended = InvoiceAmended(deal_id="crm.D-1", amount=usd("90.00"), issued_on=MARCH, reason="a discount")
    given(INVOICE, ISSUED).when(amend("90.00")).then(amended)
    given(INVOICE, ISSUED, amended).when(amend("90.00")).then_nothing()
    given(INVOICE).when(amend("90.00")).then_refused(invoice.InvoiceIsUnknown)


def test_a_voided_invoice_stays_void() -> None:
    void = VoidInvoice(voided_on=APRIL, reason="twice")
    given(INVOICE, ISSUED).when(void).then(VOIDED)
    given(INVOICE, ISSUED, VOIDED).when(void).then_nothing()
    given(INVOICE, ISSUED, VOIDED).when(amend("90.00")).then_refused(invoice.InvoiceIsVoided)
    given(INVOICE, ISSUED, VOIDED).when(issue()).then_refused(invoice.InvoiceIsVoided)
    given(INVOICE).when(void).then_refused(invoice.InvoiceIsUnknown)
    early = VoidInvoice(voided_on=date(2017, 3, 30), reason="twice")
    given(INVOICE, ISSUED).when(early).then_refused(invoice.InvoiceIsVoidedBeforeItIsIssued)


def test_cash_comes_in_once_for_the_deal_of_its_invoice() -> None:
    given(PAYMENT).when(receive()).then(RECEIVED)
    given(PAYMENT, RECEIVED).when(receive()).then_nothing()
    given(PAYMENT, RECEIVED).when(receive(amount=usd("81.00"))).then_refused(payment.PaymentIsReceivedAlready)
    given(PAYMENT).when(receive(invoice_id=None, billed=None, deal_id="crm.D-1", deal_is_known=True)).then(
        PaymentReceived(deal_id="crm.D-1", amount=usd("80.00"), received_on=APRIL)
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"billed": None}, payment.PaymentIsForNoInvoice),
        ({"deal_id": "crm.D-2"}, payment.PaymentIsForAnotherDeal),
        ({"invoice_id": None, "billed": None}, payment.PaymentIsForNothing),
        ({"invoice_id": None, "billed": None, "deal_id": "crm.D-2"}, payment.PaymentIsForNoDeal),
        ({"billed": Billed(deal_id="crm.D-1", currency="EUR", stands=True)}, payment.PaymentIsInAnotherCurrency),
        ({"billed": Billed(deal_id="crm.D-1", currency="USD", stands=False)}, payment.PaymentIsForAVoidedInvoice),
        ({"amount": usd("0.00")}, payment.PaymentIsNotAboveZero),
    ],
)
def test_cash_that_is_for_nothing_known_is_refused(fields: dict[str, Any], refusal: type[Refused]) -> None:
    given(PAYMENT).when(receive(**fields)).then_refused(refusal)


def test_a_payment_is_refunded_in_parts_and_never_beyond_what_was_received() -> None:
    given(PAYMENT, RECEIVED).when(refund("30.00")).then(refunded("30.00"))
    given(PAYMENT, RECEIVED, refunded("30.00")).when(refund("30.00")).then_nothing()
    given(PAYMENT, RECEIVED, refunded("30.00")).when(refund("50.00", "r-2")).then(refunded("50.00", "r-2"))
    with pytest.raises(payment.RefundIsMoreThanWasReceived) as refused:
        PAYMENT.decide(refund("50.01", "r-2"), PAYMENT.fold([RECEIVED, refunded("30.00")]))
    assert refused.value.details == {"received": usd("80.00"), "left": usd("50.00")}


def test_a_refund_is_of_a_payment_in_its_currency_on_a_later_day_under_its_own_id() -> None:
    given(PAYMENT).when(refund("30.00")).then_refused(payment.PaymentIsUnknown)
    given(PAYMENT, RECEIVED, refunded("30.00")).when(refund("20.00")).then_refused(payment.RefundIsMadeAlready)
    euros = refund("1.00", amount=Money(amount=Decimal("1.00"), currency="EUR"))
    given(PAYMENT, RECEIVED).when(euros).then_refused(payment.RefundIsInAnotherCurrency)
    early = refund("1.00", refunded_on=MARCH)
    given(PAYMENT, RECEIVED).when(early).then_refused(payment.RefundIsBeforeThePayment)
    given(PAYMENT, RECEIVED).when(refund("0.00")).then_refused(payment.PaymentIsNotAboveZero)
