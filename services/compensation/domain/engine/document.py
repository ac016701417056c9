"""The documents that credits come from, beside deals that are won: what was done, billed, paid and posted."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from compensation.domain.document.condition import Scalar
from compensation.domain.document.trigger import Trigger
from compensation.domain.engine.posted import Result, Score, said_by_posted, worth_of_posted
from events.domain import Value

DocumentKind: TypeAlias = Literal["deal", "activity", "invoice", "payment", "result", "objective"]
"""What a credit may come from."""


class Activity(Value):
    """Something that somebody did, `count` times on a day; `activity_kind` is the CRM's word for what."""

    document_id: str
    activity_kind: str
    count: int


class Invoice(Value):
    """What a customer is billed of a deal, all of it, in the credit's currency. The deal was booked on `booked_on`."""

    document_id: str
    amount: Decimal
    booked_on: date


class Refund(Value, tag=False):
    """What of a payment went back to the customer."""

    refund_id: str
    refunded_on: date
    amount: Decimal


class Payment(Value):
    """Cash that came in for a deal, perhaps for one of its invoices, and what of it went back."""

    document_id: str
    amount: Decimal
    booked_on: date
    invoice_id: str | None = None
    refunds: tuple[Refund, ...] = ()


Document: TypeAlias = Activity | Invoice | Payment | Result | Score

TRIGGERS: Mapping[DocumentKind, Trigger] = {
    "deal": "booking",
    "activity": "activity",
    "invoice": "invoice",
    "payment": "payment",
    "result": "result",
    "objective": "objective",
}
"""Which trigger each document is, for those that credit rules count."""

DOCUMENT_KINDS: Mapping[type[Document], DocumentKind] = {
    Activity: "activity",
    Invoice: "invoice",
    Payment: "payment",
    Result: "result",
    Score: "objective",
}


def said_by(document: Document, day: date, in_plan: Callable[[Decimal], Decimal | None]) -> Mapping[str, Scalar | None]:
    """Return what conditions may ask of a document itself, its amount in money of the plan."""
    match document:
        case Activity(activity_kind=kind, count=count):
            return {"activity_kind": kind, "activity_count": Decimal(count), "done_on": day}
        case Invoice(document_id=invoice_id, amount=amount, booked_on=booked_on):
            of_invoice = {"invoice_id": invoice_id, "invoice_amount": in_plan(amount), "invoiced_on": day}
            return of_invoice | {"booked_on": booked_on}
        case Payment(document_id=payment_id, amount=amount, booked_on=booked_on):
            of_payment = {"payment_id": payment_id, "payment_amount": in_plan(amount), "paid_on": day}
            known = {} if document.invoice_id is None else {"invoice_id": document.invoice_id}
            return of_payment | known | {"booked_on": booked_on}
        case Result() | Score():
            return said_by_posted(document)


def times(document: Document) -> Decimal | None:
    """Return how many times it was done; a bill and a payment are one. Of what was posted, what it counts, if known."""
    match document:
        case Activity(count=count):
            return Decimal(count)
        case Invoice() | Payment():
            return Decimal(1)
        case Result() | Score():
            return worth_of_posted(document)
