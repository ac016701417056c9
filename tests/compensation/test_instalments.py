"""Instalments and holdbacks: what a deal earns is paid in parts, each with the period in which it is due."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.document.instalment import Instalment
from compensation.domain.document.shape import Clawback, PlanDocument
from compensation.domain.document.words import in_words
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import earn
from compensation.domain.engine.held import Held, Lapsed, Released, Waiting
from compensation.domain.engine.held_words import explain_held
from compensation.domain.engine.releasing import months_after
from events.contracts.performance import DayField, DealAmendedV1, DealCancelledV1, DealWonV1
from tests.compensation.company import Company, commission, person, usd
from tests.compensation.years import booked, document, tiers, year

JANUARY = date(2017, 1, 31)


def parts(*said: tuple[str, str, Any]) -> tuple[Instalment, ...]:
    """Return instalments as `(part, due, what it says of its day)`."""
    return tuple(
        msgspec.convert({"part": part, "due": due} | ({due: told} if told else {}), Instalment, strict=False)
        for part, due, told in said
    )


THIRDS = parts(("1", "booking", None), ("1", "months", 1), ("1", "quarter_end", None))
AT_GO_LIVE = parts(("70", "booking", None), ("30", "field", "go_live"))


def paying(instalments: tuple[Instalment, ...], **said: object) -> PlanDocument:
    plan = document(tiers((None, "10")), interval="month")
    return msgspec.structs.replace(plan, instalments=instalments, **said)


def held(plan: PlanDocument, deal: Credit) -> list[Held]:
    assert faults_of(plan) == []
    return list(earn(year(deal, plan=plan)).held)


def test_three_equal_parts_leave_the_odd_cent_to_the_last() -> None:
    second, third = held(paying(THIRDS), booked("d1", "1000", JANUARY))
    assert (second.amount, third.amount) == (Decimal("33.33"), Decimal("33.34"))
    assert [each.fate for each in (second, third) if isinstance(each.fate, Released)] == [second.fate, third.fate]
    assert [each.fate.on for each in (second, third) if isinstance(each.fate, Released)] == [
        date(2017, 2, 28),
        date(2017, 3, 31),
    ]


def test_what_is_due_in_the_period_that_earns_it_is_not_held() -> None:
    assert held(paying(parts(("1", "day", date(2017, 1, 31)))), booked("d1", "1000", date(2017, 1, 5))) == []
    assert held(paying(parts(("1", "day", date(2016, 1, 31)))), booked("d1", "1000", date(2017, 1, 5))) == []


def test_a_component_pays_by_its_own_parts_rather_than_by_those_of_its_plan() -> None:
    plan = paying(THIRDS)
    own = msgspec.structs.replace(plan.components[0], instalments=parts(("1", "booking", None)))
    assert held(msgspec.structs.replace(plan, components=(own,)), booked("d1", "1000", JANUARY)) == []


def test_a_holdback_waits_for_the_day_that_the_crm_tells() -> None:
    deal = booked("d1", "1000", JANUARY)
    [waiting] = held(paying(AT_GO_LIVE), deal)
    assert (waiting.amount, waiting.fate) == (Decimal("30.00"), Waiting())
    live = msgspec.structs.replace(deal, fields=(("go_live", date(2017, 5, 9)),))
    [released] = held(paying(AT_GO_LIVE), live)
    assert isinstance(released.fate, Released)
    assert (released.fate.period.name, released.fate.on) == ("2017-M05", date(2017, 5, 9))


@pytest.mark.parametrize(
    ("on", "lapsed", "taken"),
    [(date(2017, 2, 27), 2, "-33.33"), (date(2017, 2, 28), 1, "-66.66"), (date(2017, 4, 1), 0, "-100.00")],
)
def test_a_cancellation_takes_back_what_was_released_and_the_rest_lapses(on: date, lapsed: int, taken: str) -> None:
    deal = msgspec.structs.replace(booked("d1", "1000", JANUARY), cancelled_on=on)
    found = earn(year(deal, plan=paying(THIRDS, clawback=Clawback())))
    assert sum(isinstance(each.fate, Lapsed) for each in found.held) == lapsed
    assert [each.earned for each in found.clawed] == [Decimal(taken)]


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2017, 1, 31), 1, date(2017, 2, 28)),
        (date(2015, 11, 30), 3, date(2016, 2, 29)),
        (date(2017, 12, 31), 1, date(2018, 1, 31)),
        (date(2017, 12, 1), 12, date(2018, 12, 1)),
    ],
)
def test_months_after_a_day_end_with_the_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_every_fault_of_instalments_has_its_place() -> None:
    wrong = (
        Instalment(part=Decimal(0), due="booking", months=2),
        Instalment(part=Decimal("0.0000001"), due="months"),
        Instalment(part=Decimal(1), due="field", field="go live"),
    )
    assert [each.pointer for each in faults_of(paying(wrong))] == [
        "/instalments/0/part",
        "/instalments/0/months",
        "/instalments/1/part",
        "/instalments/1/months",
        "/instalments/2/field",
    ]


def test_instalments_are_read_aloud() -> None:
    assert "What says nothing else is paid in parts: 1 of 3 with the booking, 1 of 3 1 month after it, 1 of 3 when" in (
        in_words(paying(THIRDS))
    )
    own = msgspec.structs.replace(paying(()).components[0], instalments=AT_GO_LIVE)
    assert "paid in parts: 70% with the booking, 30% on the day of go_live" in in_words(
        msgspec.structs.replace(paying(()), components=(own,))
    )
    [waiting] = held(paying(AT_GO_LIVE), booked("d1", "1000", JANUARY))
    assert explain_held(waiting) == (
        "Part 2 of 2 of what deal d1, booked on 2017-01-31, earned, USD 30.00, is due on the day of go_live: that day "
        "is not known yet. Plan p1, version 1, commission."
    )


HALVES = [{"part": "1", "due": "booking"}, {"part": "1", "due": "field", "field": "go_live"}]
TERMS: dict[str, Any] = {"owner": person("bob"), "amount": usd("1000"), "booked_on": date(2017, 6, 10)}


async def holding(firm: Company) -> None:
    """Let Bob's plan pay half with the booking and half with go-live, and let him win 1,000 in the second quarter."""
    await firm.settle()
    paid = commission({"up_to": None, "rate": "5"}) | {"instalments": HALVES}
    await firm.publish_plan("holding", components=[paid], clawback={"percent": "100"})
    await firm.hire("bob")
    await firm.assign("bob", "holding")
    for period in ("2017-Q2", "2017-Q3"):
        await firm.quota("bob", period, "10000")
    await firm.deal(DealWonV1, "crm.1", **TERMS)


