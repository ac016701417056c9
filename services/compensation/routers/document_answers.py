"""The document that a credit comes from, as JSON."""

from datetime import date
from typing import Annotated

from pydantic import Field

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, DocumentKind, Invoice, Payment
from compensation.domain.engine.exact import plain, total
from compensation.domain.engine.refunding import refunds_of
from edge.bodies import Answer, MoneyAnswer
from money.money import Money


class DocumentAnswer(Answer):
    """What a credit comes from, by kind and id: for a booking, the deal itself. An activity was done `count` times; a
    bill and a payment have an amount of their own, and of a payment some may have gone back.
    """

    kind: DocumentKind
    document_id: str
    activity_kind: Annotated[str | None, Field(examples=["meeting"])] = None
    count: int | None = None
    amount: MoneyAnswer | None = None
    invoice_id: str | None = None
    deal_booked_on: date | None = None
    refunded: MoneyAnswer | None = None


def document_answer(credit: Credit) -> DocumentAnswer:
    """Return what a credit comes from."""
    document, named = credit.document, {"kind": credit.document_kind, "document_id": credit.document_id}
    match document:
        case None:
            return DocumentAnswer.model_validate(named)
        case Activity(activity_kind=kind, count=count):
            return DocumentAnswer.model_validate(named | {"activity_kind": kind, "count": count})
        case Invoice(amount=amount, booked_on=day) | Payment(amount=amount, booked_on=day):
            refunded = total(each.amount for each in refunds_of(credit))
            return DocumentAnswer.model_validate(
                named
                | {
                    "amount": MoneyAnswer.of(Money(amount=plain(amount), currency=credit.currency)),
                    "invoice_id": document.invoice_id if isinstance(document, Payment) else credit.document_id,
                    "deal_booked_on": day,
                    "refunded": MoneyAnswer.of(Money(amount=plain(refunded), currency=credit.currency)),
                }
            )
