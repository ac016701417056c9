"""The document that a credit comes from, as JSON."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, Document, DocumentKind, Invoice, Payment
from compensation.domain.engine.exact import plain_money, total
from compensation.domain.engine.posted import Result, Score
from compensation.domain.engine.refunding import refunds_of
from edge.bodies import Answer, MoneyAnswer


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
    name: Annotated[str | None, Field(description="Of the result or the objective.")] = None
    subject: Annotated[str | None, Field(description="Whose it is: the company's or the person's.")] = None
    value: Annotated[str | None, Field(description="Of a result; of an objective, the percent reached.")] = None
    weight: Annotated[str | None, Field(description="Of an objective, in percent of all.")] = None


def document_answer(credit: Credit) -> DocumentAnswer:
    """Return what a credit comes from."""
    document, named = credit.document, {"kind": credit.document_kind, "document_id": credit.document_id}
    return DocumentAnswer.model_validate(named if document is None else named | said_of(credit, document))


def said_of(credit: Credit, document: Document) -> dict[str, Any]:
    """Return what is said of a document, beside its kind and its name."""
    match document:
        case Activity(activity_kind=kind, count=count):
            return {"activity_kind": kind, "count": count}
        case Result(name=name, subject=subject, value=value):
            return {"name": name, "subject": subject, "value": format(value, "f")}
        case Score(name=name, subject=subject, percent=percent, weight=weight):
            weighs = None if weight is None else format(weight, "f")
            return {"name": name, "subject": subject, "value": format(percent, "f"), "weight": weighs}
        case Invoice(amount=amount, booked_on=day) | Payment(amount=amount, booked_on=day):
            refunded = total(each.amount for each in refunds_of(credit))
            return {
                "amount": MoneyAnswer.of(plain_money(amount, credit.currency)),
                "invoice_id": document.invoice_id if isinstance(document, Payment) else credit.document_id,
                "deal_booked_on": day,
                "refunded": MoneyAnswer.of(plain_money(refunded, credit.currency)),
            }
