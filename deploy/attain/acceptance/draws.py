"""Section 5 of the worked examples: draws and guarantees. A rate of 100% makes what is booked what is earned."""

from datetime import date

from attain.acceptance.documents import Json, component, flat, plan
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure


def drawing(name: str, amount: str, *, recoverable: bool) -> Json:
    """Return a plan that pays a month's earnings, and a draw at least."""
    draw = {"amount": amount, "recoverable": recoverable, "since": f"{YEAR}-01-01"}
    return {**plan(name, component(flat("100")), pays="month"), "draw": draw}


def months(*earned: str) -> tuple[Deal, ...]:
    """Return a deal in each month, from January on."""
    return tuple(Deal(amount=amount, on=date(YEAR, month, 9)) for month, amount in enumerate(earned, 1))


W17 = Example(
    id="W17",
    cases=(
        Case(
            plan=drawing("W17", "2000", recoverable=True),
            deals=months("2750", "3000", "1500", "2375", "3000", "2750"),
            figures=(
                Figure(expected="2750.00, 3000.00, 2000.00, 2000.00, 2875.00, 2750.00", shows="paid", months=6),
                Figure(expected="0.00, 0.00, 500.00, 125.00, 0.00, 0.00", shows="debt", months=6),
            ),
        ),
    ),
)

W18 = Example(
    id="W18",
    cases=(
        Case(
            plan=drawing("W18", "2000", recoverable=True),
            deals=months("800"),
            figures=(
                Figure(expected="1200.00", shows="advance", months=1),
                Figure(expected="2000.00", shows="paid", months=1),
            ),
        ),
    ),
)

W22 = Example(
    id="W22",
    cases=tuple(
        Case(
            plan=drawing(f"W22 {letter}", "5000", recoverable=recoverable),
            deals=months("3200"),
            figures=(
                Figure(expected="1800.00", shows="advance", months=1),
                Figure(expected="5000.00", shows="paid", months=1),
                Figure(expected=debt, shows="debt", months=1),
            ),
        )
        for letter, recoverable, debt in (("a", False, "0.00"), ("b", True, "1800.00"))
    ),
)

DRAWS = (W17, W18, W22)
