"""Credits by hand: they pay by the rule that they name, say who gave them and why, and may be withdrawn."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.assignment import PersonIsUnknown
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.given import Given
from compensation.domain.hand_credit import (
    HAND_CREDIT,
    CreditCountsForNothing,
    CreditGivenByHand,
    CreditIdIsTaken,
    GiveCredit,
    GivenTerms,
    HandCreditIsUnknown,
    HandCreditWithdrawn,
    WithdrawCredit,
)
from events.contracts.performance import DealCancelledV1
from events.testing import given
from tests.compensation.company import Company, commission, person, usd
from tests.compensation.crediting import earned, join, paid_by
from tests.compensation.years import booked, document, year

FEBRUARY = date(2017, 2, 3)
TERMS = GivenTerms(person_id="ada", rule="own", booked_on=FEBRUARY, amount=usd("500"))
GIVE = GiveCredit(terms=TERMS, reason="A referral", given_by="carol")
GIVEN = CreditGivenByHand(terms=TERMS, reason="A referral", given_by="carol")
WITHDRAW = WithdrawCredit(reason="A mistake", withdrawn_by="carol")
WITHDRAWN = HandCreditWithdrawn(reason="A mistake", withdrawn_by="carol")


def test_a_credit_is_given_once_and_withdrawn_once() -> None:
    given(HAND_CREDIT).when(GIVE).then(GIVEN)
    given(HAND_CREDIT, GIVEN).when(GIVE).then_nothing()
    given(HAND_CREDIT, GIVEN).when(WITHDRAW).then(WITHDRAWN)
    given(HAND_CREDIT, GIVEN, WITHDRAWN).when(WITHDRAW).then_nothing()


def test_what_is_not_a_credit_is_refused() -> None:
    nothing = msgspec.structs.replace(TERMS, amount=usd("0"), units=Decimal(0))
    given(HAND_CREDIT).when(msgspec.structs.replace(GIVE, terms=nothing)).then_refused(CreditCountsForNothing)
    given(HAND_CREDIT).when(msgspec.structs.replace(GIVE, person_is_known=False)).then_refused(PersonIsUnknown)
    given(HAND_CREDIT).when(WITHDRAW).then_refused(HandCreditIsUnknown)
    given(HAND_CREDIT, GIVEN).when(msgspec.structs.replace(GIVE, reason="x")).then_refused(CreditIdIsTaken)
    given(HAND_CREDIT, GIVEN, WITHDRAWN).when(GIVE).then_refused(CreditIdIsTaken)


def by_hand(amount: str, said: Given, on: date = FEBRUARY) -> PersonYear:
    """Return a year of one deal of 900, and a credit by hand beside it, measured in money and in deals."""
    plan = document()
    deals = msgspec.structs.replace(plan.measures[0], id="deals", counts="deals", quota=None)
    table = msgspec.structs.replace(
        plan.components[0].table, over="measure", pays="each", tiers=plan.components[0].table.tiers[1:]
    )
    spiff = msgspec.structs.replace(plan.components[0], id="spiff", measure="deals", table=table)
    plan = msgspec.structs.replace(plan, measures=(*plan.measures, deals), components=(*plan.components, spiff))
    credit = msgspec.structs.replace(booked("credit~c-1", amount, on), source="by_hand", given=said)
    return year(booked("d1", "900"), credit, plan=plan)


def paid(facts: PersonYear) -> list[tuple[str, Decimal]]:
    return [(line.component, line.earned) for section in earn(facts).earned for line in section.lines]


def test_a_measure_counts_of_a_credit_by_hand_what_it_says_of_it() -> None:
    money, deals = Given(credit_id="c-1", rule="own"), Given(credit_id="c-1", rule="own", deals=Decimal(2))
    own = [("commission", Decimal("45.00"))]
    assert paid(by_hand("300", money)) == [*own, ("commission", Decimal("21.00")), ("spiff", Decimal("8.00"))]
    assert paid(by_hand("0", deals)) == [*own, ("spiff", Decimal("8.00")), ("spiff", Decimal("16.00"))]
    assert [each[1] for each in paid(by_hand("300", deals))] == [
        Decimal(each) for each in ("45.00", "21.00", "8.00", "16.00")
    ]


def test_a_credit_by_a_rule_that_the_plan_does_not_have_waits() -> None:
    found = earn(by_hand("300", Given(credit_id="c-1", rule="other")))
    assert [(each.problem, [credit.deal_id for credit in each.credits]) for each in found.unpaid] == [
        ("no_rule", ["credit~c-1"])
    ]


async def give(firm: Company, status: int = 201, credit_id: str = "c-1", **said: Any) -> dict[str, Any]:
    body = {
        "credit_id": credit_id,
        "person_id": "ada",
        "rule": "own",
        "booked_on": "2017-02-05",
        "amount": {"amount": "500", "currency": "USD"},
        "reason": "A referral",
    }
    answer = await firm.post("/v1/credits", body | said)
    assert answer.status_code == status, answer.text
    return answer.json()


async def withdraw(firm: Company, credit_id: str = "c-1") -> None:
    answer = await firm.post(f"/v1/credits/{credit_id}/withdraw", {"reason": "A mistake"})
    assert answer.status_code == 200, answer.text


async def test_a_credit_by_hand_pays_says_why_and_is_withdrawn(firm: Company) -> None:
    await firm.settle()
    await firm.win("crm.1", "900")
    before = await firm.statement()
    await give(firm)
    statement = await firm.statement()
    assert [each["amount"] for each in statement["earned"]] == ["82.00"]
    line = statement["sections"][0]["lines"][-1]
    assert (line["credit"]["source"], line["credit"]["credit_id"]) == ("by_hand", "c-1")
    assert line["sentence"] == (
        "Credit c-1 by hand (carol: A referral), booked on 2017-02-05, counts USD 500.00 and takes 2017-Q1 from 90.00% "
        "to 140.00% of quota: USD 100.00 at 5% + USD 400.00 at 8% = USD 37.00. Plan accelerated, version 1, "
        "commission."
    )
    text = (await firm.get("/v1/statements/ada", accept="text/plain", period="2017-Q1")).text
    assert "   2  2017-02-05  c-1 " in text
    [event] = [line["credit"]["event"]]
    assert (event["event_type"], event["source"]) == ("CreditGivenByHand", "/services/compensation")
    listed = (await firm.get("/v1/attainment", period="2017-Q1")).json()["items"]
    assert [each["credit"]["amount"] for each in listed if each["period"] == "2017-Q1"] == ["1400.00"]
    found = (await firm.get("/v1/credits", person_id="ada")).json()["items"]
    assert [(each["credit_id"], each["rule"], each["given_by"], each["reason"]) for each in found] == [
        ("c-1", "own", "carol", "A referral")
    ]
    await withdraw(firm)
    after = await firm.statement()
    assert (after["sections"], after["earned"]) == (before["sections"], before["earned"])
    assert (await firm.get("/v1/credits", deal_id="crm.1")).json()["items"] == []


async def test_a_credit_for_a_deal_follows_what_is_told_of_it_and_leaves_its_owners_whole(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    about = {"field": "product", "in": ["GTX Pro"]}
    measure = {"id": "credited", "counts": "amount", "rules": ["own"], "interval": "quarter"}
    paying = commission({"up_to": None, "rate": "10"}) | {"measure": "credited", "when": about}
    await firm.publish_plan("about", measures=[measure], components=[paying], clawback={})
    await firm.assign("bob", "about")
    await give(firm, person_id="bob", deal_id="crm.1")
    await give(firm, person_id="bob", deal_id="crm.1", credit_id="c-2", amount={"amount": "-100", "currency": "USD"})
    assert await earned(firm, "bob") == ""
    await firm.win("crm.1", "900")
    assert [await earned(firm, who) for who in ("ada", "bob")] == ["45.00", "40.00"]
    terms: dict[str, Any] = {"owner": person("ada"), "amount": usd("900"), "booked_on": FEBRUARY, "product": "GTX Pro"}
    await firm.deal(DealCancelledV1, "crm.1", **terms, cancelled_on=date(2017, 4, 20))
    assert [await earned(firm, "bob", period) for period in ("2017-Q1", "2017-Q2")] == ["40.00", "-40.00"]
    await firm.post("/v1/exclusions/crm.1", {"reason": "Not theirs"})
    assert await earned(firm, "bob") == "40.00"


async def test_a_credit_by_hand_waits_like_any_other_and_is_for_the_person_alone(firm: Company) -> None:
    await give(firm, status=422)
    await firm.hire("mia")
    await firm.hire("ada", manager_id="mia")
    await paid_by(firm, "mia", {"source": "roll_up"}, {"source": "team"})
    await join(firm, "ada", "west")
    await join(firm, "mia", "west")
    await give(firm)
    await give(firm, credit_id="c-2", deal_id="crm.1")
    assert {each["kind"] for each in await firm.exceptions()} == {"no_calendar"}
    await firm.set_calendar()
    assert [(each["kind"], each["credit_count"]) for each in await firm.exceptions()] == [("no_plan", 2)]
    listed = (await firm.get("/v1/attainment", period="2017")).json()["items"]
    assert [(each["measure"], each["credit"]["amount"]) for each in listed] == [("bookings", "1000.00")]
    await paid_by(firm, "ada", {})
    assert {each["kind"] for each in await firm.exceptions()} == {"no_rule"}
    await give(firm, credit_id="c-3", rule="rule_0")
    assert [await earned(firm, who) for who in ("ada", "mia")] == ["50.00", ""]


async def test_conditions_ask_who_is_credited_by_hand_on_that_day(firm: Company) -> None:
    await firm.settle()
    await firm.hire("bob")
    west = {"field": "person.team", "equals": "west"}
    measure = {"id": "credited", "counts": "amount", "rules": ["own"], "interval": "quarter"}
    paying = commission({"up_to": None, "rate": "10"}) | {"measure": "credited", "when": west}
    await firm.publish_plan("west", measures=[measure], components=[paying])
    await firm.assign("bob", "west")
    await give(firm, person_id="bob")
    assert await earned(firm, "bob") == ""
    await join(firm, "bob", "west")
    assert await earned(firm, "bob") == "50.00"


@pytest.mark.parametrize(
    "said",
    [
        {"amount": {"amount": "0", "currency": "USD"}},
        {"amount": {"amount": "1.001", "currency": "USD"}},
        {"rule": "No rule"},
        {"reason": ""},
        {"deal_id": "not a deal"},
        {"units": 3},
    ],
)
async def test_a_credit_that_says_nothing_of_use_is_refused(firm: Company, said: dict[str, Any]) -> None:
    await firm.hire("ada")
    await give(firm, status=422, **said)


async def test_credits_by_hand_are_for_administrators(firm: Company) -> None:
    assert (await firm.post("/v1/credits", {}, "manager")).status_code in (403, 422)
    assert (await firm.post("/v1/credits/c-1/withdraw", {"reason": "x"}, "manager")).status_code == 403
    assert (await firm.post("/v1/credits/c-1/withdraw", {"reason": "x"})).status_code == 404
    assert (await firm.get("/v1/credits", "manager")).status_code == 403
