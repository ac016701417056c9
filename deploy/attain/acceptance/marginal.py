"""Section 1 of the worked examples: marginal tiers, where each slice has its own rate."""

from datetime import date

from attain.acceptance.documents import component, plan, table
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure

W01 = Example(
    id="W01",
    cases=(
        Case(
            plan=plan("W01", component(table("step", ("150000", "4"), ("250000", "6"), (None, "8")))),
            deals=(Deal(amount="145000", on=date(YEAR, 1, 10)), Deal(amount="20000", on=date(YEAR, 2, 10))),
            figures=(
                Figure(expected="1100.00", shows="lines", deal=2),
                Figure(expected="5000 at 4% + 15000 at 6%", shows="slices", deal=2),
                Figure(expected="5.5%", shows="blended", deal=2),
            ),
        ),
    ),
)

W03 = Example(
    id="W03",
    note="The last tier of a step table is open: beyond the 10,000 where the source's table ends nothing is added.",
    cases=(
        Case(
            plan=plan("W03", component(table("step", ("1000", "1"), ("5000", "2"), ("10000", "3"), (None, "0")))),
            deals=(Deal(amount="2500"),),
            figures=(
                Figure(expected="40.00"),
                Figure(expected="1000 at 1% + 1500 at 2%", shows="slices"),
                Figure(expected="1.6%", shows="blended"),
            ),
        ),
    ),
)

W06 = Example(
    id="W06",
    note="The two rows that the source's picture hides are taken as 2,000 and 4,500, which agree with its total. "
    "Beyond 20,000, where its table ends, nothing is added.",
    cases=(
        Case(
            plan=plan(
                "W06",
                component(
                    table(
                        "step", ("1000", "1"), ("3000", "2"), ("8000", "3"), ("20000", "5"), (None, "0"), to_date=False
                    )
                ),
                pays="quarter",
            ),
            deals=tuple(Deal(amount=amount) for amount in ("200", "300", "1500", "1200", "2000", "4500")),
            figures=(
                Figure(expected="2.00, 3.00, 20.00, 14.00, 30.00, 95.00", shows="lines", period=f"{YEAR}-Q1"),
                Figure(expected="164.00", period=f"{YEAR}-Q1"),
            ),
        ),
    ),
)

W08 = Example(
    id="W08",
    cases=(
        Case(
            plan=plan("W08", component(table("step", ("10000", "5"), ("25000", "7"), (None, "10")))),
            deals=(Deal(amount="30000"),),
            figures=(Figure(expected="2050.00"),),
        ),
    ),
)

W10A = Example(
    id="W10a",
    cases=(
        Case(
            plan=plan("W10a", component(table("step", ("100000", "50"), (None, "60")))),
            deals=(Deal(amount="180000"),),
            figures=(Figure(expected="98000.00"),),
        ),
    ),
)

MARGINAL = (W01, W03, W06, W08, W10A)
