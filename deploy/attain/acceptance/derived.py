"""Section 11 of the worked examples: results that were worked out from published plans."""

from attain.acceptance.documents import component, plan, quota_measure, table
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure

D01 = Example(
    id="D01",
    cases=(
        Case(
            plan=plan("D01", component(table("step", ("50000", "5"), ("100000", "6"), (None, "7")))),
            deals=(Deal(amount="102000"),),
            figures=(Figure(expected="5640.00"),),
        ),
    ),
)

D03 = Example(
    id="D03",
    cases=(
        Case(
            plan=plan(
                "D03",
                component(
                    table(
                        "proportional",
                        ("25", "1000"),
                        ("50", "2000"),
                        ("100", "5000"),
                        over="attainment",
                        pays="amount",
                    )
                ),
                measures=(quota_measure(),),
            ),
            quotas={str(YEAR): "250000"},
            deals=(Deal(amount="30000"),),
            figures=(Figure(expected="480.00"),),
        ),
    ),
)

D08 = Example(
    id="D08",
    cases=(
        Case(
            plan=plan(
                "D08",
                component(table("step", ("100", "10"), (None, "20"), over="attainment")),
                measures=(quota_measure(interval="month"),),
                pays="month",
            ),
            quotas={f"{YEAR}-M02": "33000"},
            deals=(Deal(amount="37500"),),
            figures=(Figure(expected="4200.00", period=f"{YEAR}-M02"),),
        ),
    ),
)

D05 = Example(
    id="D05",
    cases=(
        Case(
            plan=plan(
                "D05",
                component(
                    table("step", ("3000000", "2"), (None, "3")),
                    modifiers=[
                        {"when": {"field": "margin_percent", "at_least": "20", "at_most": "30"}, "percent": "115"}
                    ],
                ),
            ),
            deals=(Deal(amount="4000000", margin="1000000"),),
            figures=(Figure(expected="103500.00"),),
        ),
    ),
)

DERIVED = (D01, D03, D05, D08)
