"""Target pay: of base pay, by the weights of intervals, and by the days on the plan without leave."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.assignment import Spell
from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.target import TargetPay
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.leave import Leave
from money.money import Money
from tests.compensation.company import Company
from tests.compensation.written_years import BOOKINGS, a_component, a_deal, a_plan, a_quota, a_table, a_written_year

FULL = a_table((None, "100"), pays="target")
QUARTERLY = msgspec.structs.replace(BOOKINGS, interval="quarter")


def plan(interval: str = "year", **said: Any) -> PlanDocument:
    measure = msgspec.structs.replace(BOOKINGS, interval=interval)
    return a_plan(a_component(FULL), measures=(measure,), target=TargetPay(**said))


def on_plan(starts_on: date, ends_on: date | None = None, target: str = "75000", **said: Any) -> Spell:
    money = Money(amount=Decimal(target), currency="USD")
    return Spell(plan_id="p1", starts_on=starts_on, ends_on=ends_on, target_pay=money, **said)


def at_quota(document: PlanDocument, day: date, period: str, *spells: Spell) -> PersonYear:
    """Return a year in which a quota is reached exactly, so that all of the target pay is paid."""
    facts = a_written_year(a_deal("d1", "100", day), plan=document, quotas=(a_quota("100", period),))
    return msgspec.structs.replace(facts, spells=spells)


def paid(facts: PersonYear) -> list[Decimal]:
    return [each.earned for each in earn(facts).earned]


JUNE, FEBRUARY = date(2017, 6, 1), date(2017, 2, 6)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "75000.00"),
        ({"prorated_by": "calendar_days"}, "43972.60"),
        ({"prorated_by": "calendar_days", "first_day_counts": False}, "43767.12"),
        ({"prorated_by": "working_days"}, "43846.15"),
    ],
)
def test_somebody_who_comes_in_june_has_the_days_that_are_left(said: dict[str, Any], expected: str) -> None:
    assert paid(at_quota(plan(**said), date(2017, 7, 1), "2017", on_plan(JUNE))) == [Decimal(expected)]


def test_an_interval_has_its_part_of_the_days_of_the_year() -> None:
    facts = at_quota(plan("month", parts="days"), FEBRUARY, "2017-M02", on_plan(date(2017, 1, 1), target="36500"))
    assert paid(facts) == [2800]


def test_each_of_two_assignments_has_its_days() -> None:
    spells = (
        on_plan(date(2017, 1, 1), date(2017, 2, 14), "36000"),
        on_plan(date(2017, 2, 15), target="72000"),
    )
    document = plan("quarter", prorated_by="calendar_days", first_day_counts=False)
    assert paid(at_quota(document, FEBRUARY, "2017-Q1", *spells)) == [13500]


def test_days_of_leave_have_no_target_pay() -> None:
    leave = Leave(first_on=date(2017, 1, 1), last_on=date(2017, 1, 9), reason="unpaid")
    spell = on_plan(date(2017, 1, 1), target="36000", leaves=(leave,))
    facts = at_quota(plan("quarter", prorated_by="calendar_days"), FEBRUARY, "2017-Q1", spell)
    assert paid(facts) == [8100]
    [section] = earn(facts).earned
    assert section.lines[0].target_from is not None
    assert [(each.days, each.of_days) for each in section.lines[0].target_from.parts] == [(81, 90)]


def test_an_assignment_without_target_pay_makes_the_interval_wait() -> None:
    spells = (on_plan(date(2017, 1, 1), date(2017, 2, 14)), Spell(plan_id="p1", starts_on=date(2017, 2, 15)))
    facts = at_quota(plan("quarter", prorated_by="calendar_days"), FEBRUARY, "2017-Q1", *spells)
    assert [each.problem for each in earn(facts).unpaid] == ["no_target_pay"]


@pytest.mark.parametrize(
    ("weights", "details"),
    [
        ("20 20 20 40", []),
        ("20 20 60", ["one for each quarter of the year: 4"]),
        ("20 20 20 20", ["the intervals of a year have 100 percent together, not 80"]),
    ],
)
def test_every_fault_of_weights_is_named(weights: str, details: list[str]) -> None:
    component = a_component(FULL, weights=tuple(map(Decimal, weights.split())))
    found = faults_of(a_plan(component, measures=(QUARTERLY,)))
    assert [(each.pointer, each.detail) for each in found] == [("/components/0/weights", each) for each in details]


def test_days_count_only_where_they_prorate() -> None:
    found = faults_of(plan(first_day_counts=False, percent_of_base=Decimal(-1)))
    assert [each.pointer for each in found] == ["/target/percent_of_base", "/target/first_day_counts"]


ALL_AT_TARGET = [{"up_to": None, "rate": "100"}]
BONUS: dict[str, Any] = {
    "components": [
        {
            "id": "bonus",
            "measure": "bookings",
            "weights": ["20", "20", "20", "40"],
            "table": {
                "kind": "step",
                "over": "attainment",
                "pays": "target",
                "tiers": [{"up_to": None, "rate": "100"}],
            },
        }
    ],
    "target": {"percent_of_base": "5", "prorated_by": "calendar_days"},
}


async def test_a_quarter_pays_its_part_of_a_percent_of_base_pay(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(**BONUS)
    await firm.assign("ada", base_pay={"amount": "60000", "currency": "USD"})
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("d1", "1000")
    statement = await firm.statement()
    assert statement["earned"] == [{"amount": "600.00", "currency": "USD"}]
    sentence = statement["sections"][0]["lines"][0]["sentence"]
    assert "(target pay: USD 600.00 of USD 3,000.00 a year for 90 of 90 days)" in sentence
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert "the quarters of a year have 20%, 20%, 20%, 40% of its target pay" in words
    assert "Target pay is 5% of base pay, unless the assignment says another. Target pay is for the calendar" in words


async def test_leave_is_said_and_said_again(firm: Company) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(**BONUS)
    await firm.assign("ada", base_pay={"amount": "60000", "currency": "USD"})
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("d1", "1000")
    leave = {"first_on": "2017-01-01", "last_on": "2017-01-09", "reason": "family"}
    path = "/v1/assignments/ada~accelerated/leaves"
    assert (await firm.post(path, {"leaves": [leave]})).status_code == 200
    assert (await firm.statement())["earned"] == [{"amount": "540.00", "currency": "USD"}]
    [listed] = (await firm.get("/v1/assignments")).json()["items"]
    assert (listed["base_pay"], listed["leaves"]) == ({"amount": "60000.00", "currency": "USD"}, [leave])
    wrong = await firm.post(path, {"leaves": [leave | {"last_on": "2016-12-31"}]})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/leave-ends-before-it-starts")
    assert (await firm.post(path, {"leaves": []}, "manager")).status_code == 403
    assert (await firm.post(path, {"leaves": []})).status_code == 200
    assert (await firm.statement())["earned"] == [{"amount": "600.00", "currency": "USD"}]
