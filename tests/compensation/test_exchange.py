"""Deals and quotas in other currencies than the plan's: by which rates they count, and what waits for one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compensation.domain.document.exchange import Exchange, RateRule, exchange_faults, exchange_in_words
from compensation.domain.engine.rate import Rate, conversion, rate_id
from events.contracts.compensation import AttainmentMeasuredV1
from events.contracts.goals import RateSetV1
from events.contracts.performance import DealWonV1
from money.money import Money
from tests.compensation.company import Company, person

DAILY = {"kind": "daily", "on": "booking"}
IN_DOLLARS = {"deal": DAILY}
BOOKED = date(2017, 2, 3)


def told(base: str, quote: str, rate: str, on: date = date(2017, 1, 1), kind: str = "daily") -> Rate:
    return Rate(base=base, quote=quote, kind=kind, effective_on=on, rate=Decimal(rate), source="ECB")


def rates(*several: Rate) -> dict[str, tuple[Rate, ...]]:
    found: dict[str, tuple[Rate, ...]] = {}
    for each in several:
        key = rate_id(each.base, each.quote, each.kind)
        found[key] = (*found.get(key, ()), each)
    return found


def in_dollars(amount: str, known: dict[str, tuple[Rate, ...]], pivot: str | None = None) -> Decimal | None:
    found = conversion(known, "daily", ("GBP", "USD"), BOOKED, pivot)
    return None if found is None else found.of(Decimal(amount))


def test_a_rate_holds_from_its_day_until_the_next_one() -> None:
    known = rates(
        told("GBP", "USD", "1.22"), told("GBP", "USD", "1.25", BOOKED), told("GBP", "USD", "2", date(2017, 2, 4))
    )
    assert in_dollars("1000", known) == Decimal("1250.00")


def test_a_pair_that_is_told_the_other_way_round_divides_and_is_not_rounded() -> None:
    assert in_dollars("1", rates(told("USD", "GBP", "3"))) == Decimal("0.3333333333333333333333333333")
    assert in_dollars("3", rates(told("USD", "GBP", "3"))) == Decimal(1)


def test_the_direction_in_which_a_rate_is_told_comes_first() -> None:
    assert in_dollars("1", rates(told("USD", "GBP", "4"), told("GBP", "USD", "0.3"))) == Decimal("0.3")


def test_two_rates_stand_for_one_only_by_way_of_the_pivot() -> None:
    known = rates(told("GBP", "EUR", "1.2"), told("USD", "EUR", "0.8"))
    assert in_dollars("100", known) is None
    assert in_dollars("100", known, "JPY") is None
    assert in_dollars("100", known, "EUR") == Decimal(150)


def test_nothing_holds_before_the_first_rate_is_told() -> None:
    assert in_dollars("1", rates(told("GBP", "USD", "2", date(2017, 2, 4)))) is None


@pytest.mark.parametrize(
    ("exchange", "pointers"),
    [
        (Exchange(deal=RateRule(kind="daily", on="booking"), pivot="EUR"), []),
        (Exchange(deal=RateRule(kind="Daily rate", on="booking")), ["/exchange/deal/kind"]),
        (Exchange(deal=RateRule(kind="daily", on="booking"), pivot="USD"), ["/exchange/pivot"]),
        (Exchange(deal=RateRule(kind="daily", on="booking"), pivot="EURO"), ["/exchange/pivot"]),
    ],
)
def test_every_fault_of_an_exchange_is_named_with_its_place(exchange: Exchange, pointers: list[str]) -> None:
    assert [pointer for pointer, _ in exchange_faults(exchange, "USD")] == pointers


def test_an_exchange_is_said_in_words() -> None:
    exchange = Exchange(deal=RateRule(kind="daily", on="booking"), pivot="EUR")
    assert exchange_in_words(exchange, "USD") == (
        "Other currencies become USD by the daily rate of the booking day, towards attainment by the plan rate of the "
        "fiscal year's first day, by way of EUR where a pair has no rate"
    )


async def tell(firm: Company, rate: str, on: str, kind: str = "daily", **said: Any) -> None:
    contract = RateSetV1(
        base=said.get("base", "GBP"),
        quote=said.get("quote", "USD"),
        kind=kind,
        effective_on=date.fromisoformat(on),
        rate=Decimal(rate),
        source="ECB",
        reason=said.get("reason"),
    )
    await firm.tell("goals", f"rate-{contract.base}-{contract.quote}-{kind}", contract)


def pounds(amount: str = "1000") -> dict[str, Any]:
    return {
        "owner": person("ada"),
        "amount": Money(amount=Decimal(amount), currency="GBP"),
        "booked_on": BOOKED,
        "account": "Acme",
        "product": "GTX Pro",
    }


async def win_pounds(firm: Company, amount: str = "1000") -> None:
    await firm.deal(DealWonV1, "crm.D-1", **pounds(amount))


async def settle(firm: Company, exchange: dict[str, Any] | None = None) -> None:
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(exchange=exchange or IN_DOLLARS)
    await firm.assign("ada")
    await firm.quota("ada", "2017-Q1", "2000")


async def test_a_line_says_which_rates_made_it_money_of_the_plan(firm: Company) -> None:
    await settle(firm)
    await tell(firm, "1.2", "2016-11-01", "plan")
    await tell(firm, "1.22", "2017-02-01")
    await win_pounds(firm)
    statement = await firm.statement()
    [section] = statement["sections"]
    [line] = section["lines"]
    assert (section["attained"], section["percent"]) == ("1200.00", "60.00")
    assert line["earned"] == {"amount": "61.00", "currency": "USD"}
    assert line["credit"]["amount"] == {"amount": "1000.00", "currency": "GBP"}
    assert line["credit"]["exchanged"] == {
        "pay": {
            "amount": {"amount": "1220.00", "currency": "USD"},
            "on": "2017-02-03",
            "rates": [
                {
                    "base": "GBP",
                    "quote": "USD",
                    "kind": "daily",
                    "effective_on": "2017-02-01",
                    "rate": "1.22",
                    "source": "ECB",
                }
            ],
        },
        "attainment": {
            "amount": {"amount": "1200.00", "currency": "USD"},
            "on": "2017-01-01",
            "rates": [
                {
                    "base": "GBP",
                    "quote": "USD",
                    "kind": "plan",
                    "effective_on": "2016-11-01",
                    "rate": "1.2",
                    "source": "ECB",
                }
            ],
        },
    }
    assert line["sentence"].startswith(
        "Deal crm.D-1 (GTX Pro, Acme), booked on 2017-02-03, counts GBP 1,000.00 = USD 1,220.00 (GBP 1 = USD 1.22, "
        "daily rate of 2017-02-01 by ECB), towards attainment USD 1,200.00 (GBP 1 = USD 1.20, plan rate of 2016-11-01 "
        "by ECB) and takes 2017-Q1 from 0.00% to 60.00% of quota: USD 1,220.00 at 5% = USD 61.00."
    )
    assert statement["credited"] == [{"amount": "1200.00", "currency": "USD"}]


async def test_a_deal_waits_for_its_rate_and_is_paid_when_that_is_told(firm: Company) -> None:
    await settle(firm)
    await tell(firm, "1.2", "2016-11-01", "plan")
    await win_pounds(firm)
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["amount"]) == ("no_rate", {"amount": "1000.00", "currency": "GBP"})
    assert (await firm.statement())["earned"] == []
    await tell(firm, "1.22", "2017-02-01")
    assert await firm.exceptions() == []
    assert (await firm.statement())["earned"] == [{"amount": "61.00", "currency": "USD"}]


async def test_a_corrected_rate_pays_anew_and_a_correction_of_the_deal_reuses_the_rate(firm: Company) -> None:
    await settle(firm, {"deal": DAILY, "attainment": DAILY})
    await tell(firm, "1.2", "2017-02-01")
    await win_pounds(firm)
    assert (await firm.statement())["earned"] == [{"amount": "60.00", "currency": "USD"}]
    await tell(firm, "1.5", "2017-02-04")
    await win_pounds(firm, "900")
    assert (await firm.statement())["earned"] == [{"amount": "54.00", "currency": "USD"}]
    await tell(firm, "1.3", "2017-02-01", reason="mistyped")
    assert (await firm.statement())["earned"] == [{"amount": "58.50", "currency": "USD"}]


async def test_a_plan_without_an_exchange_lets_other_currencies_wait_as_before(firm: Company) -> None:
    await firm.settle()
    await tell(firm, "1.2", "2016-11-01", "plan")
    await win_pounds(firm)
    assert [each["kind"] for each in await firm.exceptions()] == ["other_currency"]


async def test_a_quota_in_another_currency_is_worth_what_the_plan_rate_says(firm: Company) -> None:
    await settle(firm)
    await firm.quota("ada", "2017-Q1", "1000", "GBP")
    await firm.win("crm.D-2", "500")
    assert [each["kind"] for each in await firm.exceptions()] == ["no_rate"]
    await tell(firm, "0.8", "2017-01-01", "plan", base="USD", quote="GBP")
    [section] = (await firm.statement())["sections"]
    assert (section["quota"], section["percent"]) == ("1250.00", "40.00")
    told_of = [each for each in await firm.published() if isinstance(each, AttainmentMeasuredV1)]
    assert told_of[-1].quota == Money(amount=Decimal("1250.00"), currency="USD")


async def test_conditions_ask_for_money_of_the_plan(firm: Company) -> None:
    rules = [{"id": "own", "when": {"field": "amount", "at_least": "1200"}}]
    await firm.set_calendar()
    await firm.hire("ada")
    await firm.publish_plan(exchange={"deal": DAILY, "attainment": DAILY}, credit_rules=rules)
    await firm.assign("ada")
    await firm.quota("ada", "2017-Q1", "2000")
    await tell(firm, "1.2", "2017-02-01")
    await win_pounds(firm)
    assert (await firm.statement())["earned"] == [{"amount": "60.00", "currency": "USD"}]
