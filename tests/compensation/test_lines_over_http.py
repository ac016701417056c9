"""Lines of deals over HTTP: what statements show of them, what waits because of them, and which plans are refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.performance import (
    DayField,
    DealAmendedV1,
    DealWonV1,
    FlagField,
    LineV1,
    NumberField,
    SplitV1,
    TextField,
    UnmatchedOwner,
)
from tests.compensation.company import ACCELERATED, Company, commission, person, split, usd

FEBRUARY = date(2017, 2, 3)
FLAT = {"up_to": None, "rate": "10"}


def line(line_id: str, amount: str, **said: Any) -> LineV1:
    return LineV1(line_id=line_id, amount=Decimal(amount), **said)


HARDWARE = line(
    "L-1",
    "300",
    product_id="gtx",
    type="hardware",
    quantity=Decimal(3),
    margin=Decimal(75),
    value_per_year=Decimal(100),
    term_months=36,
    renewal=False,
    fields=(TextField(name="region", value="West"), NumberField(name="seats", value=Decimal("12.5"))),
)
SERVICE = line("L-2", "100", type="service")
OF_DEAL = (
    TextField(name="region", value="East"),
    FlagField(name="strategic", value=True),
    DayField(name="signed_on", value=FEBRUARY),
)


def flat(measure: str = "bookings", **rest: Any) -> dict[str, Any]:
    table = {"kind": "step", "over": "measure", "pays": "percent", "tiers": [FLAT]}
    return {"id": "commission", "measure": measure, "table": table} | rest


async def settle(firm: Company, **changes: Any) -> None:
    """Pay Ada by a plan, of which changes may be all parts."""
    await firm.set_calendar()
    await firm.hire("ada", manager_id="mia", owners=("h-ada",))
    parts: dict[str, Any] = {"components": [flat()]} | changes
    await firm.publish_plan(**parts)
    await firm.assign("ada")
    await firm.quota("ada", "2017-Q1", "1000")


def shown(statement: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (each["credit"]["line"]["line_id"], each["credit"]["amount"]["amount"], each["earned"]["amount"])
        for section in statement["sections"]
        for each in section["lines"]
    ]


async def test_a_statement_shows_each_line_of_a_deal(firm: Company) -> None:
    await settle(firm)
    shares = split((person("ada"), "60"), (person("bob"), "40"))
    await firm.win("crm.1", "400", splits=shares, lines=(HARDWARE, SERVICE), fields=OF_DEAL)
    statement = await firm.statement()
    assert shown(statement) == [("L-1", "180.00", "18.00"), ("L-2", "60.00", "6.00")]
    assert statement["credited"] == [{"amount": "240.00", "currency": "USD"}]
    [section] = statement["sections"]
    first, second = section["lines"]
    assert first["credit"]["line"] == {
        "line_id": "L-1",
        "amount": {"amount": "300.00", "currency": "USD"},
        "product_id": "gtx",
        "type": "hardware",
        "quantity": "3",
        "margin": {"amount": "75.00", "currency": "USD"},
        "value_per_year": {"amount": "100.00", "currency": "USD"},
        "term_months": 36,
        "renewal": False,
    }
    assert first["credit"]["fields"] == {
        "region": "West",
        "seats": "12.5",
        "strategic": True,
        "signed_on": "2017-02-03",
    }
    assert second["credit"]["line"]["margin"] is None
    assert second["credit"]["fields"]["region"] == "East"
    assert first["sentence"].startswith(
        "Deal crm.1 (GTX Pro, Acme), line L-1 (hardware, gtx), booked on 2017-02-03, counts USD 180.00 "
        "(60% of USD 300.00)"
    )


async def test_shares_of_lines_add_up_to_the_deal_to_the_last_digit(firm: Company) -> None:
    await settle(firm)
    third = Decimal("33.333333")
    shares = (
        SplitV1(owner=person("ada"), percent=third),
        SplitV1(owner=person("bob"), percent=third),
        SplitV1(owner=person("ada"), percent=Decimal(100) - third - third),
    )
    await firm.win("crm.1", "0.10", splits=shares, lines=(line("1", "0.03"), line("2", "0.07")))
    await firm.win("crm.2", "1")
    lines = [each for section in (await firm.statement())["sections"] for each in section["lines"]]
    mine = [Decimal(each["credit"]["amount"]["amount"]) for each in lines if each["credit"]["line"] is not None]
    assert sum(mine) == Decimal("0.10") * (100 - third) / 100
    assert lines[-1]["credit"]["line"] is None


async def test_rules_act_on_the_lines_of_a_deal_and_name_custom_fields(firm: Company) -> None:
    services = {"field": "type", "equals": "service"}
    rules = [{"id": "own", "when": {"not": services}}, {"id": "services", "when": services, "pay_percent": "50"}]
    measures = [
        {"id": "bookings", "counts": "amount", "rules": ["own", "services"], "interval": "quarter", "quota": "bookings"}
    ]
    west = {"when": {"field": "fields.region", "equals": "west"}, "percent": "200"}
    await settle(firm, credit_rules=rules, measures=measures, components=[flat(modifiers=[west])])
    await firm.win("crm.1", "400", lines=(HARDWARE, SERVICE), fields=OF_DEAL)
    assert shown(await firm.statement()) == [("L-1", "300.00", "60.00"), ("L-2", "100.00", "5.00")]


async def test_a_line_without_the_number_that_is_measured_is_named_and_pays_once_it_is_told(firm: Company) -> None:
    measures = [{"id": "margins", "counts": "margin", "rules": ["own"], "interval": "quarter"}]
    await settle(firm, measures=measures, components=[flat("margins")])
    await firm.win("crm.1", "400", lines=(HARDWARE, SERVICE))
    assert shown(await firm.statement()) == [("L-1", "300.00", "7.50")]
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["amount"]["amount"], waiting["credit_count"]) == ("no_number", "100.00", 1)
    assert waiting["problem"] == "the deal's line does not say the number that the plan measures"
    told = (HARDWARE, line("L-2", "100", type="service", margin=Decimal(50)))
    await firm.deal(
        DealAmendedV1,
        "crm.1",
        changed=("lines",),
        owner=person("ada"),
        amount=usd("400"),
        booked_on=FEBRUARY,
        lines=told,
    )
    assert await firm.exceptions() == []
    statement = await firm.statement()
    assert shown(statement) == [("L-1", "300.00", "7.50"), ("L-2", "100.00", "5.00")]
    assert statement["sections"][0]["lines"][0]["credit"]["event"]["event_type"] == "DealAmendedV1"


async def test_lines_that_do_not_add_up_to_their_deal_are_named_and_pay_once_they_do(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "400", lines=(HARDWARE, SERVICE))
    corrected: dict[str, Any] = {"owner": person("ada"), "booked_on": FEBRUARY, "lines": (HARDWARE, SERVICE)}
    await firm.deal(DealAmendedV1, "crm.1", changed=("amount",), amount=usd("350"), **corrected)
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["deal_id"], waiting["person_id"]) == ("lines_do_not_add_up", "crm.1", "ada")
    assert waiting["amount"] == {"amount": "350.00", "currency": "USD"}
    assert waiting["problem"] == "the lines of the deal do not add up to its amount"
    assert (await firm.statement())["sections"] == []
    fewer: dict[str, Any] = corrected | {"lines": (line("L-1", "350"),)}
    await firm.deal(DealAmendedV1, "crm.1", changed=("lines",), amount=usd("350"), **fewer)
    assert await firm.exceptions() == []
    assert shown(await firm.statement()) == [("L-1", "350.00", "35.00")]


async def test_a_share_that_is_nobodys_waits_once_however_many_lines_the_deal_has(firm: Company) -> None:
    await settle(firm)
    await firm.win("crm.1", "400", owner=UnmatchedOwner(owner_hash="h-new"), lines=(HARDWARE, SERVICE))
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["amount"]["amount"], waiting["credit_count"]) == ("unmatched_owner", "400.00", 1)
    await firm.claim("ada", "h-new")
    assert shown(await firm.statement()) == [("L-1", "300.00", "30.00"), ("L-2", "100.00", "10.00")]


async def test_a_managers_credit_is_line_by_line_and_counted_once(firm: Company) -> None:
    rules = [{"id": "own", "source": "roll_up", "when": {"field": "type", "equals": "hardware"}}]
    await settle(firm, credit_rules=rules)
    await firm.hire("mia")
    await firm.assign("mia")
    shares = split((person("ada"), "50"), (UnmatchedOwner(owner_hash="h-ada"), "50"))
    await firm.deal(DealWonV1, "crm.1", amount=usd("400"), booked_on=FEBRUARY, splits=shares, lines=(HARDWARE, SERVICE))
    assert shown(await firm.statement("mia")) == [("L-1", "300.00", "30.00")]


MEASURE = {"id": "bookings", "rules": ["own"], "interval": "quarter"}


@pytest.mark.parametrize(
    ("changes", "pointer", "detail"),
    [
        ({"measures": [MEASURE | {"counts": "field"}]}, "/measures/0/field", "a measure that counts a field names it"),
        (
            {"measures": [MEASURE | {"counts": "margin", "field": "seats"}]},
            "/measures/0/field",
            "a measure that counts margin names no field",
        ),
        (
            {"measures": [MEASURE | {"counts": "field", "field": "no name"}]},
            "/measures/0/field",
            "the name of a custom field: letters, digits, `.`, `_`, `:` and `-`, 60 at most",
        ),
        (
            {"components": [flat(when={"field": "fields.", "exists": True})]},
            "/components/0/when",
            "there is no field fields.: a condition may name",
        ),
        (
            {"components": [flat(modifiers=[{"when": {"field": "margins", "exists": True}, "percent": "50"}])]},
            "/components/0/modifiers/0/when",
            "there is no field margins: a condition may name",
        ),
    ],
)
async def test_what_a_plan_says_wrongly_of_lines_is_named_by_its_place(
    firm: Company, changes: dict[str, Any], pointer: str, detail: str
) -> None:
    components = {"components": [commission(FLAT, over="measure")]}
    answer = await firm.post("/v1/plans", ACCELERATED | {"plan_id": "wrong"} | components | changes)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == pointer
    assert fault["detail"].startswith(detail)


async def test_a_plan_over_lines_is_read_aloud(firm: Company) -> None:
    measures = [MEASURE | {"id": "seats", "counts": "field", "field": "seats_sold"}]
    when = {"all": [{"field": "margin_percent", "at_least": "20"}, {"field": "fields.Region__c", "equals": "West"}]}
    await settle(firm, measures=measures, components=[flat("seats", when=when)])
    answer = (await firm.get("/v1/plans/accelerated")).json()
    assert "10% of seats_sold by quarter; for deals whose margin percent is at least 20, and Region__c is West" in str(
        answer
    )
