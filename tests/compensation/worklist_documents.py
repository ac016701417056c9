"""What raises the reasons on the worklist that are about bills and results, and what is done about them."""

from datetime import date
from decimal import Decimal
from typing import Any

from events.contracts.performance import DealReopenedV1, InvoicedLineV1
from tests.compensation.billed import bill
from tests.compensation.company import Company, commission, person, usd
from tests.compensation.test_results import post
from tests.compensation.worklist_acts import Act, amended, of_lines, ready, won

BY_INVOICE = {"credit_rules": [{"id": "own", "trigger": "invoice"}]}
IF_INCOME: dict[str, Any] = {
    "credit_rules": [{"id": "own"}, {"id": "income", "trigger": "result"}],
    "measures": [
        {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": "bookings"},
        {"id": "income", "counts": "results", "rules": ["income"], "interval": "quarter", "quota": "company.income"},
    ],
    "components": [
        commission({"up_to": None, "rate": "5"})
        | {"gates": [{"measure": "income", "at_least": "80", "onset": "interval"}]}
    ],
}
"""Of a plan that pays if the company's income is there."""

MARCH = date(2017, 3, 10)
BILLED_LINES = of_lines("60", "40")


def billed(*, is_won: bool = False, line: str | None = None) -> Act:
    """Let somebody who is paid by invoices wait for one: of a deal that nobody has told of, or for a line of it."""

    async def raises(firm: Company, who: str) -> None:
        await ready(firm, who, **BY_INVOICE)
        if is_won:
            await won(firm, who)
        lines = () if line is None else (InvoicedLineV1(line_id=line, amount=Decimal(100)),)
        await bill(firm, f"i-{who}", "100", MARCH, deal_id=f"crm.{who}", lines=lines)

    return raises


async def reopened(firm: Company, who: str) -> None:
    """Let the deal of an invoice be open again."""
    await billed(is_won=True)(firm, who)
    await firm.deal(DealReopenedV1, f"crm.{who}", owner=person(who), amount=usd("100"))


with_lines = amended("lines", lines=BILLED_LINES)
"""What the CRM says of the deal's lines when it comes to name those of the invoice."""


async def posted(firm: Company, _who: str) -> None:
    """Let the company's income be posted, at 90% of its target."""
    await post(firm, "income", "900")
