"""Invoices: issued, amended, voided, and shown."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import (
    POSITIVE_PATTERN,
    Answer,
    Body,
    Day,
    DoneBody,
    Id,
    MoneyAnswer,
    PageBody,
    PositiveMoneyBody,
    Text,
)
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from money.money import Money
from performance.domain.checks import DeliveryIsWrong, Fault
from performance.domain.invoice import INVOICE, AmendInvoice, InvoicedLine, InvoiceIsUnknown, IssueInvoice, VoidInvoice
from performance.domain.lines import too_fine
from performance.projections.deals import deal_row
from performance.projections.invoices import InvoiceRow, invoice_page, invoice_row
from performance.routers.deal_answers import Digits
from performance.routers.readers import RECORD_READERS, RECORDERS

router = APIRouter(prefix="/v1/invoices", tags=["invoices"])


class InvoicedLineBody(Body):
    """What is billed of one line of the deal, in the invoice's currency."""

    line_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,60}$", examples=["1"], strict=True)]
    amount: Annotated[str, Field(pattern=POSITIVE_PATTERN, examples=["900.00"], strict=True)]


class AmountsBody(Body):
    """What is billed, on which day. Lines of the deal, if any are named, are the amount together."""

    amount: PositiveMoneyBody
    issued_on: Day
    lines: Annotated[list[InvoicedLineBody], Field(max_length=200)] = []

    def parts(self) -> tuple[InvoicedLine, ...]:
        """Return what is billed of each line. Raises `DeliveryIsWrong` with the place of each fault."""
        return parts_in(self.lines, self.amount.currency)


class InvoiceBody(AmountsBody):
    """An invoice for a deal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "invoice_id": "inv-2017-118",
                    "deal_id": "crm.1C1I7A6R",
                    "amount": {"amount": "1054.00", "currency": "USD"},
                    "issued_on": "2017-03-31",
                    "lines": [{"line_id": "1", "amount": "900.00"}, {"line_id": "2", "amount": "154.00"}],
                }
            ]
        },
    )

    invoice_id: Id
    deal_id: Id


class AmendInvoiceBody(AmountsBody):
    """What an invoice says from now on, whole, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount": {"amount": "900.00", "currency": "USD"},
                    "issued_on": "2017-03-31",
                    "reason": "Services are billed apart",
                }
            ]
        },
    )

    reason: Text


class VoidInvoiceBody(Body):
    """On which day an invoice was voided, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"voided_on": "2017-04-02", "reason": "Sent to the wrong customer"}]},
    )

    voided_on: Day
    reason: Text


class InvoicedLineAnswer(Answer):
    """What is billed of one line of the deal."""

    line_id: str
    amount: Digits


class InvoiceAnswer(Answer):
    """An invoice as it stands, or stood until it was voided. `reason` is why it was amended last, or voided."""

    invoice_id: Annotated[str, Field(examples=["inv-2017-118"])]
    deal_id: Annotated[str, Field(examples=["crm.1C1I7A6R"])]
    amount: MoneyAnswer
    issued_on: date
    lines: list[InvoicedLineAnswer]
    voided_on: date | None
    reason: str | None
    version: int


@router.post("", status_code=201, summary="Issue an invoice")
async def issue_invoice(body: InvoiceBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what a customer was billed for a deal. Sent again as it was, it is done already."""
    asker.needs(*RECORDERS)
    known = await store.read(lambda reading: deal_row(reading, body.deal_id))
    command = IssueInvoice(
        deal_id=body.deal_id,
        amount=body.amount.money(),
        issued_on=body.issued_on,
        lines=body.parts(),
        deal_is_known=known is not None,
    )
    return done(response, await execute(store, INVOICE, body.invoice_id, command, asker))


@router.post("/{invoice_id}/amend", summary="Amend an invoice")
async def amend_invoice(
    invoice_id: Id, body: AmendInvoiceBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Correct what an invoice says, and say why."""
    asker.needs(*RECORDERS)
    command = AmendInvoice(amount=body.amount.money(), issued_on=body.issued_on, lines=body.parts(), reason=body.reason)
    return done(response, await execute(store, INVOICE, invoice_id, command, asker))


@router.post("/{invoice_id}/void", summary="Void an invoice")
async def void_invoice(
    invoice_id: Id, body: VoidInvoiceBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Let an invoice count for nothing, from the beginning. What was paid stays, and may be refunded."""
    asker.needs(*RECORDERS)
    command = VoidInvoice(voided_on=body.voided_on, reason=body.reason)
    return done(response, await execute(store, INVOICE, invoice_id, command, asker))


@router.get("", summary="List invoices")
async def list_invoices(
    store: Store,
    asker: Asker,
    page: Paging,
    deal_id: Annotated[Id | None, Query(description="Of this deal only.")] = None,
) -> PageBody[InvoiceAnswer]:
    """List invoices by their ids, voided ones too."""
    asker.needs(*RECORD_READERS)
    return page_body(await store.read(lambda reading: invoice_page(reading, deal_id, page)), answer_of)


@router.get("/{invoice_id}", summary="Show an invoice")
async def show_invoice(
    invoice_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> InvoiceAnswer:
    """Show what an invoice says; its version is the ETag."""
    asker.needs(*RECORD_READERS)
    row = await store.read(lambda reading: invoice_row(reading, invoice_id))
    if row is None:
        raise InvoiceIsUnknown(invoice_id=invoice_id)
    shown(request, response, row.version)
    return answer_of(row)


def parts_in(lines: list[InvoicedLineBody], currency: str) -> tuple[InvoicedLine, ...]:
    """Return what is billed of each line, with the currency's digits."""
    faults = [
        Fault(pointer=f"/lines/{place}/amount", detail=detail)
        for place, line in enumerate(lines)
        for detail in too_fine(Decimal(line.amount), currency)
    ]
    if faults:
        raise DeliveryIsWrong(faults)
    return tuple(InvoicedLine(line_id=line.line_id, amount=Money.parse(line.amount, currency).amount) for line in lines)


def answer_of(row: InvoiceRow) -> InvoiceAnswer:
    """Return an invoice as it is answered."""
    return InvoiceAnswer(
        invoice_id=row.invoice_id,
        deal_id=row.deal_id,
        amount=MoneyAnswer.of(row.money()),
        issued_on=row.issued_on,
        lines=[InvoicedLineAnswer.of(line) for line in row.parts()],
        voided_on=row.voided_on,
        reason=row.reason,
        version=row.version,
    )
