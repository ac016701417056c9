"""Gates over intervals longer than a pay period: what is earned is held until the measure is there, or lapses."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Clawback, Gate, Measure, PlanDocument
from compensation.domain.document.words import in_words
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import Earnings, earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.held import Fate, Lapsed, Released, Waiting
from compensation.domain.engine.held_words import explain_held
from tests.compensation.company import Company, commission, person
from tests.compensation.histories_drawn import years
from tests.compensation.test_pay_properties import randomly
from tests.compensation.test_release_oracle import by_engine
from tests.compensation.years import booked, document, quota, tiers, year

YEARLY = Measure(id="yearly", counts="amount", rules=("own",), interval="year", quota="bookings")
AT_CROSSING = Gate(measure="yearly", at_least=Decimal(100), onset="interval", release="crossing")
AT_THE_END = msgspec.structs.replace(AT_CROSSING, release="interval_end")
QUOTAS = (quota("2017", "1000"), *(quota(f"2017-M{month:02}", "100") for month in range(1, 13)))
JANUARY, MARCH, JUNE = date(2017, 1, 10), date(2017, 3, 9), date(2017, 6, 1)


def gated(gate: Gate, **said: object) -> PlanDocument:
    """Return a plan that pays 10% by month, of which nothing is paid before the year's quota is reached."""
    plan = document(tiers((None, "10")), interval="month")
    component = msgspec.structs.replace(plan.components[0], gates=(gate,))
    return msgspec.structs.replace(plan, measures=(*plan.measures, YEARLY), components=(component,), **said)


def earned(gate: Gate, *deals: Credit, **said: object) -> Earnings:
    plan = gated(gate, **said)
    assert faults_of(plan) == []
    return earn(year(*deals, plan=plan, quotas=QUOTAS))


def fates(found: Earnings) -> list[tuple[str, Decimal, Fate]]:
    return [(each.period.name, each.amount, each.fate) for each in found.held]


def test_what_is_held_is_paid_with_the_deal_that_reaches_the_gate() -> None:
    found = earned(AT_CROSSING, booked("a", "400", JANUARY), booked("b", "700", MARCH), booked("c", "100", JUNE))
    [(period, amount, fate)] = fates(found)
    assert (period, amount) == ("2017-M01", Decimal("40.00"))
    assert isinstance(fate, Released)
    assert (fate.period.name, fate.on) == ("2017-M03", MARCH)
    assert [each.earned for each in found.earned] == [Decimal("40.00"), Decimal("70.00"), Decimal("10.00")]


def test_what_a_crossing_has_paid_stays_paid_when_the_measure_falls_again() -> None:
    found = earned(AT_CROSSING, booked("a", "400", JANUARY), booked("b", "700", MARCH), booked("c", "-500", JUNE))
    assert [isinstance(fate, Released) for *_, fate in fates(found)] == [True]


def test_at_the_interval_s_end_the_last_word_counts() -> None:
    deals = booked("a", "400", JANUARY), booked("b", "700", MARCH)
    for *_, fate in fates(earned(AT_THE_END, *deals)):
        assert isinstance(fate, Released)
        assert (fate.period.name, fate.on) == ("2017-M12", date(2017, 12, 31))
    fallen = fates(earned(AT_THE_END, *deals, booked("c", "-500", JUNE)))
    assert [fate for *_, fate in fallen] == [Waiting(until=date(2017, 12, 31))] * 3


def test_what_is_never_reached_lapses_with_the_interval() -> None:
    [held] = earned(AT_CROSSING, booked("a", "400", JANUARY)).held
    assert held.fate == Waiting(until=date(2017, 12, 31))
    assert explain_held(held) == (
        "All of what deal a, booked on 2017-01-10, earned, USD 40.00, is due once yearly reaches 100% of quota: that "
        "is not so yet, and it lapses after 2017-12-31. Plan p1, version 1, commission."
    )


def test_what_is_held_of_a_cancelled_deal_lapses_and_nothing_is_taken_back() -> None:
    deal = msgspec.structs.replace(booked("a", "400", JANUARY), cancelled_on=date(2017, 2, 1))
    found = earned(AT_CROSSING, deal, booked("b", "700", MARCH), clawback=Clawback())
    assert [fate for *_, fate in fates(found)] == [Lapsed(on=date(2017, 2, 1))]
    assert [each.earned for each in found.clawed] == [Decimal("0.00")]


@pytest.mark.parametrize(
    ("gate", "pointers"),
    [
        (msgspec.structs.replace(AT_CROSSING, release=None), ["/components/0/gates/0/onset"]),
        (msgspec.structs.replace(AT_CROSSING, onset="crossing"), ["/components/0/gates/0/release"]),
        (msgspec.structs.replace(AT_CROSSING, measure="bookings"), ["/components/0/gates/0/release"]),
        (AT_CROSSING, []),
    ],
)
def test_a_gate_says_when_it_lets_go_where_it_holds_and_only_there(gate: Gate, pointers: list[str]) -> None:
    assert [each.pointer for each in faults_of(gated(gate))] == pointers


def test_a_gate_that_holds_is_read_aloud() -> None:
    assert "only once yearly reaches 100% of quota, then for all of it, held until then" in in_words(gated(AT_CROSSING))
    assert "then for all of it, held until its interval ends" in in_words(gated(AT_THE_END))


@randomly
@for_all(years, st.integers(0, 364))
def test_what_a_period_has_paid_does_not_change_with_later_deals(facts: PersonYear, days: int) -> None:
    """Whatever gates, caps and instalments a plan has: of periods that ended before a deal, nothing moves."""
    day = date(2017, 1, 1) + timedelta(days=days)
    before = msgspec.structs.replace(facts, credits=tuple(each for each in facts.credits if each.booked_on <= day))
    ended = [each for each in earn(facts).earned if each.period.ends_on <= day]
    names = {each.period.name for each in ended}
    now, then = by_engine(earn(facts)), by_engine(earn(before))
    assert {where: now[where] for where in now if where[0] in names} == {
        where: then[where] for where in then if where[0] in names
    }


async def test_a_statement_holds_what_the_year_has_not_reached_and_releases_it(firm: Company) -> None:
    await firm.settle()
    gate = {"measure": "yearly", "at_least": "100", "onset": "interval", "release": "crossing"}
    measures = [
        {"id": name, "counts": "amount", "rules": ["own"], "interval": interval, "quota": "bookings"}
        for name, interval in (("bookings", "quarter"), ("yearly", "year"))
    ]
    paid = commission({"up_to": None, "rate": "10"}) | {"gates": [gate]}
    await firm.publish_plan("waiting", measures=measures, components=[paid])
    await firm.hire("bob")
    await firm.assign("bob", "waiting")
    for period in ("2017", "2017-Q1", "2017-Q2"):
        await firm.quota("bob", period, "1000")
    await sell(firm, "crm.1", "400", JANUARY)
    first = await firm.statement("bob", "2017-Q1")
    assert [each["amount"] for each in first["payable"]] == ["0.00"]
    assert [(each["status"], each["on"]) for each in first["held"]] == [("waiting", "2017-12-31")]
    await sell(firm, "crm.2", "700", JUNE)
    second = await firm.statement("bob", "2017-Q2")
    assert [each["amount"] for each in (*second["earned"], *second["payable"])] == ["70.00", "110.00"]
    assert [(each["pays_in"], each["amount"]["amount"]) for each in second["released"]] == [("2017-Q2", "40.00")]


async def sell(firm: Company, deal_id: str, amount: str, on: date) -> None:
    await firm.win(deal_id, amount, person("bob"), booked_on=on)
