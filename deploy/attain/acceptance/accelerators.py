"""Sections 3 and 4 of the worked examples: accelerators, individual rates, and one measure for several rules."""

from datetime import date

from attain.acceptance.documents import about, component, flat, measure, plan, quota_measure, table
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure

W11 = Example(
    id="W11",
    cases=(
        Case(
            plan=plan(
                "W11",
                component(
                    table("step", ("100", "100"), ("130", "150"), (None, "200"), over="attainment", pays="target")
                ),
                measures=(quota_measure(),),
            ),
            target_pay="100000",
            quotas={str(YEAR): "500000"},
            deals=(Deal(amount="650000"),),
            figures=(Figure(expected="100000.00 + 45000.00", shows="parts"), Figure(expected="145000.00")),
        ),
        Case(
            plan=plan("W11 without accelerator", component(flat("100", "target")), measures=(quota_measure(),)),
            target_pay="100000",
            quotas={str(YEAR): "500000"},
            deals=(Deal(amount="650000"),),
            figures=(Figure(expected="130000.00"),),
        ),
    ),
)

W14 = Example(
    id="W14",
    note="A quarter's target pay of 25,000 is a year's of 100,000 in equal parts.",
    cases=(
        Case(
            plan=plan(
                "W14", component(flat("100", "target")), measures=(quota_measure(interval="quarter"),), pays="quarter"
            ),
            target_pay="100000",
            quotas={f"{YEAR}-Q1": "250000"},
            deals=(Deal(amount="10000"),),
            figures=(
                Figure(expected="1000.00", period=f"{YEAR}-Q1"),
                Figure(expected="10%", shows="blended", period=f"{YEAR}-Q1"),
            ),
        ),
    ),
)

W15 = Example(
    id="W15",
    note="The source says what is measured, not what is paid: each type has a rate of its own here.",
    cases=(
        Case(
            plan=plan(
                "W15",
                component(flat("10"), "first_type", when=about("product", "Type 1")),
                component(flat("20"), "second_type", when=about("product", "Type 2")),
                rules=(
                    {"id": "first", "when": about("product", "Type 1")},
                    {"id": "second", "when": about("product", "Type 2")},
                ),
                measures=(measure(rules=["first", "second"]),),
                pays="month",
            ),
            deals=tuple(
                Deal(amount=amount, on=date(YEAR, month, 15), product=f"Type {kind}")
                for month, amount, kind in (
                    (1, "100", 1),
                    (1, "50", 1),
                    (1, "75", 2),
                    (1, "25", 1),
                    (2, "100", 1),
                    (2, "50", 1),
                    (2, "75", 2),
                )
            ),
            figures=(Figure(expected="100, 150, 225, 250, 350, 400, 475", shows="measured"),),
        ),
    ),
)

ACCELERATORS = (W11, W14)
ACCUMULATION = (W15,)
