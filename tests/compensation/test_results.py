"""Posted results and the scores of objectives, over HTTP: what they pay, what waits, and what a correction changes."""

from datetime import date
from decimal import Decimal
from typing import Any

from events.contracts.goals import ObjectiveScoredV1
from events.contracts.performance import ResultRecordedV1
from fiscal.calendar import parse_period
from tests.compensation.company import ACCELERATED, CALENDAR, Company
from tests.compensation.test_matrix import MATRIX

TARGET = {"amount": "40000", "currency": "USD"}


def rule(name: str) -> dict[str, Any]:
    return {"id": name, "trigger": "result", "when": {"field": "result_name", "equals": name}}


def measure(name: str, quota: str | None = None, counts: str = "results", interval: str = "quarter") -> dict[str, Any]:
    return {"id": name, "counts": counts, "rules": [name], "interval": interval, "quota": quota}


BONUS: dict[str, Any] = {
    "id": "bonus",
    "measure": "income",
    "table": {"kind": "whole", "over": "attainment", "pays": "target", "tiers": [{"up_to": None, "rate": "100"}]},
}
PLAN: dict[str, Any] = ACCELERATED | {
    "credit_rules": [rule("income")],
    "measures": [measure("income", "company.income")],
    "components": [BONUS],
}
TWO: dict[str, Any] = PLAN | {
    "credit_rules": [rule("income"), rule("renewals")],
    "measures": [measure("income", "company.income"), measure("renewals")],
    "components": [
        {
            "id": "bonus",
            "measure": "income",
            "table": {"kind": "matrix", "over": "attainment", "pays": "target", "matrix": MATRIX},
        }
    ],
}
LINES = {
    "kind": "curve",
    "over": "measure",
    "pays": "target",
    "tiers": [{"up_to": "0", "rate": "0"}, {"up_to": "100", "rate": "100"}],
}
OBJECTIVES: dict[str, Any] = PLAN | {
    "credit_rules": [{"id": "mbo", "trigger": "objective"}],
    "measures": [measure("mbo", counts="objectives")],
    "components": [{"id": "mbo", "measure": "mbo", "table": LINES}],
}


async def post(firm: Company, name: str, value: str, subject_id: str = "company", period: str = "2017-Q1") -> None:
    """Let performance tell of a result, beside a target of 1,000."""
    kind, around = "company" if subject_id == "company" else "person", parse_period(CALENDAR, period)
    result_id = f"{name}~{kind}~{subject_id}~{period}"
    contract = ResultRecordedV1(
        result_id=result_id,
        name=name,
        subject_kind=kind,
        subject_id=subject_id,
        period=period,
        starts_on=around.starts_on,
        ends_on=around.ends_on,
        value=Decimal(value),
        target=Decimal(1000),
        currency="USD",
    )
    await firm.tell("performance", f"result-{result_id}", contract)


async def score(firm: Company, objective_id: str, percent: str, weight: str | None, person_id: str = "ada") -> None:
    around = parse_period(CALENDAR, "2017-Q1")
    contract = ObjectiveScoredV1(
        objective_id=objective_id,
        subject_kind="person",
        subject_id=person_id,
        name="Three references",
        period="2017-Q1",
        starts_on=around.starts_on,
        ends_on=around.ends_on,
        percent=Decimal(percent),
        weight=None if weight is None else Decimal(weight),
    )
    await firm.tell("goals", f"objective-{objective_id}", contract)


async def paid_by(firm: Company, plan: dict[str, Any]) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(**plan)
    await firm.assign("ada", target_pay=TARGET)


def usd(amount: str) -> list[dict[str, str]]:
    return [{"amount": amount, "currency": "USD"}]


async def test_a_result_pays_without_any_deal_and_a_correction_refolds(firm: Company) -> None:
    await paid_by(firm, PLAN)
    await post(firm, "income", "800")
    statement = await firm.statement()
    assert statement["earned"] == usd("8000.00")
    [line] = statement["sections"][0]["lines"]
    said = {name: each for name, each in line["credit"]["document"].items() if each is not None}
    assert said == {
        "kind": "result",
        "document_id": "income~company~company~2017-Q1",
        "name": "income",
        "subject": "company",
        "value": "800",
    }
    assert line["sentence"].startswith("Result income of the company, of a period that ended on 2017-03-31, counts 800")
    await post(firm, "income", "900")
    assert (await firm.statement())["earned"] == usd("9000.00")


async def test_a_result_that_was_there_before_the_assignment_pays_too(firm: Company) -> None:
    await post(firm, "income", "1000")
    await firm.derive()
    await paid_by(firm, PLAN)
    assert (await firm.statement())["earned"] == usd("10000.00")


async def test_half_of_a_matrix_waits_for_the_other_result(firm: Company) -> None:
    await paid_by(firm, TWO)
    await post(firm, "income", "900")
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["person_id"], waiting["period"]) == ("no_result", "ada", "2017-Q1")
    assert (await firm.statement())["earned"] == []
    await post(firm, "renewals", "10000")
    assert await firm.exceptions() == []
    assert (await firm.statement())["earned"] == usd("3500.00")


async def test_somebody_elses_result_pays_nobody_else(firm: Company) -> None:
    await paid_by(firm, PLAN)
    await post(firm, "income", "800", "bob")
    assert (await firm.statement())["earned"] == []


async def test_objectives_pay_by_their_weights(firm: Company) -> None:
    await paid_by(firm, OBJECTIVES)
    await score(firm, "o-1", "100", "60")
    await score(firm, "o-2", "50", "40")
    await score(firm, "o-3", "100", "40", "bob")
    statement = await firm.statement()
    assert statement["earned"] == usd("8000.00")
    assert "was reached to 50% at a weight of 40%" in statement["sections"][0]["lines"][1]["sentence"]
    await score(firm, "o-2", "75", "40")
    assert (await firm.statement())["earned"] == usd("9000.00")


async def test_an_objective_without_a_weight_waits(firm: Company) -> None:
    await paid_by(firm, OBJECTIVES)
    await score(firm, "o-1", "100", None)
    assert [each["kind"] for each in await firm.exceptions()] == ["no_number"]


async def test_a_measure_counts_what_its_rules_are_about(firm: Company) -> None:
    wrong = PLAN | {"plan_id": "wrong", "measures": [measure("income", "company.income", counts="amount")]}
    answer = await firm.post("/v1/plans", wrong)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/measures/0/rules/0"]
    rules = [{"id": "income", "trigger": "result", "source": "roll_up"}]
    answer = await firm.post("/v1/plans", PLAN | {"plan_id": "wrong", "credit_rules": rules})
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/credit_rules/0/source"]


async def test_a_deal_waits_for_the_result_that_its_gate_looks_at(firm: Company) -> None:
    commission = {
        "id": "commission",
        "measure": "bookings",
        "table": {"kind": "step", "over": "measure", "pays": "percent", "tiers": [{"up_to": None, "rate": "10"}]},
        "gates": [{"measure": "income", "at_least": "90", "onset": "interval"}],
    }
    gated = PLAN | {
        "credit_rules": [rule("income"), {"id": "own"}],
        "measures": [measure("income", "company.income"), {**measure("bookings", counts="amount"), "rules": ["own"]}],
        "components": [commission],
    }
    await paid_by(firm, gated)
    await firm.win("d1", "1000", booked_on=date(2017, 1, 10))
    assert [each["kind"] for each in await firm.exceptions()] == ["no_result"]
    await post(firm, "income", "950")
    assert (await firm.statement())["earned"] == usd("100.00")
