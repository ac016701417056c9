"""Section 6 of the worked examples: what is taken back of deals that their customers cancel."""

from datetime import date

from attain.acceptance.documents import Json, component, flat, measure, plan
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure

JUNE, AUGUST = date(YEAR, 6, 10), date(YEAR, 8, 5)


def taking_back(name: str, percent: str) -> Json:
    """Return a plan that pays a tenth of a month's bookings, and takes a percent of it back."""
    paid = plan(name, component(flat("10")), measures=(measure(interval="year"),), pays="month")
    return {**paid, "clawback": {"percent": percent}}


W23 = Example(
    id="W23",
    cases=(
        Case(
            plan=taking_back("W23", "50"),
            deals=(Deal(amount="100000", on=JUNE, cancelled_on=AUGUST),),
            figures=(
                Figure(expected="10000.00", period=f"{YEAR}-M06"),
                Figure(expected="-5000.00", period=f"{YEAR}-M08"),
            ),
        ),
    ),
)

W24 = Example(
    id="W24",
    note="A deal in September shows that the attainment stands: its line begins where the cancelled deal left it.",
    cases=(
        Case(
            plan=taking_back("W24", "100"),
            deals=(
                Deal(amount="5000", on=JUNE, cancelled_on=AUGUST),
                Deal(amount="1000", on=date(YEAR, 9, 1)),
            ),
            figures=(
                Figure(expected="500.00", period=f"{YEAR}-M06"),
                Figure(expected="-500.00", period=f"{YEAR}-M08"),
                Figure(expected="6000", period=f"{YEAR}-M09", shows="measured"),
            ),
        ),
    ),
)

CLAWBACKS = (W23, W24)
