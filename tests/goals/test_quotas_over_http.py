"""Quotas over HTTP: set in the calendar's periods, adjusted, seen by whom they concern, with attainment beside."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.compensation import AttainmentMeasuredV1
from tests.goals.company import usd
from tests.goals.firm import CALENDAR, LINE, Firm
from tests.goals.office import kind_of, pointers


def measured(credit: str, percent: str, position: int, subject_kind: str = "person") -> AttainmentMeasuredV1:
    return AttainmentMeasuredV1(
        subject_kind=subject_kind,
        subject_id="anna",
        measure="bookings",
        period="2025-Q1",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 3, 31),
        credit=usd(credit),
        quota=usd("100.00"),
        percent=Decimal(percent),
        position=position,
    )


async def quotas(firm: Firm, *roles: Any, person: str = "ada", **params: Any) -> list[str]:
    answer = await firm.office.get("/v1/quotas", *roles, person=person, **params)
    assert answer.status_code == 200, answer.text
    return [each["quota_id"].replace("~bookings~2025", "") for each in answer.json()["items"]]


async def everyone_expects(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.counts()
    for person_id in ("cleo", "bob", "anna", "dora"):
        assert (await firm.expects(person_id)).status_code == 201


async def test_a_quota_is_set_and_adjusted(firm: Firm) -> None:
    await firm.has(*LINE)
    await firm.counts()
    answer = await firm.expects("anna", "130000.5")
    assert answer.json() == {"id": "anna~bookings~2025-Q1", "version": 1}
    assert (await firm.expects("anna", "130000.50")).json()["version"] == 1
    assert kind_of(await firm.expects("anna", "5.00")) == (409, "quota-is-set-already")
    body = {"amount": {"amount": "90000.00", "currency": "USD"}, "reason": "parental leave"}
    adjusted = await firm.office.post("/v1/quotas/anna~bookings~2025-Q1/adjust", body, "planner")
    assert adjusted.json() == {"id": "anna~bookings~2025-Q1", "version": 2}
    assert (await firm.office.get("/v1/quotas", "planner")).json() == {
        "items": [
            {
                "quota_id": "anna~bookings~2025-Q1",
                "person_id": "anna",
                "team_id": None,
                "territory_id": None,
                "measure": "bookings",
                "period": "2025-Q1",
                "starts_on": "2025-01-01",
                "ends_on": "2025-03-31",
                "amount": {"amount": "90000.00", "currency": "USD"},
                "number": None,
                "reason": "parental leave",
                "version": 2,
                "attainment": None,
            }
        ],
        "next": None,
    }


async def test_periods_have_the_days_of_the_calendar(firm: Firm) -> None:
    await firm.has(*LINE)
    assert kind_of(await firm.expects("anna")) == (409, "calendar-is-not-set")
    await firm.office.post("/v1/calendar", CALENDAR | {"first_month": 2}, "planner")
    await firm.expects("anna", period="2025")
    await firm.expects("anna", period="2025-M12")
    found = (await firm.office.get("/v1/quotas", "planner")).json()["items"]
    assert [(each["period"], each["starts_on"], each["ends_on"]) for each in found] == [
        ("2025", "2024-02-01", "2025-01-31"),
        ("2025-M12", "2025-01-01", "2025-01-31"),
    ]
    unknown = await firm.expects("anna", period="2025-Q5")
    assert (kind_of(unknown), unknown.json()["period"]) == ((422, "period-is-unknown"), "2025-Q5")
    assert pointers(unknown) == ["/period"]
    asked = await firm.office.get("/v1/quotas", "planner", period="May")
    assert (kind_of(asked), asked.json()["errors"][0]["parameter"]) == ((422, "period-is-unknown"), "period")


@pytest.mark.parametrize(
    ("amount", "pointer"),
    [
        ({"amount": "0.00", "currency": "USD"}, "/amount/amount"),
        ({"amount": "-5.00", "currency": "USD"}, "/amount/amount"),
        ({"amount": 5, "currency": "USD"}, "/amount/amount"),
        ({"amount": "5.555", "currency": "USD"}, "/amount"),
        ({"amount": "9999999999999", "currency": "USD"}, "/amount"),
        ({"amount": "5.00", "currency": "ZZZ"}, "/amount/currency"),
    ],
)
async def test_an_amount_that_cannot_be_is_named(firm: Firm, amount: dict[str, Any], pointer: str) -> None:
    body = {"person_id": "anna", "measure": "bookings", "period": "2025-Q1", "amount": amount}
    assert pointers(await firm.office.post("/v1/quotas", body, "planner")) == [pointer]


async def test_a_quota_for_nobody_or_of_nothing_known_is_refused(firm: Firm) -> None:
    await firm.counts()
    nobody = await firm.expects("zoe")
    assert (kind_of(nobody), nobody.json()["person_id"]) == ((422, "quota-is-for-nobody"), "zoe")
    assert pointers(nobody) == ["/person_id"]
    wrong = {"person_id": "anna", "measure": "Calls", "period": 2025, "amount": "5", "reason": "x"}
    answer = await firm.office.post("/v1/quotas", wrong, "planner")
    assert sorted(pointers(answer)) == ["/amount", "/measure", "/period", "/reason"]
    body = {"amount": {"amount": "5.00", "currency": "USD"}, "reason": "x"}
    missing = await firm.office.post("/v1/quotas/zoe~bookings~2025/adjust", body, "planner")
    assert kind_of(missing) == (404, "quota-is-unknown")


async def test_a_quota_stays_in_its_currency(firm: Firm) -> None:
    await everyone_expects(firm)
    body = {"amount": {"amount": "5.00", "currency": "EUR"}, "reason": "moved"}
    answer = await firm.office.post("/v1/quotas/anna~bookings~2025-Q1/adjust", body, "planner")
    assert (kind_of(answer), answer.json()["currency"]) == ((409, "quota-has-one-currency"), "USD")


async def test_a_rep_sees_their_own_quotas_and_a_manager_their_line_s_of_today(firm: Firm) -> None:
    await everyone_expects(firm)
    assert await quotas(firm, "rep", person="anna") == ["anna-Q1"]
    assert await quotas(firm, "rep", person="anna", person_id="anna") == ["anna-Q1"]
    assert await quotas(firm, "manager", person="bob") == ["anna-Q1", "bob-Q1"]
    assert await quotas(firm, "manager", person="cleo") == ["anna-Q1", "bob-Q1", "cleo-Q1", "dora-Q1"]
    assert await quotas(firm, "manager", person="cleo", person_id="anna") == ["anna-Q1"]
    peer = await firm.office.get("/v1/quotas", "rep", person="bob", person_id="anna")
    stranger = await firm.office.get("/v1/quotas", "manager", person="dora", person_id="anna")
    assert kind_of(peer) == kind_of(stranger) == (403, "not-allowed")
    await firm.does("anna/move", {"effective_on": "2025-07-15", "manager_id": "dora"})
    assert await quotas(firm, "manager", person="bob") == ["bob-Q1"]
    assert await quotas(firm, "manager", person="dora") == ["anna-Q1", "dora-Q1"]


async def test_a_manager_s_day_is_the_company_s_day(firm: Firm) -> None:
    await everyone_expects(firm)
    await firm.does("anna/move", {"effective_on": "2025-07-16", "manager_id": "dora"})
    firm.office.clock.now = firm.office.clock.now.replace(day=16, hour=6)  # still the 15th in Los Angeles
    assert await quotas(firm, "manager", person="bob") == ["anna-Q1", "bob-Q1"]
    firm.office.clock.now = firm.office.clock.now.replace(hour=7)
    assert await quotas(firm, "manager", person="bob") == ["bob-Q1"]


@pytest.mark.parametrize("role", ["planner", "hr", "comp_admin", "comp_approver", "finance", "auditor"])
async def test_who_plans_or_checks_sees_every_quota(firm: Firm, role: Any) -> None:
    await everyone_expects(firm)
    assert await quotas(firm, role) == ["anna-Q1", "bob-Q1", "cleo-Q1", "dora-Q1"]


@pytest.mark.parametrize("role", ["rep", "manager", "hr", "comp_admin", "auditor"])
async def test_only_planners_set_quotas(firm: Firm, role: Any) -> None:
    await everyone_expects(firm)
    amount = {"amount": "5.00", "currency": "USD"}
    body = {"person_id": "anna", "measure": "bookings", "period": "2025-Q2", "amount": amount}
    assert kind_of(await firm.office.post("/v1/quotas", body, role, person="anna")) == (403, "not-allowed")
    adjust = {"amount": amount, "reason": "mine"}
    answer = await firm.office.post("/v1/quotas/anna~bookings~2025-Q1/adjust", adjust, role, person="anna")
    assert kind_of(answer) == (403, "not-allowed")


async def test_quotas_come_page_by_page_and_narrowed(firm: Firm) -> None:
    await everyone_expects(firm)
    await firm.expects("anna", period="2025-Q2")
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await firm.office.get("/v1/quotas", "planner", limit=2, **cursor)).json()
        found += [each["quota_id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert found == [f"{each}~bookings~2025-{q}" for each, q in zip(
        ("anna", "anna", "bob", "cleo", "dora"), ("Q1", "Q2", "Q1", "Q1", "Q1"), strict=True
    )]  # fmt: skip
    assert await quotas(firm, "planner", period="2025-Q2", measure="bookings") == ["anna-Q2"]
    assert kind_of(await firm.office.get("/v1/quotas", "planner", cursor="x")) == (422, "cursor-is-invalid")


async def test_attainment_stands_beside_a_quota_as_it_was_measured_last(firm: Firm) -> None:
    await everyone_expects(firm)
    tell = firm.office.tell
    await tell("compensation", "attainment-anna", measured("80.00", "80", 40), sequence=9)
    await tell("compensation", "attainment-anna", measured("50.00", "50", 20), sequence=4)
    await tell("compensation", "attainment-team-anna", measured("900.00", "900", 50, subject_kind="team"))
    found = (await firm.office.get("/v1/quotas", "rep", person="anna")).json()["items"]
    assert [each["attainment"] for each in found] == [
        {"credit": {"amount": "80.00", "currency": "USD"}, "percent": "80", "position": 40}
    ]
    headers = firm.office.speaks("ada", "finance") | {"Accept": "text/csv"}
    table = (await firm.office.http.get("/v1/quotas?person_id=anna", headers=headers)).text.splitlines()
    assert table == [
        "quota_id,subject_kind,subject_id,measure,period,starts_on,ends_on,amount,currency,credit,credit_currency,percent,position",
        "anna~bookings~2025-Q1,person,anna,bookings,2025-Q1,2025-01-01,2025-03-31,100.00,USD,80.00,USD,80,40",
    ]


async def test_the_key_of_a_quota_s_request_is_obeyed(firm: Firm) -> None:
    await everyone_expects(firm)
    body = {"amount": {"amount": "90.00", "currency": "USD"}, "reason": "leave"}
    headers = {"If-Match": '"1"', "Idempotency-Key": "adjust-1"}
    path = "/v1/quotas/anna~bookings~2025-Q1/adjust"
    first = await firm.office.post(path, body, "planner", headers=headers)
    again = await firm.office.post(path, body, "planner", headers=headers)
    assert first.json() == again.json() == {"id": "anna~bookings~2025-Q1", "version": 2}
    stale = await firm.office.post(path, body | {"reason": "late"}, "planner", headers={"If-Match": '"1"'})
    assert kind_of(stale) == (412, "stream-is-at-another-version")
