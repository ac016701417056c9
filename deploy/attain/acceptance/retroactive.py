"""Section 2 of the worked examples: the reached rate on everything, and rates between points."""

from datetime import date

from attain.acceptance.documents import component, plan, quota_measure, table
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure

W10B = Example(
    id="W10b",
    cases=(
        Case(
            plan=plan("W10b", component(table("whole", ("100000", "50"), (None, "60")))),
            deals=(Deal(amount="180000"),),
            figures=(Figure(expected="108000.00"),),
        ),
    ),
)

W04 = Example(
    id="W04",
    cases=(
        Case(
            plan=plan("W04", component(table("proportional", ("1000", "1"), ("5000", "2"), ("10000", "3")))),
            deals=(Deal(amount="2000"),),
            figures=(Figure(expected="30.00"), Figure(expected="1.5%", shows="blended")),
        ),
    ),
)

W54 = Example(
    id="W54",
    note="Quarters with a target pay of 100,000 each. Between the points the source gives no rule: straight lines.",
    cases=(
        Case(
            plan=plan(
                "W54",
                component(
                    table("curve", ("75", "50"), ("100", "100"), ("150", "300"), over="attainment", pays="target")
                ),
                measures=(quota_measure(interval="quarter"),),
                pays="quarter",
            ),
            target_pay="400000",
            quotas={f"{YEAR}-Q{quarter}": "200000" for quarter in range(1, 5)},
            deals=(
                Deal(amount="148000", on=date(YEAR, 2, 3)),
                Deal(amount="150000", on=date(YEAR, 5, 5)),
                Deal(amount="200000", on=date(YEAR, 8, 4)),
                Deal(amount="300000", on=date(YEAR, 11, 3)),
            ),
            figures=(
                Figure(expected="0.00", period=f"{YEAR}-Q1"),
                Figure(expected="50000.00", period=f"{YEAR}-Q2"),
                Figure(expected="100000.00", period=f"{YEAR}-Q3"),
                Figure(expected="300000.00", period=f"{YEAR}-Q4"),
            ),
        ),
    ),
)

RETROACTIVE = (W10B, W04, W54)
