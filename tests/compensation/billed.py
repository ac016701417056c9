"""What customers are billed and pay in tests, and Ada, who is paid by it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from events.contracts.performance import (
    InvoiceIssuedV1,
    PaymentReceivedV1,
    PaymentRefundedV1,
)
from money.money import Money
from tests.compensation.company import Company, usd

FEBRUARY, MARCH, APRIL, MAY = date(2017, 2, 3), date(2017, 3, 10), date(2017, 4, 20), date(2017, 5, 15)


def rule(trigger: str, **rest: Any) -> dict[str, Any]:
    return {"id": "billed", "trigger": trigger} | rest


def measure(**rest: Any) -> dict[str, Any]:
    return {"id": "billed", "counts": "amount", "rules": ["billed"], "interval": "month"} | rest


def ten_percent(**rest: Any) -> dict[str, Any]:
    tiers = [{"up_to": None, "rate": "10"}]
    table = {"kind": "step", "over": "measure", "pays": "percent", "tiers": tiers}
    return {"id": "commission", "measure": "billed", "table": table} | rest


async def settle(firm: Company, trigger: str = "invoice", **changes: Any) -> None:
    """Pay Ada ten percent of what is billed or of cash, by month."""
    await firm.set_calendar()
    await firm.hire("mia", owners=("h-mia",))
    await firm.hire("ada", manager_id="mia", owners=("h-ada",))
    parts: dict[str, Any] = {
        "pays": "month",
        "credit_rules": [rule(trigger)],
        "measures": [measure()],
        "components": [ten_percent()],
    }
    await firm.publish_plan(**parts | changes)
    await firm.assign("ada")


async def bill(firm: Company, invoice_id: str, amount: str, on: date = MARCH, **said: Any) -> None:
    billed = Money(amount=Decimal(amount), currency=said.pop("currency", "USD"))
    terms: dict[str, Any] = {"deal_id": "crm.1", "amount": billed, "issued_on": on} | said
    await firm.tell("performance", f"invoice-{invoice_id}", InvoiceIssuedV1(invoice_id=invoice_id, **terms))


async def pay(firm: Company, payment_id: str, amount: str, on: date = APRIL, **said: Any) -> None:
    terms: dict[str, Any] = {"deal_id": "crm.1", "amount": usd(amount), "received_on": on} | said
    await firm.tell("performance", f"payment-{payment_id}", PaymentReceivedV1(payment_id=payment_id, **terms))


async def refund(firm: Company, payment_id: str, amount: str, received: str, on: date = MAY) -> None:
    told = PaymentRefundedV1(
        payment_id=payment_id,
        refund_id=f"r-{payment_id}",
        deal_id="crm.1",
        amount=usd(amount),
        refunded_on=on,
        reason="returned",
        received=usd(received),
        received_on=APRIL,
    )
    await firm.tell("performance", f"payment-{payment_id}", told)


async def earned(firm: Company, period: str, person_id: str = "ada") -> list[str]:
    """Return what a statement says is earned, which is also what is stored."""
    statement = await firm.statement(person_id, period)
    listed = (await firm.get("/v1/statements", period=period)).json()["items"]
    stored = [each["earned"]["amount"] for each in listed if each["person_id"] == person_id]
    found = [each["amount"] for each in statement["earned"]]
    assert found == stored
    return found


def kinds(exceptions: Sequence[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    return [(each["kind"], each["document_kind"], each["document_id"]) for each in exceptions]
