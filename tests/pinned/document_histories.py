"""Years that are pinned of what is paid on other documents than deals: activities, bills, cash, and what is posted."""

from datetime import date
from decimal import Decimal

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Activity, Document, Invoice, Payment, Refund
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.posted import Result, Score
from compensation.domain.engine.settling import SettledBy, Settlement
from tests.pinned.writing import BOOKINGS, FLAT, component, deal, plan, quarters, table, year

BOOKED_ON = date(2017, 1, 18)
MATRIX = {
    "kind": "matrix",
    "over": "measure",
    "pays": "target",
    "matrix": {
        "rows": [{"up_to": "100", "edge": "upper"}, {}],
        "across": "objectives",
        "columns_over": "measure",
        "columns": [{"up_to": "80"}, {}],
        "rates": [["20", "40"], ["60", "100"]],
    },
}


def paper(document: Document, on: str, amount: str = "0", percent: str = "100") -> Credit:
    """Return somebody's share of a document that is about the deal d1, or about none where it is no money."""
    is_money = isinstance(document, Invoice | Payment)
    name, currency = ("d1", "USD") if is_money else ("", "")
    return deal(name, on, amount, document=document, currency=currency, percent=percent)


def invoice(name: str, on: str, amount: str, percent: str = "100") -> Credit:
    return paper(Invoice(document_id=name, amount=Decimal(amount), booked_on=BOOKED_ON), on, amount, percent=percent)


def payment(name: str, on: str, amount: str, *refunds: tuple[str, str], percent: str = "100") -> Credit:
    back = tuple(
        Refund(refund_id=f"{name}-{day}", refunded_on=date.fromisoformat(day), amount=Decimal(part))
        for day, part in refunds
    )
    found = Payment(document_id=name, amount=Decimal(amount), booked_on=BOOKED_ON, invoice_id="i1", refunds=back)
    return paper(found, on, amount, percent=percent)


def score(name: str, on: str, percent: str, weight: str) -> Credit:
    found = Score(document_id=name, name=name, subject="ada", percent=Decimal(percent), weight=Decimal(weight))
    return paper(found, on)


def result(name: str, on: str, value: str) -> Credit:
    return paper(Result(document_id=f"{name}-{on}", name=name, subject="company", value=Decimal(value)), on)


def settled(document_id: str, on: str, amount: str, kind: SettledBy = "payment") -> Settlement:
    return Settlement(kind=kind, document_id=document_id, on=date.fromisoformat(on), amount=Decimal(amount))


SETTLED = (
    settled("y1", "2017-02-10", "2000"),
    settled("y1", "2017-03-01", "-500.55"),
    settled("y2", "2017-07-03", "9000"),
)
"""Cash for a deal of 6,000: some of it goes back, and more comes in than there is to pay."""


DOCUMENTS: dict[str, PersonYear] = {
    "paid on invoices": year(
        plan(component(), credit_rules=[{"id": "own", "trigger": "invoice"}], measures=[BOOKINGS]),
        invoice("i1", "2017-02-10", "9000.01", percent="33.333333"),
        invoice("i2", "2017-03-10", "12000"),
    ),
    "paid on cash, and refunded": year(
        plan(
            component(),
            credit_rules=[{"id": "own", "trigger": "payment"}],
            measures=[BOOKINGS],
            clawback={"percent": "80"},
        ),
        payment("p1", "2017-02-10", "9000"),
        payment("p2", "2017-03-10", "12000", ("2017-04-20", "3000.33"), ("2017-06-01", "999.99")),
    ),
    "booked towards attainment, billed for pay": year(
        plan(
            component(FLAT, measure="billed", gates=[{"measure": "bookings", "at_least": "50", "onset": "crossing"}]),
            credit_rules=[{"id": "own"}, {"id": "bills", "trigger": "invoice"}],
            measures=[BOOKINGS, {"id": "billed", "counts": "amount", "rules": ["bills"], "interval": "quarter"}],
        ),
        deal("d1", "2017-01-18", "12000"),
        invoice("i1", "2017-02-10", "5000.05"),
    ),
    "money for activities": year(
        plan(
            component(table(("10", "2.5"), (None, "4"), over="measure", pays="each"), measure="calls"),
            credit_rules=[
                {"id": "calls", "trigger": "activity", "when": {"field": "activity_kind", "equals": "call"}},
            ],
            measures=[{"id": "calls", "counts": "activities", "rules": ["calls"], "interval": "month"}],
        ),
        paper(Activity(document_id="a1", activity_kind="call", count=7), "2017-01-18"),
        paper(Activity(document_id="a2", activity_kind="visit", count=7), "2017-01-19"),
        paper(Activity(document_id="a3", activity_kind="call", count=9), "2017-01-20"),
    ),
    "results and scores that are posted": year(
        plan(
            component(MATRIX, measure="income"),
            credit_rules=[{"id": "income", "trigger": "result"}, {"id": "scores", "trigger": "objective"}],
            measures=[
                {"id": "income", "counts": "results", "rules": ["income"], "interval": "quarter"},
                {"id": "objectives", "counts": "objectives", "rules": ["scores"], "interval": "quarter"},
            ],
        ),
        result("income", "2017-03-31", "110"),
        score("launch", "2017-03-31", "90", "60"),
        score("hiring", "2017-03-31", "100", "40"),
        result("income", "2017-06-30", "95.5"),
        quotas=quarters("16000"),
    ),
    "let out by cash": year(
        plan(component(instalments=[{"part": "25", "due": "booking"}, {"part": "75", "due": "payment"}])),
        deal("d1", "2017-01-18", "6000", settled=SETTLED),
        deal("d2", "2017-02-03", "4000.01"),
    ),
    "let out by invoices until the customer cancels": year(
        plan(component(instalments=[{"part": "1", "due": "invoice"}]), clawback={"percent": "50"}),
        deal(
            "d1",
            "2017-01-18",
            "6000",
            cancelled="2017-06-01",
            settled=(settled("i1", "2017-02-10", "2000", "invoice"), settled("i2", "2017-07-10", "4000", "invoice")),
        ),
    ),
}
