"""Credited attainment: measured here, told to others when it differs, and taken back when it is gone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from events import deriver
from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.performance import DealDeletedV1, DealOwnerChangedV1
from money.money import Money
from tests.compensation.company import Company, person, split, usd


async def told(firm: Company) -> list[tuple[str, str, Money, Money | None, Decimal | None]]:
    await firm.derive()
    return [
        (each.subject_id, each.period, each.credit, each.quota, each.percent)
        for each in await firm.published()
        if isinstance(each, AttainmentMeasuredV1)
    ]


async def test_attainment_is_told_with_its_quota_and_position(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "250")
    await firm.derive()
    [measured] = [each for each in await firm.published() if isinstance(each, AttainmentMeasuredV1)]
    assert measured == AttainmentMeasuredV1(
        subject_kind="person",
        subject_id="ada",
        measure="bookings",
        period="2017-Q1",
        starts_on=date(2017, 1, 1),
        ends_on=date(2017, 3, 31),
        credit=usd("250.00"),
        quota=usd("1000"),
        percent=Decimal("25.00"),
        position=measured.position,
    )


async def test_what_did_not_change_is_not_told_again(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "250")
    first = await told(firm)
    await firm.publish_plan("unrelated")
    await firm.win("crm.1", "250")
    assert await told(firm) == first


async def test_attainment_whose_credits_are_gone_is_taken_back(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "250")
    await told(firm)
    await firm.deal(DealDeletedV1, "crm.1")
    assert (await told(firm))[1:] == [("ada", "2017-Q1", usd("0.00"), usd("1000"), Decimal("0.00"))]
    assert (await firm.get("/v1/attainment")).json()["items"] == []


async def test_a_deal_that_changes_hands_moves_the_attainment(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    await firm.quota("bob", "2017-Q1", "500")
    await firm.win("crm.1", "250")
    await told(firm)
    await firm.deal(DealOwnerChangedV1, "crm.1", owner=person("bob"), amount=usd("250"), booked_on=date(2017, 2, 3))
    assert sorted((await told(firm))[1:]) == [
        ("ada", "2017-Q1", usd("0.00"), usd("1000"), Decimal("0.00")),
        ("bob", "2017-Q1", usd("250.00"), usd("500"), Decimal("50.00")),
    ]


async def test_an_adjusted_quota_changes_the_attainment(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "250")
    await firm.quota("ada", "2017-Q1", "200")
    assert await told(firm) == [("ada", "2017-Q1", usd("250.00"), usd("200"), Decimal("125.00"))]


async def test_attainment_without_a_quota_has_no_percent(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "250", booked_on=date(2017, 5, 1))
    assert await told(firm) == [("ada", "2017-Q2", usd("250.00"), None, None)]


async def test_a_person_without_a_plan_has_attainment_and_no_pay(firm: Company) -> None:
    await firm.settle()
    await firm.quota("bob", "2017-Q1", "400")
    await firm.win("crm.1", "500", splits=split((person("ada"), "20"), (person("bob"), "80")))
    await firm.derive()
    answer = (await firm.get("/v1/attainment", period="2017-Q1")).json()
    assert [(each["person_id"], each["credit"]["amount"], each["percent"]) for each in answer["items"]] == [
        ("ada", "100.00", "10.00"),
        ("bob", "400.00", "100.00"),
    ]
    assert (await firm.statement("bob"))["earned"] == []


@pytest.mark.parametrize("first_months", [(2, 1), (2, 11, 1), (12, 6)])
async def test_the_last_word_of_each_period_holds_however_often_the_calendar_changes(
    firm: Company, first_months: Sequence[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deriver, "KEYS_MAX", 1)  # so that years are derived while some of their deals are of old ones
    await firm.settle()
    for month in range(1, 13):
        await firm.win(f"crm.{month}", f"{month}00", booked_on=date(2017, month, 3))
    await firm.derive()
    for first_month in first_months:
        await firm.set_calendar(first_month)
        last = {(subject_id, period): credit for subject_id, period, credit, _, _ in await told(firm)}
        listed = (await firm.get("/v1/attainment")).json()["items"]
        held = {(each["person_id"], each["period"]): usd(each["credit"]["amount"]) for each in listed}
        assert {place: credit for place, credit in last.items() if credit} == held
