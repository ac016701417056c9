"""Refunds: what of a payment went back, as far as it is a credit's."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Payment, Refund
from compensation.domain.engine.exact import EXACT, quotient, total


def refunds_of(credit: Credit, before: date | None = None) -> tuple[Refund, ...]:
    """Return what of a credit's payment went back, before a day if one is said."""
    found = credit.document.refunds if isinstance(credit.document, Payment) else ()
    return tuple(each for each in found if before is None or each.refunded_on < before)


def part_of_refund(credit: Credit, refund: Refund, amount: Decimal) -> Decimal:
    """Return of an amount that a payment brought what a refund takes: it is proportional to what went back."""
    document = credit.document
    if not isinstance(document, Payment) or refund.amount == document.amount:
        return amount
    return quotient(EXACT.multiply(amount, refund.amount), document.amount)


def left_by(credit: Credit, refunds: Sequence[Refund], amount: Decimal) -> Decimal:
    """Return what refunds leave of an amount that a payment brought."""
    return EXACT.subtract(amount, total(part_of_refund(credit, each, amount) for each in refunds))


def net_of_refunds(document: PlanDocument, share: Sequence[Credit]) -> Sequence[Credit]:
    """Return credits as a plan counts them: without a clawback rule, what went back counts as if it never came in."""
    if document.clawback is not None or not refunds_of(share[0]):
        return share
    return [
        msgspec.structs.replace(credit, amount=left_by(credit, refunds_of(credit), credit.amount)) for credit in share
    ]
