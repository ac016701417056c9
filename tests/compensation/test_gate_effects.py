"""What a gate does while it is shut: nothing is paid, or the first rate, or by another table, or up to a cap."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Cap, Component, Gate, PlanDocument, RateTable
from compensation.domain.document.words import in_words
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from tests.compensation.company import ACCELERATED, Company, commission, person
from tests.compensation.years import booked, document, tiers, year

AT_HALF = Gate(measure="bookings", at_least=Decimal(50), onset="crossing")
BASE_RATE = msgspec.structs.replace(AT_HALF, effect="base_rate")
POORER = RateTable(kind="whole", over="measure", pays="percent", tiers=tiers(("100", "1"), (None, "2")))
OTHER_TABLE = msgspec.structs.replace(AT_HALF, effect="table", table=POORER)
A_CAP = msgspec.structs.replace(AT_HALF, effect="cap", cap=Cap(amount=Decimal(15), over="quarter"))
JANUARY, FEBRUARY, MARCH = date(2017, 1, 10), date(2017, 2, 3), date(2017, 3, 9)


def changed(**said: Any) -> PlanDocument:
    """Return a plan that pays 5% up to 20% of quota and 8% above, with more said of its component."""
    plan = document(tiers(("20", "5"), (None, "8")))
    return msgspec.structs.replace(plan, components=(msgspec.structs.replace(plan.components[0], **said),))


def a_quarter(gate: Gate) -> PersonYear:
    """Return 300, 300 and 400 of a quota of 1,000: the second deal reaches half of it."""
    plan = changed(gates=(gate,))
    assert faults_of(plan) == []
    deals = booked("a", "300", JANUARY), booked("b", "300", FEBRUARY), booked("c", "400", MARCH)
    return year(*deals, plan=plan)


def paid(facts: PersonYear) -> list[Decimal]:
    return [line.earned for section in earn(facts).earned for line in section.lines]


def amounts(*written: str) -> list[Decimal]:
    return [Decimal(each) for each in written]


@pytest.mark.parametrize(
    ("gate", "lines"),
    [
        (AT_HALF, amounts("0", "24.00", "32.00")),
        (BASE_RATE, amounts("15.00", "24.00", "32.00")),
        (OTHER_TABLE, amounts("6.00", "24.00", "32.00")),
        (A_CAP, amounts("15.00", "24.00", "32.00")),
    ],
)
def test_what_is_paid_while_a_gate_is_shut_is_what_its_effect_says(gate: Gate, lines: list[Decimal]) -> None:
    assert paid(a_quarter(gate)) == lines
    whole = msgspec.structs.replace(gate, onset="interval")
    assert paid(a_quarter(whole)) == amounts("18.00", "24.00", "32.00")
    never = msgspec.structs.replace(whole, at_least=Decimal(101))
    assert (
        paid(a_quarter(never))
        == {
            "no_pay": amounts("0", "0", "0"),
            "base_rate": amounts("15.00", "15.00", "20.00"),
            "table": amounts("6.00", "6.00", "8.00"),
            "cap": amounts("15.00", "0", "0"),
        }[gate.effect]
    )


def test_a_cap_of_a_gate_that_opens_late_counts_what_was_paid_under_it() -> None:
    late = msgspec.structs.replace(A_CAP, at_least=Decimal(90))
    assert paid(a_quarter(late)) == amounts("15.00", "0", "32.00")


def test_of_two_gates_that_are_shut_the_first_says_the_table_and_the_lower_cap_holds() -> None:
    low = msgspec.structs.replace(A_CAP, cap=Cap(amount=Decimal(4), over="quarter"))
    facts = a_quarter(AT_HALF)
    for gates, first in (
        ((OTHER_TABLE, BASE_RATE, A_CAP), "6.00"),
        ((BASE_RATE, OTHER_TABLE, A_CAP), "15.00"),
        ((BASE_RATE, low, A_CAP), "4.00"),
    ):
        plan = changed(gates=gates, caps=(Cap(amount=Decimal(1_000), over="quarter"),))
        assert faults_of(plan) == []
        versions = (msgspec.structs.replace(facts.versions[0], document=plan),)
        assert paid(msgspec.structs.replace(facts, versions=versions))[0] == Decimal(first)


def test_a_budget_is_one_sum_over_all_days_that_a_component_pays() -> None:
    plan = changed(since=JANUARY, until=MARCH, caps=(Cap(amount=Decimal(50), over="window"),))
    plan = msgspec.structs.replace(plan, pays="month")
    assert faults_of(plan) == []
    early = booked("early", "500", date(2017, 1, 9))
    deals = booked("a", "500", JANUARY), booked("b", "200", FEBRUARY), booked("c", "400", MARCH)
    assert paid(year(early, *deals, plan=plan)) == amounts("40.00", "10.00", "0")


def test_another_window_has_a_budget_of_its_own() -> None:
    """A later version that moves the days of a component begins a budget anew; one that keeps them does not."""
    first = changed(since=JANUARY, until=MARCH, caps=(Cap(amount=Decimal(20), over="window"),))
    deals = booked("a", "500", JANUARY), booked("b", "300", MARCH)
    for until, second in ((date(2017, 12, 31), "20.00"), (MARCH, "0.00")):
        moved = changed(since=JANUARY, until=until, caps=(Cap(amount=Decimal(20), over="window"),))
        facts = year(*deals, plan=first)
        later = msgspec.structs.replace(facts.versions[0], version=2, effective_on=FEBRUARY, document=moved)
        assert paid(msgspec.structs.replace(facts, versions=(*facts.versions, later))) == amounts("20.00", second)


HUNDRED_OF_TARGET = RateTable(kind="step", over="measure", pays="target", tiers=tiers((None, "100")))
CURVE = RateTable(kind="curve", over="attainment", pays="percent", tiers=tiers(("50", "1"), ("100", "5")))


def with_gate(gate: Gate, table: RateTable | None = None, **said: Any) -> Component:
    component = changed(gates=(gate,)).components[0]
    said |= {} if table is None else {"table": table}
    return msgspec.structs.replace(component, **said)


@pytest.mark.parametrize(
    ("component", "pointers"),
    [
        (with_gate(msgspec.structs.replace(AT_HALF, effect="table")), ["gates/0/table"]),
        (with_gate(msgspec.structs.replace(AT_HALF, effect="cap")), ["gates/0/cap"]),
        (with_gate(msgspec.structs.replace(AT_HALF, table=POORER)), ["gates/0/table"]),
        (with_gate(msgspec.structs.replace(BASE_RATE, cap=A_CAP.cap)), ["gates/0/cap"]),
        (with_gate(BASE_RATE, CURVE), ["gates/0/effect"]),
        (with_gate(msgspec.structs.replace(OTHER_TABLE, table=HUNDRED_OF_TARGET)), ["gates/0/table/pays"]),
        (
            with_gate(msgspec.structs.replace(OTHER_TABLE, table=msgspec.structs.replace(POORER, to_date=False))),
            ["gates/0/table/to_date"],
        ),
        (
            with_gate(msgspec.structs.replace(OTHER_TABLE, table=msgspec.structs.replace(POORER, tiers=()))),
            ["gates/0/table/tiers"],
        ),
        (
            with_gate(msgspec.structs.replace(A_CAP, cap=Cap(amount=Decimal(-1), over="window"))),
            ["gates/0/cap/amount", "gates/0/cap/over"],
        ),
        (with_gate(AT_HALF, caps=(Cap(amount=Decimal(5), over="window"),)), ["caps/0/over"]),
    ],
)
def test_every_fault_of_what_a_shut_gate_does_is_named(component: Component, pointers: list[str]) -> None:
    plan = msgspec.structs.replace(document(), components=(component,))
    assert [each.pointer for each in faults_of(plan)] == [f"/components/0/{each}" for each in pointers]


def test_a_plan_as_a_whole_has_no_window() -> None:
    plan = msgspec.structs.replace(document(), caps=(Cap(amount=Decimal(5), over="window"),))
    assert [each.pointer for each in faults_of(plan)] == ["/caps/0/over"]


def test_a_gate_that_holds_what_is_earned_pays_nothing_until_then() -> None:
    yearly = msgspec.structs.replace(document().measures[0], id="yearly", interval="year")
    gate = msgspec.structs.replace(BASE_RATE, measure="yearly", onset="interval", release="crossing")
    plan = msgspec.structs.replace(changed(gates=(gate,)), measures=(*document().measures, yearly))
    assert [each.pointer for each in faults_of(plan)] == ["/components/0/gates/0/effect"]


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (BASE_RATE, "until bookings reaches 50% of quota (from then on as above) only 5%"),
        (
            OTHER_TABLE,
            "(from then on as above) instead 1% of bookings up to 100 by quarter, 2% above, the reached rate",
        ),
        (msgspec.structs.replace(A_CAP, onset="interval"), "(then for all of it as above) at most USD 15 a quarter"),
    ],
)
def test_what_a_gate_does_is_read_aloud(gate: Gate, words: str) -> None:
    assert words in in_words(changed(gates=(gate,)))


GATES: list[dict[str, Any]] = [
    {"measure": "bookings", "at_least": "50", "onset": "crossing", "effect": "base_rate"},
    {
        "measure": "bookings",
        "at_least": "50",
        "onset": "crossing",
        "effect": "cap",
        "cap": {"amount": "10", "over": "deal"},
    },
]


async def test_a_statement_says_what_a_gate_that_is_shut_has_done(firm: Company) -> None:
    await firm.settle()
    rates = {"up_to": "20", "rate": "5"}, {"up_to": None, "rate": "8"}
    spiff = {
        **commission({"up_to": None, "rate": "1"}),
        "id": "spiff",
        "since": "2017-01-01",
        "until": "2017-03-31",
        "caps": [{"amount": "7", "over": "window"}],
    }
    await firm.publish_plan("gated", components=[commission(*rates) | {"gates": GATES}, spiff])
    await firm.hire("bob")
    await firm.assign("bob", "gated")
    await firm.quota("bob", "2017-Q1", "1000")
    for number, amount in enumerate(("300", "300", "400")):
        await firm.win(f"crm.{number}", amount, person("bob"), booked_on=date(2017, 1 + number, 10))
    statement = await firm.statement("bob", "2017-Q1")
    assert [each["amount"] for each in statement["payable"]] == ["73.00"]
    said = {section["component"]: [each["sentence"] for each in section["lines"]] for section in statement["sections"]}
    assert said["commission"][0] == (
        "Deal crm.0 (GTX Pro, Acme), booked on 2017-01-10, counts USD 300.00 and takes 2017-Q1 from 0.00% to 30.00% of "
        "quota: USD 300.00 at 5% = USD 15.00; gate: bookings is at 30.00%, below 50% of quota, so that it is the first "
        "rate on everything = USD 15.00; cap: bookings is at 30.00%, below 50% of quota, so that it is at most 10 a "
        "deal = USD 10.00. Plan gated, version 1, commission."
    )
    assert "USD 300.00 at 8% = USD 24.00. Plan" in said["commission"][1]
    assert "; cap: at most 7 in all of its days = USD 1.00" in said["spiff"][2]


async def test_what_a_shut_gate_does_is_checked_where_a_plan_is_written(firm: Company) -> None:
    gate = GATES[0] | {"table": ACCELERATED["components"][0]["table"], "cap": {"amount": "1", "over": "day"}}
    component = commission({"up_to": None, "rate": "1"}) | {"gates": [gate]}
    body = {"plan_id": "wrong"} | ACCELERATED | {"components": [component]}
    first = await firm.post("/v1/plans", body)
    assert first.status_code == 422
    assert [each["pointer"] for each in first.json()["errors"]] == ["/components/0/gates/0/cap/over"]
    del gate["cap"]
    answer = await firm.post("/v1/plans", body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/components/0/gates/0/table"]
