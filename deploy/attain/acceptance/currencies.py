"""Section 8 of the worked examples: a deal, pay and its cost in several currencies."""

from datetime import date

from attain.acceptance.documents import Json, component, flat, plan
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure, Rate

BOOKED, PAID = date(YEAR, 2, 3), date(YEAR, 3, 30)
POUND = (Rate(base="GBP", quote="USD", rate="1.22", effective_on=BOOKED),)
LATER = Rate(base="GBP", quote="USD", rate="1.25", effective_on=PAID)


def exchanging(name: str, kind: str) -> Json:
    """Return a plan in dollars that pays 10% by month, thirty days after its end, by the rates of the booking day."""
    rate = {"kind": kind, "on": "booking"}
    exchange = {"deal": rate, "attainment": rate, "payment": {"kind": kind, "on": "booking", "pay_days": 30}}
    return {**plan(name, component(flat("10")), pays="month"), "exchange": exchange}


def sold() -> tuple[Deal, ...]:
    """Return what is sold: 1,000 pounds."""
    return (Deal(amount="1000", currency="GBP", on=BOOKED),)


FEBRUARY = f"{YEAR}-M02"

W45 = Example(
    id="W45",
    cases=(
        Case(
            plan=exchanging("W45 dollars", "w45_local"),
            rates=(*POUND, LATER),
            deals=sold(),
            figures=(
                Figure(expected="122.00"),
                Figure(expected="122.00", shows="paid", period=FEBRUARY, months=1),
            ),
        ),
        Case(
            plan=exchanging("W45 pounds", "w45_abroad"),
            rates=(*POUND, LATER),
            deals=sold(),
            pay_currency="GBP",
            figures=(
                Figure(expected="100.00", shows="paid", period=FEBRUARY, months=1),
                Figure(expected="122.00 USD", shows="posted", period=FEBRUARY, months=1),
                Figure(expected="125.00 USD", shows="cost", period=FEBRUARY, months=1),
                Figure(expected="3.00 USD", shows="difference", period=FEBRUARY, months=1),
            ),
        ),
    ),
    note="A won deal stands for the invoice. The source leaves the pay date's rate open: 1 GBP is 1.25 USD then.",
)

CURRENCIES = (W45,)
