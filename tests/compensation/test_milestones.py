"""Milestones and kickers: sums and rates for being somewhere by a day, as the parts of a plan say them."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.earning import earn
from compensation.routers.documents import DocumentBody
from tests.compensation.company import ACCELERATED, Company, person
from tests.compensation.years import booked, quota, year

MARCH, JUNE, JULY, AUGUST = date(2017, 3, 9), date(2017, 6, 30), date(2017, 7, 1), date(2017, 8, 8)
BY_JUNE = {"field": "booked_on", "until": "2017-06-30"}
"""What is counted for a milestone by the end of June."""

SOLD = (("GTX Basic", MARCH), ("GTX Pro", JUNE), ("gtx pro", JUNE), ("GTX Pro", JULY))
MEASURES = [
    {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "year", "quota": "bookings"},
    {"id": "by_june", "counts": "amount", "rules": ["by_june"], "interval": "year", "quota": "bookings"},
    {"id": "pro_deals", "counts": "deals", "rules": ["pro"], "interval": "year"},
]
RULES = [
    {"id": "own"},
    {"id": "by_june", "when": BY_JUNE},
    {"id": "pro", "when": {"all": [{"field": "product", "equals": "GTX Pro"}, BY_JUNE]}},
]


def a_plan(*components: dict[str, Any]) -> dict[str, Any]:
    said = {"pays": "month", "credit_rules": RULES, "measures": MEASURES, "components": list(components)}
    return ACCELERATED | said


def once(name: str, measure: str, edge: str, amount: str, over: str = "measure") -> dict[str, Any]:
    """Return a component that pays a sum once, with the deal that takes a measure to an edge."""
    tiers = [{"up_to": edge, "rate": "0"}, {"up_to": None, "rate": amount}]
    table = {"kind": "step", "over": over, "pays": "amount", "edge": "upper", "tiers": tiers}
    return {"id": name, "measure": measure, "table": table}


def document(*components: dict[str, Any]) -> PlanDocument:
    written = DocumentBody.model_validate(a_plan(*components)).document()
    assert faults_of(written) == []
    return written


def paid(plan: PlanDocument, *deals: tuple[str, date]) -> list[tuple[str, Decimal]]:
    """Return what each month pays, of Ada's deals beside a yearly quota of 1,000."""
    several = [booked(f"d{number}", amount, on) for number, (amount, on) in enumerate(deals)]
    found = earn(year(*several, plan=plan, quotas=(quota("2017", "1000"),)))
    return [(each.period.name, each.earned) for each in found.earned if each.earned] + [
        (f"held of {each.credit.deal_id}", each.amount) for each in found.held
    ]


def test_a_milestone_pays_a_sum_when_a_measure_reaches_an_amount_by_a_day() -> None:
    milestone = document(once("half_a_million", "by_june", "500", "2500"))
    assert paid(milestone, ("300", MARCH), ("200", JUNE), ("900", JULY)) == [("2017-M06", Decimal("2500.00"))]
    assert paid(milestone, ("300", MARCH), ("199.99", JUNE), ("900", JULY)) == []


def test_a_kicker_pays_a_sum_when_quota_is_reached_by_a_day() -> None:
    kicker = document(once("early_year", "by_june", "100", "1000", over="attainment"))
    assert paid(kicker, ("700", MARCH), ("300", JUNE), ("500", AUGUST)) == [("2017-M06", Decimal("1000.00"))]
    assert paid(kicker, ("700", MARCH), ("500", JULY)) == []


def test_a_milestone_pays_a_sum_for_the_first_deal_of_a_kind_by_a_day() -> None:
    milestone = document(once("first_pro", "pro_deals", "1", "750"))
    several = [msgspec.structs.replace(booked(name, "100", on), product=name) for name, on in SOLD]
    found = earn(year(*several, plan=milestone, quotas=(quota("2017", "1000"),)))
    assert [(each.period.name, each.earned) for each in found.earned if each.earned] == [
        ("2017-M06", Decimal("750.00"))
    ]


def test_a_kicker_in_percent_waits_for_quota_by_a_day_and_is_then_paid_for_all_before() -> None:
    """A gate on a measure that counts only what is booked by the day holds what is earned, and lets it go or not."""
    gate = {"measure": "by_june", "at_least": "100", "onset": "interval", "release": "crossing"}
    table = {"kind": "step", "over": "measure", "pays": "percent", "tiers": [{"up_to": None, "rate": "2"}]}
    kicker = document({"id": "kicker", "measure": "by_june", "table": table, "gates": [gate]})
    reached = paid(kicker, ("700", MARCH), ("300", JUNE), ("500", AUGUST))
    assert reached == [("2017-M03", Decimal("14.00")), ("2017-M06", Decimal("6.00")), ("held of d0", Decimal("14.00"))]
    [held] = earn(
        year(booked("a", "700", MARCH), booked("b", "500", JULY), plan=kicker, quotas=(quota("2017", "1000"),))
    ).held
    assert not hasattr(held.fate, "period")


def test_a_kicker_accelerates_what_comes_after_quota_was_reached_by_a_day() -> None:
    gate = {"measure": "by_june", "at_least": "100", "onset": "crossing"}
    table = {"kind": "step", "over": "measure", "pays": "percent", "tiers": [{"up_to": None, "rate": "3"}]}
    kicker = document({"id": "kicker", "measure": "bookings", "table": table, "gates": [gate]})
    assert paid(kicker, ("700", MARCH), ("300", JUNE), ("500", AUGUST)) == [
        ("2017-M06", Decimal("9.00")),
        ("2017-M08", Decimal("15.00")),
    ]
    assert paid(kicker, ("700", MARCH), ("300", JULY), ("500", AUGUST)) == []


async def test_a_statement_says_with_which_deal_a_milestone_was_reached(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    plan = a_plan(once("early_year", "by_june", "100", "1000", over="attainment"))
    await firm.publish_plan(
        "milestones", **{name: plan[name] for name in ("pays", "credit_rules", "measures", "components")}
    )
    await firm.assign("ada", "milestones")
    await firm.quota("ada", "2017", "1000")
    await firm.win("crm.1", "700", person("ada"), booked_on=MARCH)
    await firm.win("crm.2", "300", person("ada"), booked_on=JUNE)
    statement = await firm.statement("ada", "2017-M06")
    assert [each["amount"] for each in statement["payable"]] == ["1000.00"]
    [line] = statement["sections"][0]["lines"]
    assert "takes 2017 from 70.00% to 100.00% of quota" in line["sentence"]
    words = (await firm.get("/v1/plans/milestones")).json()["in_words"]
    by_june = "by june (own deals whose booked on is until 2017-06-30)"
    assert words.startswith(f"USD 0 for {by_june} up to 100% of the year's quota, USD 1000 above")
