"""Payments: cash received for deals and their invoices, and what of it went back."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Day, DoneBody, Id, MoneyAnswer, PageBody, PositiveMoneyBody, Text
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from events.store.session import Reading
from performance.domain.payment import PAYMENT, Billed, PaymentIsUnknown, ReceivePayment, RefundPayment
from performance.projections.deals import deal_row
from performance.projections.invoices import InvoiceRow, invoice_row
from performance.projections.payments import PaymentRow, payment_page, payment_row
from performance.routers.readers import RECORD_READERS, RECORDERS

router = APIRouter(prefix="/v1/payments", tags=["payments"])


class PaymentBody(Body):
    """Cash that came in for an invoice, or for a deal whose invoice is not known."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "payment_id": "pay-9001",
                    "invoice_id": "inv-2017-118",
                    "amount": {"amount": "500.00", "currency": "USD"},
                    "received_on": "2017-04-20",
                }
            ]
        },
    )

    payment_id: Id
    invoice_id: Id | None = None
    deal_id: Annotated[Id | None, Field(description="Needed where no invoice is named.")] = None
    amount: PositiveMoneyBody
    received_on: Day


class RefundBody(Body):
    """What went back to the customer, on which day, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "refund_id": "ref-12",
                    "amount": {"amount": "100.00", "currency": "USD"},
                    "refunded_on": "2017-05-02",
                    "reason": "One unit was returned",
                }
            ]
        },
    )

    refund_id: Id
    amount: PositiveMoneyBody
    refunded_on: Day
    reason: Text


class RefundAnswer(Answer):
    """A refund."""

    refund_id: Annotated[str, Field(examples=["ref-12"])]
    amount: MoneyAnswer
    refunded_on: date
    reason: str


class PaymentAnswer(Answer):
    """A payment, what of it went back, and when."""

    payment_id: Annotated[str, Field(examples=["pay-9001"])]
    deal_id: Annotated[str, Field(examples=["crm.1C1I7A6R"])]
    invoice_id: str | None
    amount: MoneyAnswer
    received_on: date
    refunded: MoneyAnswer
    refunds: list[RefundAnswer]
    version: int


@router.post("", status_code=201, summary="Receive a payment")
async def receive_payment(body: PaymentBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Take note of cash. Sent again as it was, it is done already."""
    asker.needs(*RECORDERS)

    def question(reading: Reading) -> tuple[InvoiceRow | None, bool]:
        invoice = None if body.invoice_id is None else invoice_row(reading, body.invoice_id)
        return invoice, body.deal_id is not None and deal_row(reading, body.deal_id) is not None

    invoice, deal_is_known = await store.read(question)
    command = ReceivePayment(
        deal_id=body.deal_id,
        invoice_id=body.invoice_id,
        amount=body.amount.money(),
        received_on=body.received_on,
        billed=None if invoice is None else billed_by(invoice),
        deal_is_known=deal_is_known,
    )
    return done(response, await execute(store, PAYMENT, body.payment_id, command, asker))


@router.post("/{payment_id}/refunds", status_code=201, summary="Refund a payment")
async def refund_payment(payment_id: Id, body: RefundBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what went back to the customer: never more than was received. Sent again as it was, it is done already."""
    asker.needs(*RECORDERS)
    command = RefundPayment(
        refund_id=body.refund_id,
        amount=body.amount.money(),
        refunded_on=body.refunded_on,
        reason=body.reason,
    )
    return done(response, await execute(store, PAYMENT, payment_id, command, asker))


@router.get("", summary="List payments")
async def list_payments(
    store: Store,
    asker: Asker,
    page: Paging,
    deal_id: Annotated[Id | None, Query(description="Of this deal only.")] = None,
    invoice_id: Annotated[Id | None, Query(description="Of this invoice only.")] = None,
) -> PageBody[PaymentAnswer]:
    """List payments by their ids."""
    asker.needs(*RECORD_READERS)
    found = await store.read(lambda reading: payment_page(reading, deal_id, invoice_id, page))
    return page_body(found, answer_of)


@router.get("/{payment_id}", summary="Show a payment")
async def show_payment(
    payment_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> PaymentAnswer:
    """Show a payment and its refunds; its version is the ETag."""
    asker.needs(*RECORD_READERS)
    row = await store.read(lambda reading: payment_row(reading, payment_id))
    if row is None:
        raise PaymentIsUnknown(payment_id=payment_id)
    shown(request, response, row.version)
    return answer_of(row)


def billed_by(row: InvoiceRow) -> Billed:
    """Return what a payment's rules ask of its invoice."""
    return Billed(deal_id=row.deal_id, currency=row.currency, stands=row.voided_on is None)


def answer_of(row: PaymentRow) -> PaymentAnswer:
    """Return a payment as it is answered."""
    return PaymentAnswer(
        payment_id=row.payment_id,
        deal_id=row.deal_id,
        invoice_id=row.invoice_id,
        amount=MoneyAnswer.of(row.money(row.amount)),
        received_on=row.received_on,
        refunded=MoneyAnswer.of(row.money(row.refunded)),
        refunds=[
            RefundAnswer(
                refund_id=each.refund_id,
                amount=MoneyAnswer.of(row.money(each.amount)),
                refunded_on=each.refunded_on,
                reason=each.reason,
            )
            for each in row.returned()
        ],
        version=row.version,
    )
