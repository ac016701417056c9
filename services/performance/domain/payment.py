"""A payment: cash that came in for a deal, and what of it went back."""

from datetime import date
from typing import TypeAlias, assert_never

from events.domain import Decider, Refused, Value
from money.money import Money


class PaymentReceived(Value):
    """Cash came in for a deal; for one of its invoices, if that is known."""

    deal_id: str
    amount: Money
    received_on: date
    invoice_id: str | None = None


class PaymentRefunded(Value):
    """Some of the payment, or all of it, went back to the customer. `received` is what the payment was."""

    refund_id: str
    deal_id: str
    amount: Money
    refunded_on: date
    reason: str
    received: Money
    received_on: date
    invoice_id: str | None = None


PaymentEvent: TypeAlias = PaymentReceived | PaymentRefunded

EVENTS: tuple[type[PaymentEvent], ...] = (PaymentReceived, PaymentRefunded)


class Billed(Value, tag=False):
    """What is known of the invoice that is paid."""

    deal_id: str
    currency: str
    stands: bool


class ReceivePayment(Value):
    """Take note of cash. Of the invoice and the deal that it is for, what is known was looked up."""

    deal_id: str | None
    invoice_id: str | None
    amount: Money
    received_on: date
    billed: Billed | None
    deal_is_known: bool


class RefundPayment(Value):
    """Give some of it back, or all."""

    refund_id: str
    amount: Money
    refunded_on: date
    reason: str


PaymentCommand: TypeAlias = ReceivePayment | RefundPayment


class NotReceived(Value):
    """There is no such payment yet."""


class Received(Value):
    """Cash is there, but for what went back."""

    payment: PaymentReceived
    refunds: tuple[PaymentRefunded, ...] = ()

    @property
    def left(self) -> Money:
        """What is left of it."""
        return sum((-refund.amount for refund in self.refunds), self.payment.amount)


Payment: TypeAlias = NotReceived | Received


class PaymentIsUnknown(Refused):
    """There is no payment with this id."""


class PaymentIsForNothing(Refused):
    """A payment is for a deal or for an invoice."""


class PaymentIsForNoDeal(Refused):
    """The payment is for a deal that nobody has told of. Deliver the deal first."""


class PaymentIsForNoInvoice(Refused):
    """The payment is for an invoice that nobody has issued. Issue the invoice first."""


class PaymentIsForAVoidedInvoice(Refused):
    """The payment is for an invoice that was voided. Name another invoice, or the deal alone."""


class PaymentIsForAnotherDeal(Refused):
    """The invoice that was paid is for another deal."""


class PaymentIsInAnotherCurrency(Refused):
    """An invoice is paid in its own currency."""


class PaymentIsReceivedAlready(Refused):
    """This payment was received and was another one. Refund it, and say why."""


class PaymentIsNotAboveZero(Refused):
    """What is paid or refunded is above zero."""


class RefundIsInAnotherCurrency(Refused):
    """A payment is refunded in its own currency."""


class RefundIsMoreThanWasReceived(Refused):
    """No more is refunded than was received."""


class RefundIsBeforeThePayment(Refused):
    """A payment is refunded on the day on which it was received, or later."""


class RefundIsMadeAlready(Refused):
    """This refund was made and was another one. Give the next refund an id of its own."""


def decide(command: PaymentCommand, payment: Payment) -> list[PaymentEvent]:
    """Say what a command brings about."""
    match command:
        case ReceivePayment():
            return receive(command, payment)
        case RefundPayment():
            return refund(command, payment)
        case _:
            assert_never(command)


def receive(command: ReceivePayment, payment: Payment) -> list[PaymentEvent]:
    """Take note of cash. Sent again as it was, it is done already."""
    if command.amount.amount <= 0:
        raise PaymentIsNotAboveZero
    received = PaymentReceived(
        deal_id=deal_paid(command),
        amount=command.amount,
        received_on=command.received_on,
        invoice_id=command.invoice_id,
    )
    match payment:
        case NotReceived():
            check_invoice(command)
            return [received]
        case Received(payment=before) if before == received:
            return []
        case Received(payment=before):
            raise PaymentIsReceivedAlready(amount=before.amount, received_on=before.received_on)


def deal_paid(command: ReceivePayment) -> str:
    """Return the deal that is paid: that of the invoice, if one is named."""
    if command.invoice_id is not None:
        if command.billed is None:
            raise PaymentIsForNoInvoice(invoice_id=command.invoice_id)
        if command.deal_id not in (None, command.billed.deal_id):
            raise PaymentIsForAnotherDeal(deal_id=command.deal_id)
        return command.billed.deal_id
    if command.deal_id is None:
        raise PaymentIsForNothing
    if not command.deal_is_known:
        raise PaymentIsForNoDeal(deal_id=command.deal_id)
    return command.deal_id


def check_invoice(command: ReceivePayment) -> None:
    """Refuse what cannot pay the invoice."""
    if command.billed is None:
        return
    if not command.billed.stands:
        raise PaymentIsForAVoidedInvoice(invoice_id=command.invoice_id)
    if command.amount.currency != command.billed.currency:
        raise PaymentIsInAnotherCurrency(currency=command.billed.currency)


def refund(command: RefundPayment, payment: Payment) -> list[PaymentEvent]:
    """Give cash back: never more than there is."""
    if isinstance(payment, NotReceived):
        raise PaymentIsUnknown
    if command.amount.amount <= 0:
        raise PaymentIsNotAboveZero
    received = payment.payment
    event = PaymentRefunded(
        refund_id=command.refund_id,
        deal_id=received.deal_id,
        amount=command.amount,
        refunded_on=command.refunded_on,
        reason=command.reason,
        received=received.amount,
        received_on=received.received_on,
        invoice_id=received.invoice_id,
    )
    if event in payment.refunds:
        return []
    check_refund(event, payment)
    return [event]


def check_refund(event: PaymentRefunded, payment: Received) -> None:
    """Refuse a refund of what was not received, or is not there any more."""
    if any(each.refund_id == event.refund_id for each in payment.refunds):
        raise RefundIsMadeAlready(refund_id=event.refund_id)
    if event.amount.currency != event.received.currency:
        raise RefundIsInAnotherCurrency(currency=event.received.currency)
    if event.amount > payment.left:
        raise RefundIsMoreThanWasReceived(received=event.received, left=payment.left)
    if event.refunded_on < event.received_on:
        raise RefundIsBeforeThePayment(refunded_on=event.refunded_on, received_on=event.received_on)


def evolve(payment: Payment, event: PaymentEvent) -> Payment:
    """Say what an event means. Never refuses: it has happened."""
    match payment, event:
        case _, PaymentReceived():
            return Received(payment=event)
        case Received(payment=received, refunds=refunds), PaymentRefunded():
            return Received(payment=received, refunds=(*refunds, event))
        case NotReceived(), PaymentRefunded():
            return payment


PAYMENT = Decider[PaymentCommand, Payment, PaymentEvent](
    kind="payment", initial=NotReceived(), decide=decide, evolve=evolve, events=EVENTS
)
