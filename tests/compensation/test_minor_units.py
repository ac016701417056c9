"""Currencies without cents, and with thousandths: each is paid in its own smallest unit, and parts are the whole."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from compensation.deriving.earnings import derive
from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Cap, Clawback, Draw, PlanDocument
from compensation.domain.document.words import in_words
from compensation.domain.engine.drawing import Payout, pay_out
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import total
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.pay_periods import PayTerms, pay_periods
from compensation.domain.engine.summing import YearFacts
from compensation.projections import payouts
from compensation.routers.statement_answers import PAYOUT_AMOUNTS
from events.contracts.performance import DealCancelledV1, DealWonV1
from fiscal.calendar import parse_period
from money.money import Money, digits_of
from tests.compensation.company import Company, commission, person, split
from tests.compensation.histories_drawn import CALENDAR, years
from tests.compensation.plans_changed import replaced, with_documents
from tests.compensation.written_years import a_component, a_plan, a_table

UNITS = {"JPY": Decimal(1), "KWD": Decimal("0.001")}
WORTH = {"JPY": "1000001", "KWD": "10000.001"}
THIRDS = (("ada", "33.333333"), ("bob", "33.333333"), ("cyd", "33.333334"))
DUE: tuple[dict[str, Any], ...] = ({"due": "booking"}, {"due": "months", "months": 1}, {"due": "quarter_end"})
INSTALMENTS = [each | {"part": "1"} for each in DUE]
CURVE: dict[str, Any] = {"kind": "curve", "pays": "target"}
FEBRUARY, MAY = date(2017, 2, 3), date(2017, 5, 8)


def plan_in(currency: str) -> dict[str, Any]:
    """Return what a plan says that leaves remainders everywhere."""
    paid = commission({"up_to": "33", "rate": "5.123"}, {"up_to": None, "rate": "7.777"})
    bonus = commission({"up_to": "50", "rate": "33.3"}, {"up_to": "100", "rate": "100"}, **CURVE)
    return {
        "currency": currency,
        "pays": "month",
        "components": [paid | {"instalments": INSTALMENTS}, bonus | {"id": "bonus"}],
        "draw": {"amount": "1000", "recoverable": True, "recovered_percent": "33.3"},
        "clawback": {"months": 7},
    }


def sum_of(several: Iterable[dict[str, Any]], name: str) -> Decimal:
    """Add up an amount of several answers."""
    return total(Decimal(each[name]["amount"]) for each in several)


@pytest.mark.parametrize("currency", UNITS)
async def test_all_of_a_deal_is_paid_in_the_smallest_unit_of_its_currency(firm: Company, currency: str) -> None:
    whole = Money.parse(WORTH[currency], currency)
    target = {"amount": WORTH[currency], "currency": currency}
    await firm.set_calendar()
    await firm.publish_plan(**plan_in(currency))
    for who, _ in THIRDS:
        await firm.hire(who)
        await firm.assign(who, target_pay=target)
        await firm.quota(who, "2017-Q1", WORTH[currency], currency)
    shares = split(*((person(who), percent) for who, percent in THIRDS))
    terms: dict[str, Any] = {"owner": person("ada"), "amount": whole, "splits": shares, "booked_on": FEBRUARY}
    await firm.deal(DealWonV1, "crm.1", **terms)
    terms |= {"cancelled_on": MAY}
    await firm.deal(DealCancelledV1, "crm.1", **terms)
    credited = Decimal(0)
    for who, _ in THIRDS:
        statement = await firm.statement(who, "2017")
        credited += Decimal(statement["credited"][0]["amount"])
        adds_up(statement)
        await is_written(firm, who, currency)
    assert credited == whole.amount
    table = (await firm.get("/v1/statements", accept="text/csv", period="2017")).text.splitlines()
    columns = table[0].split(",")
    for row in table[1:]:
        cells = dict(zip(columns, row.split(","), strict=True))
        assert {after_the_point(cells[name]) for name in ("earned", "payable")} == {digits_of(currency)}


def adds_up(statement: dict[str, Any]) -> None:
    """Hold the parts of a statement to its sums."""
    for section in statement["sections"]:
        assert sum_of(section["lines"], "earned") == Decimal(section["earned"]["amount"])
    [earned], [payable], last = statement["earned"], statement["payable"], statement["payouts"][-1]
    assert sum_of([*statement["sections"], *statement["clawed"]], "earned") == Decimal(earned["amount"])
    held, released = (sum_of(statement[name], "amount") for name in ("held", "released"))
    assert held == released > 0
    assert payable == earned
    paid, forgiven = (sum_of(statement["payouts"], name) for name in ("paid", "forgiven"))
    left = Decimal(last["carried"]["amount"]) - Decimal(last["debt"]["amount"])
    assert paid + left == Decimal(payable["amount"]) + forgiven
    whole = [
        *(each["earned"] for each in (*statement["sections"], *statement["clawed"])),
        *(each["earned"] for section in statement["sections"] for each in section["lines"]),
        *(each["amount"] for each in (*statement["held"], *statement["released"])),
        *(each[name] for each in statement["payouts"] for name in PAYOUT_AMOUNTS),
    ]
    assert {after_the_point(each["amount"]) for each in whole} == {digits_of(earned["currency"])}


async def is_written(firm: Company, who: str, currency: str) -> None:
    """Hold what is read of somebody to the digits of a currency: never fewer."""
    path, digits = f"/v1/statements/{who}", digits_of(currency)
    text = (await firm.get(path, accept="application/json", period="2017")).text
    found = re.findall(rf'"(\w+)":\[?{{"amount":"([^"]+)","currency":"{currency}"', text)
    assert len(found) > 50
    assert [each for each in found if after_the_point(each[1]) < digits] == []
    page = (await firm.get(path, accept="text/plain", period="2017")).text
    written = re.findall(rf"{currency} (-?[0-9,]+(?:\.[0-9]+)?)", page)
    assert len(written) > 20
    assert [each for each in written if after_the_point(each) < digits] == []


def after_the_point(number: str) -> int:
    """Return how many digits are written after the point."""
    return len(number.partition(".")[2])


randomly = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def in_currency(facts: PersonYear, currency: str) -> PersonYear:
    """Return a year in which all that was in dollars is in another currency, with a draw and a clawback."""

    def changed(document: PlanDocument) -> PlanDocument:
        draw = Draw(amount=Decimal(7), recoverable=True, recovered_percent=Decimal("33.3"))
        return msgspec.structs.replace(document, currency=currency, draw=draw, clawback=Clawback(months=7))

    def other(was: str | None) -> str | None:
        return currency if was == "USD" else was

    credits_ = tuple(msgspec.structs.replace(each, currency=other(each.currency)) for each in facts.credits)
    quotas = tuple(msgspec.structs.replace(each, currency=other(each.currency)) for each in facts.quotas)
    spells = tuple(
        msgspec.structs.replace(
            each,
            target_pay=each.target_pay and Money(amount=each.target_pay.amount, currency=currency),
            base_pay=each.base_pay and Money(amount=each.base_pay.amount, currency=currency),
            pay_currency=None,
        )
        for each in facts.spells
    )
    return with_documents(replaced(facts, credits=credits_, quotas=quotas, spells=spells), changed)


@randomly
@for_all(years, st.sampled_from(sorted(UNITS)))
def test_whatever_is_paid_is_whole_units_and_parts_are_the_whole(facts: PersonYear, currency: str) -> None:
    facts = in_currency(facts, currency)
    earnings = earn(facts)
    whole = [each.earned for each in (*earnings.earned, *earnings.clawed)]
    whole += [line.earned for section in earnings.earned for line in section.lines]
    whole += [each.amount for each in earnings.held]
    whole += [
        getattr(each, name) for each in paid_of(facts) for name in ("advance", "recovered", "forgiven", "paid", "debt")
    ]
    assert [each for each in whole if each % UNITS[currency]] == []
    for section in earnings.earned:
        assert total(line.earned for line in section.lines) == section.earned


def paid_of(facts: PersonYear) -> tuple[Payout, ...]:
    """Return what is paid for each pay period, of all that is earned in it."""
    earned = payouts.sums_of(derive(YearFacts(year=facts)).rows)
    terms = PayTerms(calendar=facts.calendar, spells=facts.spells, versions=facts.versions, earned=earned)
    return pay_out(pay_periods(terms, parse_period(CALENDAR, "2017")))


@pytest.mark.parametrize(
    ("currency", "amount", "pointers"),
    [
        ("JPY", "1000", []),
        ("JPY", "1000.5", ["/maximum", "/draw/amount", "/caps/0/amount"]),
        ("USD", "1000.50", []),
        ("USD", "1000.505", ["/maximum", "/draw/amount", "/caps/0/amount"]),
        ("KWD", "1000.505", []),
    ],
)
def test_a_plan_pays_no_amount_finer_than_its_currency(currency: str, amount: str, pointers: list[str]) -> None:
    exact = Decimal(amount)
    draw, cap = Draw(amount=exact, recoverable=False), Cap(amount=exact, over="month")
    plan = a_plan(a_component(a_table((None, "0.0001"), pays="each", over="measure")))
    plan = msgspec.structs.replace(plan, currency=currency, maximum=exact, draw=draw, caps=(cap,))
    assert sorted(each.pointer for each in faults_of(plan)) == sorted(pointers)


@pytest.mark.parametrize(
    ("currency", "words"),
    [
        ("USD", "Paid in USD by year, rounded once a period, half a cent up."),
        ("JPY", "Paid in JPY by year, rounded once a period to JPY 1, half of that up."),
        ("KWD", "Paid in KWD by year, rounded once a period to KWD 0.001, half of that up."),
    ],
)
def test_a_plan_says_to_what_it_is_rounded(currency: str, words: str) -> None:
    plan = a_plan(a_component(a_table((None, "5"))))
    assert in_words(msgspec.structs.replace(plan, currency=currency)).endswith(words)
