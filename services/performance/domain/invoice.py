"""An invoice: what a customer is billed for of a deal. It may be corrected, and it may be voided."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias, assert_never

from events.domain import Decider, Refused, Value
from money.money import Money, sum_exactly


class InvoicedLine(Value, tag=False):
    """What is billed of one line of the deal, in the invoice's currency."""

    line_id: str
    amount: Decimal


class InvoiceIssued(Value):
    """The customer is billed."""

    deal_id: str
    amount: Money
    issued_on: date
    lines: tuple[InvoicedLine, ...] = ()


class InvoiceAmended(Value):
    """The invoice was wrong: this is what it says."""

    deal_id: str
    amount: Money
    issued_on: date
    reason: str
    lines: tuple[InvoicedLine, ...] = ()


class InvoiceVoided(Value):
    """The invoice counts for nothing, from the beginning."""

    deal_id: str
    amount: Money
    issued_on: date
    voided_on: date
    reason: str
    lines: tuple[InvoicedLine, ...] = ()


InvoiceEvent: TypeAlias = InvoiceIssued | InvoiceAmended | InvoiceVoided

EVENTS: tuple[type[InvoiceEvent], ...] = (InvoiceIssued, InvoiceAmended, InvoiceVoided)


class IssueInvoice(Value):
    """Bill a customer for a deal."""

    deal_id: str
    amount: Money
    issued_on: date
    lines: tuple[InvoicedLine, ...]
    deal_is_known: bool


class AmendInvoice(Value):
    """Correct what an invoice says."""

    amount: Money
    issued_on: date
    lines: tuple[InvoicedLine, ...]
    reason: str


class VoidInvoice(Value):
    """Let an invoice count for nothing."""

    voided_on: date
    reason: str


InvoiceCommand: TypeAlias = IssueInvoice | AmendInvoice | VoidInvoice


class NotIssued(Value):
    """There is no such invoice yet."""


class Issued(Value):
    """The invoice stands, and says this."""

    deal_id: str
    amount: Money
    issued_on: date
    lines: tuple[InvoicedLine, ...]


class Voided(Value):
    """The invoice counts for nothing."""


Invoice: TypeAlias = NotIssued | Issued | Voided


class InvoiceIsUnknown(Refused):
    """There is no invoice with this id."""


class InvoiceIsForNoDeal(Refused):
    """The invoice is for a deal that nobody has told of. Deliver the deal first."""


class InvoiceIsIssuedAlready(Refused):
    """This invoice was issued and says something else. Amend it, and say why."""


class InvoiceIsVoided(Refused):
    """A voided invoice stays void. Issue another one."""


class InvoiceIsNotAboveZero(Refused):
    """An invoice is above zero."""


class InvoiceLinesDoNotAddUp(Refused):
    """The lines of an invoice are its amount together."""


class InvoiceLineComesTwice(Refused):
    """An invoice names each line of the deal once."""


class InvoiceIsVoidedBeforeItIsIssued(Refused):
    """An invoice is voided on the day on which it is issued, or later."""


def decide(command: InvoiceCommand, invoice: Invoice) -> list[InvoiceEvent]:
    """Say what a command brings about."""
    match command:
        case IssueInvoice():
            return issue(command, invoice)
        case AmendInvoice():
            return amend(command, standing(invoice))
        case VoidInvoice():
            return void(command, invoice)
        case _:
            assert_never(command)


def issue(command: IssueInvoice, invoice: Invoice) -> list[InvoiceEvent]:
    """Issue an invoice. Sent again as it stands, it is done already."""
    if isinstance(invoice, Voided):
        raise InvoiceIsVoided
    wanted = Issued(deal_id=command.deal_id, amount=command.amount, issued_on=command.issued_on, lines=command.lines)
    if invoice == wanted:
        return []
    if isinstance(invoice, Issued):
        raise InvoiceIsIssuedAlready(amount=invoice.amount, issued_on=invoice.issued_on)
    if not command.deal_is_known:
        raise InvoiceIsForNoDeal(deal_id=command.deal_id)
    check(command.amount, command.lines)
    return [
        InvoiceIssued(deal_id=command.deal_id, amount=command.amount, issued_on=command.issued_on, lines=command.lines)
    ]


def amend(command: AmendInvoice, invoice: Issued) -> list[InvoiceEvent]:
    """Correct an invoice."""
    check(command.amount, command.lines)
    if (command.amount, command.issued_on, command.lines) == (invoice.amount, invoice.issued_on, invoice.lines):
        return []
    return [
        InvoiceAmended(
            deal_id=invoice.deal_id,
            amount=command.amount,
            issued_on=command.issued_on,
            reason=command.reason,
            lines=command.lines,
        )
    ]


def void(command: VoidInvoice, invoice: Invoice) -> list[InvoiceEvent]:
    """Void an invoice. Voided again, it is done already."""
    if isinstance(invoice, Voided):
        return []
    invoice = standing(invoice)
    if command.voided_on < invoice.issued_on:
        raise InvoiceIsVoidedBeforeItIsIssued(voided_on=command.voided_on, issued_on=invoice.issued_on)
    return [
        InvoiceVoided(
            deal_id=invoice.deal_id,
            amount=invoice.amount,
            issued_on=invoice.issued_on,
            voided_on=command.voided_on,
            reason=command.reason,
            lines=invoice.lines,
        )
    ]


def standing(invoice: Invoice) -> Issued:
    """Return an invoice that stands."""
    match invoice:
        case NotIssued():
            raise InvoiceIsUnknown
        case Voided():
            raise InvoiceIsVoided
        case Issued():
            return invoice


def check(amount: Money, lines: Sequence[InvoicedLine]) -> None:
    """Refuse an amount that is none, and lines that are not the amount together."""
    if amount.amount <= 0:
        raise InvoiceIsNotAboveZero
    ids = [line.line_id for line in lines]
    if len(set(ids)) < len(ids):
        raise InvoiceLineComesTwice(lines=next(each for each in ids if ids.count(each) > 1))
    together = sum_exactly([line.amount for line in lines])
    if lines and together != amount.amount:
        raise InvoiceLinesDoNotAddUp(lines_together=format(together, "f"), amount=amount)


def evolve(_invoice: Invoice, event: InvoiceEvent) -> Invoice:
    """Say what an event means. Never refuses: it has happened."""
    match event:
        case InvoiceIssued() | InvoiceAmended():
            return Issued(deal_id=event.deal_id, amount=event.amount, issued_on=event.issued_on, lines=event.lines)
        case InvoiceVoided():
            return Voided()


INVOICE = Decider[InvoiceCommand, Invoice, InvoiceEvent](
    kind="invoice", initial=NotIssued(), decide=decide, evolve=evolve, events=EVENTS
)
