"""What is billed and paid of a deal, and how that is spread over the deal's lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from compensation.domain.engine.document import Invoice, Payment, Refund
from compensation.domain.engine.exact import EXACT, quotient
from compensation.domain.engine.settling import Settlement
from compensation.domain.engine.spreading import in_proportion
from events.domain import Value


class BilledLine(Value, tag=False):
    """What is billed of a line of the deal."""

    line_id: str
    amount: Decimal


class Billed(Value, tag=False):
    """An invoice or a payment of a deal, as performance last told of it. `event_…` name the event that told of it.

    `lines` are those of the invoice, or of the one that is paid; none where it has none.
    """

    kind: Literal["invoice", "payment"]
    document_id: str
    deal_id: str
    amount: Decimal
    currency: str
    day: date
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int
    invoice_id: str | None = None
    lines: tuple[BilledLine, ...] = ()
    refunds: tuple[Refund, ...] = ()


def document_of(billed: Billed, booked_on: date) -> Invoice | Payment:
    """Return the document that credits come from."""
    if billed.kind == "invoice":
        return Invoice(document_id=billed.document_id, amount=billed.amount, booked_on=booked_on)
    return Payment(
        document_id=billed.document_id,
        amount=billed.amount,
        booked_on=booked_on,
        invoice_id=billed.invoice_id,
        refunds=billed.refunds,
    )


def names_unknown_line(billed: Billed, amounts: Mapping[str, Decimal]) -> bool:
    """Say whether a document names a line that its deal, whose lines have these amounts, does not have."""
    return any(each.line_id not in amounts for each in billed.lines)


def spread(billed: Billed, amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return what of a document is of which line: as it says, else in proportion to the amounts of the deal's lines.

    Cash for an invoice with lines is spread in proportion to those.
    """
    weights = summed(billed.lines) or dict(amounts)
    if not weights:
        return {}
    return dict(zip(weights, in_proportion(billed.amount, list(weights.values())), strict=True))


def settled_by(
    several: Iterable[Billed], currency: str | None, amounts: Mapping[str, Decimal]
) -> dict[str | None, list[Settlement]]:
    """Return what documents in the currency of a deal bill and pay of each of its lines, or of a deal without lines."""
    found: dict[str | None, list[Settlement]] = {}
    for billed in several:
        if billed.currency != currency or names_unknown_line(billed, amounts):
            continue
        parts = spread(billed, amounts) if amounts else {None: billed.amount}
        for line_id, amount in parts.items():
            found.setdefault(line_id, []).extend(settlements(billed, amount))
    return found


def settlements(billed: Billed, amount: Decimal) -> Iterator[Settlement]:
    """Return what a document is of a line, and what of that went back."""
    yield Settlement(kind=billed.kind, document_id=billed.document_id, on=billed.day, amount=amount)
    for each in billed.refunds:
        back = quotient(EXACT.multiply(amount, each.amount), billed.amount).copy_negate()
        yield Settlement(kind=billed.kind, document_id=billed.document_id, on=each.refunded_on, amount=back)


def summed(lines: Sequence[BilledLine]) -> dict[str, Decimal]:
    """Return what is billed of each line; a line may be billed in several parts."""
    found: dict[str, Decimal] = {}
    for each in lines:
        found[each.line_id] = found.get(each.line_id, Decimal(0)) + each.amount
    return found
