"""Section 8 of the worked examples: caps, weights on target pay, and bonuses for a while."""

from datetime import date, timedelta

from attain.acceptance.documents import Json, about, component, flat, measure, plan, quota_measure
from attain.acceptance.example import YEAR, Case, Deal, Example, Figure, Invoice

W33 = Example(
    id="W33",
    cases=(
        Case(
            plan=plan(
                "W33",
                component(flat("3"), caps=[{"amount": "10000", "over": "month"}]),
                measures=(measure(interval="month"),),
                pays="month",
            ),
            deals=(Deal(amount="400000"),),
            figures=(Figure(expected="10000.00", period=f"{YEAR}-M02"),),
        ),
    ),
)


def two_groups() -> Json:
    """Return a plan of two groups, each of which pays its part of the target by its own deals."""
    return plan(
        "W36",
        component(flat("100", "target"), "first_group", measure="first", weight="80"),
        component(flat("100", "target"), "second_group", measure="second", weight="20"),
        rules=(
            {"id": "first_deals", "when": about("product", "First")},
            {"id": "second_deals", "when": about("product", "Second")},
        ),
        measures=(
            quota_measure("first", rules=["first_deals"]),
            quota_measure("second", rules=["second_deals"]),
        ),
    )


FIRST_DEAL, SECOND_DEAL = Deal(amount="600000", product="First"), Deal(amount="600000", product="Second")

W36 = Example(
    id="W36",
    note="Each group is measured beside a quota of 600,000. Without a deal of the second one the first pays the same.",
    cases=(
        Case(
            plan=two_groups(),
            target_pay="130000",
            quotas={str(YEAR): "600000"},
            deals=(FIRST_DEAL, SECOND_DEAL),
            figures=(
                Figure(expected="104000.00", component="first_group"),
                Figure(expected="26000.00", component="second_group"),
            ),
        ),
        Case(
            plan=two_groups(),
            target_pay="130000",
            quotas={str(YEAR): "600000"},
            deals=(FIRST_DEAL,),
            figures=(Figure(expected="104000.00"),),
        ),
    ),
)

W37 = Example(
    id="W37",
    note="Eligible is what a condition on the product says; a fifth deal is not.",
    cases=(
        Case(
            plan=plan(
                "W37",
                component(flat("250", "each"), "spif", when=about("product", "Eligible")),
                measures=(measure(counts="deals"),),
            ),
            deals=(*(Deal(amount="9000", product="Eligible"),) * 4, Deal(amount="9000", product="Other")),
            figures=(Figure(expected="1000.00"),),
        ),
    ),
)

MARCH = {"since": f"{YEAR}-03-01", "until": f"{YEAR}-03-31"}

W38 = Example(
    id="W38",
    note="The campaign's revenue is what is booked in a month; what is booked the day before and the day after is not.",
    cases=(
        Case(
            plan=plan("W38", component(flat("2"), "spif", **MARCH)),
            deals=(
                Deal(amount="7000", on=date(YEAR, 2, 28)),
                Deal(amount="30000", on=date(YEAR, 3, 1)),
                Deal(amount="20000", on=date(YEAR, 3, 31)),
                Deal(amount="8000", on=date(YEAR, 4, 1)),
            ),
            figures=(Figure(expected="1000.00"),),
        ),
    ),
)

SIXTY_DAYS = {"since": f"{YEAR}-03-01", "until": f"{YEAR}-04-29"}
OFFSETS = (*range(0, 55, 5), 59, 60)

W39 = Example(
    id="W39",
    note="The margin is the source's measure of what the deals bring, and changes nothing of what they cost. "
    "A thirteenth deal comes on the 61st day.",
    cases=(
        Case(
            plan=plan(
                "W39", component(flat("2500", "each"), "spiff", **SIXTY_DAYS), measures=(measure(counts="deals"),)
            ),
            deals=tuple(Deal(amount="35000", on=date(YEAR, 3, 1) + timedelta(days=days)) for days in OFFSETS),
            figures=(Figure(expected="30000.00"),),
        ),
    ),
)

BILLED = {"id": "billed", "trigger": "invoice"}


def by_invoice(rates: Json) -> Json:
    """Return a plan that pays each invoice by some rates, at most 500."""
    return plan("D07", rates, rules=(BILLED,), measures=(measure(rules=["billed"]),))


def billed(amount: str, on: date, expected: str) -> Case:
    """Return an invoice under a plan that changes with the year 2021, and what it pays."""
    caps, over_hundred = [{"amount": "500", "over": "document"}], {"field": "invoice_amount", "above": "100"}
    return Case(
        plan=by_invoice(component(flat("20"), caps=caps)),
        next_plan=(date(2021, 1, 1), by_invoice(component(flat("10"), caps=caps, when=over_hundred))),
        deals=(Deal(amount="3000", on=date(2020, 2, 3)),),
        invoices=(Invoice(amount=amount, on=on),),
        figures=(Figure(expected=expected, period=str(on.year)),),
    )


D07 = Example(
    id="D07",
    note="The deals are booked in 2020. What an invoice pays follows from its own day.",
    cases=(
        billed("3000", date(2020, 3, 2), "500.00"),
        billed("3000", date(2021, 3, 2), "300.00"),
        billed("90", date(2021, 3, 2), "0.00"),
    ),
)

LIMITS = (W33, W36, W37, W38, W39, D07)