async def goes_live(firm: Company, on: date) -> None:
    fields = (DayField(name="go_live", value=on),)
    await firm.deal(DealAmendedV1, "crm.1", changed=("fields",), fields=fields, **TERMS)


def amounts(statement: dict[str, Any], *names: str) -> list[str]:
    return [each["amount"] for name in names for each in statement[name]]


async def test_a_statement_says_what_is_held_and_later_what_is_released(firm: Company) -> None:
    await holding(firm)
    june = await firm.statement("bob", "2017-Q2")
    assert amounts(june, "earned", "payable") == ["50.00", "25.00"]
    [waiting] = june["held"]
    assert (waiting["status"], waiting["amount"]["amount"], waiting["pays_in"]) == ("waiting", "25.00", None)
    assert june["payouts"][0]["paid"]["amount"] == "25.00"
    await goes_live(firm, date(2017, 9, 1))
    assert (await firm.statement("bob", "2017-Q2"))["held"][0]["pays_in"] == "2017-Q3"
    autumn = await firm.statement("bob", "2017-Q3")
    assert amounts(autumn, "earned", "payable") == ["25.00"]
    assert [each["sentence"] for each in autumn["released"]] == [
        "Part 2 of 2 of what deal crm.1, booked on 2017-06-10, earned, USD 25.00, is due on the day of go_live: paid "
        "in 2017-Q3, from 2017-09-01 on. Plan holding, version 1, commission."
    ]
    assert autumn["payouts"][0]["paid"]["amount"] == "25.00"
    listed = (await firm.get("/v1/statements", period="2017-Q3")).json()["items"]
    assert [(each["person_id"], each["payable"]["amount"]) for each in listed] == [("bob", "25.00")]


async def test_what_is_released_next_year_is_paid_next_year(firm: Company) -> None:
    await holding(firm)
    await goes_live(firm, date(2018, 2, 1))
    assert amounts(await firm.statement("bob", "2018-Q1"), "earned", "payable") == ["25.00"]


async def test_a_statement_as_a_page_says_what_is_held_and_payable(firm: Company) -> None:
    await holding(firm)
    await goes_live(firm, date(2017, 9, 1))
    await firm.derive()
    june, autumn = await page(firm, "2017-Q2"), await page(firm, "2017-Q3")
    assert june.count("held of crm.1 USD -25.00") == 1
    assert june.endswith("Earned USD 50.00 Payable USD 25.00")
    assert autumn.count("Released of crm.1, earned in 2017-Q2 USD 25.00") == 1


async def page(firm: Company, period: str) -> str:
    answer = await firm.get("/v1/statements/bob", accept="text/plain", period=period)
    return " ".join(answer.text.split())


async def test_what_was_held_lapses_when_the_customer_cancels(firm: Company) -> None:
    await holding(firm)
    await firm.deal(DealCancelledV1, "crm.1", changed=("status",), cancelled_on=date(2017, 8, 9), **TERMS)
    autumn = await firm.statement("bob", "2017-Q3")
    assert amounts(autumn, "earned", "payable") == ["-25.00", "-25.00"]
    assert [each["status"] for each in autumn["released"]] == ["lapsed"]
