"""Cancelled deals: what is taken back, when, and what stays; without a clawback rule they were never won."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Clawback, PlanDocument
from compensation.domain.document.words import in_words
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import earn
from events.contracts.performance import DealAmendedV1, DealCancelledV1, DealReopenedV1, DealWonV1
from tests.compensation.company import Company, person, usd
from tests.compensation.years import booked, document, quota, tiers, year

JUNE, AUGUST = date(2017, 6, 10), date(2017, 8, 9)
QUOTAS = (quota("2017-Q2", "1000"), quota("2017-Q3", "1000"))


def taking_back(percent: str = "100", months: int | None = None) -> PlanDocument:
    rule = Clawback(percent=Decimal(percent), months=months)
    return msgspec.structs.replace(document(tiers((None, "10"))), clawback=rule)


def cancelled(amount: str, on: date = AUGUST) -> Credit:
    return msgspec.structs.replace(booked("d1", amount, JUNE), cancelled_on=on)


@pytest.mark.parametrize(
    ("rule", "on", "taken"),
    [
        (taking_back(), AUGUST, "-100.00"),
        (taking_back("50"), AUGUST, "-50.00"),
        (taking_back(months=12), AUGUST, "-91.67"),
        (taking_back(months=12), date(2017, 8, 10), "-83.33"),
        (taking_back("60", months=2), date(2017, 8, 10), "0.00"),
        (taking_back(months=12), JUNE, "-100.00"),
    ],
)
def test_a_cancelled_deal_gives_back_what_the_plan_says(rule: PlanDocument, on: date, taken: str) -> None:
    found = earn(year(cancelled("1000", on), plan=rule, quotas=QUOTAS))
    [earning], [clawed] = found.earned, found.clawed
    assert (earning.period.name, earning.earned) == ("2017-Q2", Decimal("100.00"))
    assert (clawed.credit.deal_id, clawed.earned) == ("d1", Decimal(taken))


def test_half_a_cent_that_is_taken_back_is_not_lost_to_a_percent_without_end() -> None:
    """10 of 12 months of 67.95 are 56.625, which is half a cent, although 10 of 12 in percent has no end."""
    found = earn(year(cancelled("679.5", date(2017, 8, 10)), plan=taking_back(months=12), quotas=QUOTAS))
    assert [each.earned for each in found.clawed] == [Decimal("-56.63")]


def test_attainment_stays_when_a_deal_is_cancelled() -> None:
    plan = msgspec.structs.replace(document(), clawback=Clawback())
    found = earn(year(cancelled("1000"), booked("d2", "100", date(2017, 6, 20)), plan=plan, quotas=QUOTAS))
    assert [line.earned for line in found.earned[0].lines] == [Decimal("50.00"), Decimal("8.00")]


def test_without_a_rule_a_cancelled_deal_was_never_won() -> None:
    found = earn(year(cancelled("1000"), booked("d2", "100", date(2017, 6, 20)), quotas=QUOTAS))
    assert [line.earned for line in found.earned[0].lines] == [Decimal("5.00")]
    assert (found.clawed, found.unpaid) == ((), ())


def test_what_is_taken_back_is_checked_and_read_aloud() -> None:
    assert [each.pointer for each in faults_of(taking_back("101", months=0))] == [
        "/clawback/percent",
        "/clawback/months",
    ]
    assert "When a customer cancels, 50% of what the deal paid is taken back, less for each month" in in_words(
        taking_back("50", months=12)
    )


async def clawing(firm: Company) -> None:
    await firm.settle()
    await firm.publish_plan("clawing", clawback={"percent": "100"})
    await firm.hire("bob")
    await firm.assign("bob", "clawing")
    for period in ("2017-Q2", "2017-Q3"):
        await firm.quota("bob", period, "10000")
    await firm.win("crm.1", "1000", person("bob"), booked_on=JUNE)


async def cancel(firm: Company, on: date | None = AUGUST) -> None:
    terms: dict[str, Any] = {"owner": person("bob"), "amount": usd("1000"), "booked_on": JUNE, "cancelled_on": on}
    await firm.deal(DealCancelledV1, "crm.1", changed=("status",), **terms)


async def test_a_cancellation_is_a_line_of_its_own_in_its_own_period(firm: Company) -> None:
    await clawing(firm)
    await cancel(firm)
    assert (await firm.statement("bob", "2017-Q2"))["earned"] == [{"amount": "50.00", "currency": "USD"}]
    statement = await firm.statement("bob", "2017-Q3")
    assert statement["earned"] == [{"amount": "-50.00", "currency": "USD"}]
    [clawed] = statement["clawed"]
    assert clawed["credit"]["event"]["event_type"] == "DealWonV1"
    assert clawed["sentence"] == (
        "Deal crm.1, booked on 2017-06-10, was cancelled on 2017-08-09: 100% of the USD 50.00 that it paid is taken "
        "back. Plan clawing, version 1, commission."
    )
    [listed] = (await firm.get("/v1/statements", period="2017-Q3")).json()["items"]
    assert (listed["person_id"], listed["earned"]["amount"]) == ("bob", "-50.00")
    [attainment] = (await firm.get("/v1/attainment", period="2017-Q2", person_id="bob")).json()["items"]
    assert attainment["credit"]["amount"] == "1000.00"
    assert statement["payouts"][0]["debt"] == {"amount": "50.00", "currency": "USD"}


async def test_what_was_paid_last_year_is_taken_back_this_year(firm: Company) -> None:
    await clawing(firm)
    await cancel(firm, date(2018, 1, 9))
    statement = await firm.statement("bob", "2018-Q1")
    assert [each["earned"]["amount"] for each in statement["clawed"]] == ["-50.00"]


async def test_a_deal_that_is_won_again_gives_nothing_back(firm: Company) -> None:
    await clawing(firm)
    await cancel(firm)
    terms: dict[str, Any] = {"owner": person("bob"), "amount": usd("1000"), "booked_on": JUNE}
    await firm.deal(DealReopenedV1, "crm.1", changed=("status",), **terms)
    assert (await firm.statement("bob", "2017-Q2"))["earned"] == []
    await firm.deal(DealWonV1, "crm.1", changed=("status",), **terms)
    assert (await firm.statement("bob", "2017-Q3"))["clawed"] == []
    assert (await firm.statement("bob", "2017-Q2"))["earned"] == [{"amount": "50.00", "currency": "USD"}]


async def test_the_day_of_a_cancellation_may_be_corrected(firm: Company) -> None:
    await clawing(firm)
    await cancel(firm, None)
    terms: dict[str, Any] = {"owner": person("bob"), "amount": usd("1000"), "booked_on": JUNE, "cancelled_on": AUGUST}
    await firm.deal(DealAmendedV1, "crm.1", changed=("cancelled_on",), **terms)
    assert [each["cancelled_on"] for each in (await firm.statement("bob", "2017-Q3"))["clawed"]] == ["2017-08-09"]


async def test_a_deal_that_was_cancelled_before_it_was_won_pays_nobody(firm: Company) -> None:
    await clawing(firm)
    terms: dict[str, Any] = {"owner": person("bob"), "amount": usd("700"), "booked_on": JUNE, "cancelled_on": AUGUST}
    await firm.deal(DealCancelledV1, "crm.2", **terms)
    assert (await firm.statement("bob", "2017-Q3"))["clawed"] == []
    assert (await firm.statement("bob", "2017-Q2"))["earned"] == [{"amount": "50.00", "currency": "USD"}]
