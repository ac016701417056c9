"""Figures on which an independent oracle and the engine once disagreed: each is what the texts say."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from compensation.domain.document.condition import Condition
from compensation.domain.document.faults import faults_of
from compensation.domain.document.shape import Gate, Pays
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from tests.compensation.written_years import (
    BOOKINGS,
    UNITS,
    a_component,
    a_deal,
    a_plan,
    a_quota,
    a_table,
    a_written_year,
    caps,
    versions_of,
)

JANUARY, FEBRUARY, MARCH = date(2017, 1, 1), date(2017, 2, 1), date(2017, 3, 1)
FLAT = a_table((None, "10"), over="measure")
CAPPED = msgspec.structs.replace(BOOKINGS, cap_percent=Decimal(100))
MONTHLY = msgspec.structs.replace(BOOKINGS, interval="month")


def paid(facts: PersonYear) -> dict[str, Decimal]:
    """Return what is paid in each period, by a plan that could be published."""
    assert [faults_of(version.document) for version in facts.versions] == [[]] * len(facts.versions)
    return {each.period.name: each.earned for each in earn(facts).earned}


def reasons(facts: PersonYear) -> list[str]:
    return [each.problem for each in earn(facts).unpaid]


@pytest.mark.parametrize(("pays", "expected"), [("percent", "8.80"), ("target", "528.00")])
def test_the_reached_rate_is_paid_on_everything_whoever_reached_it(pays: Pays, expected: str) -> None:
    """100 of product A, then 150 of B, which is not paid, then 10 of A, of a quota of 200: 8% of 110."""
    rates = (("100", "5"), (None, "8")) if pays == "percent" else (("100", "50"), (None, "80"))
    component = a_component(a_table(*rates, kind="whole", pays=pays), when=Condition(field="product", equals="A"))
    deals = (
        a_deal("a", "100", JANUARY, product="A"),
        a_deal("b", "150", FEBRUARY, product="B"),
        a_deal("c", "10", MARCH, product="A"),
    )
    assert paid(a_written_year(*deals, plan=a_plan(component), quotas=(a_quota("200"),))) == {"2017": Decimal(expected)}


@pytest.mark.parametrize(("pays", "expected"), [("percent", "88.00"), ("target", "105.60")])
def test_a_version_that_says_the_same_changes_nothing(pays: Pays, expected: str) -> None:
    """900 and 200 of a quota of 1,000, with a new version between them: 8% of 1,100, or of the target."""
    plan = a_plan(a_component(a_table(("100", "5"), (None, "8"), kind="whole", pays=pays)))
    facts = a_written_year(
        a_deal("a", "900"),
        a_deal("b", "200", MARCH),
        versions=versions_of((JANUARY, plan), (FEBRUARY, plan)),
        quotas=(a_quota("1000"),),
    )
    assert paid(facts) == {"2017": Decimal(expected)}


def test_a_percent_of_a_number_of_deals_is_refused() -> None:
    plan = a_plan(a_component(a_table((None, "5"), over="measure"), measure="units"), measures=(UNITS,))
    assert [each.pointer for each in faults_of(plan)] == ["/components/0/table/pays"]


def test_a_gate_asks_for_the_quota_of_its_measure_alone() -> None:
    gate = Gate(measure="bookings", at_least=Decimal(50), onset="crossing")
    component = a_component(a_table((None, "5"), pays="each", over="measure"), measure="units", gates=(gate,))
    facts = a_written_year(
        a_deal("a", "1000"), plan=a_plan(component, measures=(UNITS, BOOKINGS)), quotas=(a_quota("1000"),)
    )
    assert paid(facts) == {"2017": Decimal("5.00")}


def test_a_cap_on_attainment_waits_for_the_quota_that_it_is_a_percent_of() -> None:
    facts = a_written_year(a_deal("a", "1000"), plan=a_plan(a_component(FLAT), measures=(CAPPED,)))
    in_euro = msgspec.structs.replace(a_quota("100"), currency="EUR")
    assert reasons(facts) == ["no_quota"]
    assert reasons(msgspec.structs.replace(facts, quotas=(a_quota("0"),))) == ["quota_is_zero"]
    assert reasons(msgspec.structs.replace(facts, quotas=(in_euro,))) == ["quota_in_other_currency"]


def test_the_cap_of_a_deal_comes_before_that_of_a_year() -> None:
    """150 and 50 are worth 10 each by their own cap, which is far below the 150 of the year."""
    plan = a_plan(a_component(FLAT, caps=caps(year="150", deal="10")))
    facts = a_written_year(a_deal("a", "1500"), a_deal("b", "500", FEBRUARY), plan=plan)
    assert paid(facts) == {"2017": Decimal("20.00")}


@pytest.mark.parametrize("first", [caps(deal="100", year="100"), ()])
def test_a_cap_of_the_year_holds_across_the_versions_of_a_plan(first: tuple[object, ...]) -> None:
    """1,000 by each of two versions, the second of which pays at most 100 a year."""
    before, after = a_plan(a_component(FLAT, caps=first)), a_plan(a_component(FLAT, caps=caps(year="100")))
    facts = a_written_year(
        a_deal("a", "1000"),
        a_deal("b", "1000", MARCH),
        versions=versions_of((JANUARY, before), (FEBRUARY, after)),
    )
    assert paid(facts) == {"2017": Decimal("100.00")}


def test_three_parts_of_a_deal_pay_the_same_half_cent_as_the_whole() -> None:
    plan = a_plan(a_component(a_table((None, "100"), pays="target")), measures=(MONTHLY,))
    thirds = (a_deal("a", "1000"), a_deal("b", "1000"), a_deal("c", "1000"))
    facts = a_written_year(*thirds, plan=plan, quotas=(a_quota("3000", "2017-M01"),), target="1000.02")
    assert paid(facts) == {"2017": Decimal("83.34")}


def test_a_gate_that_looks_beyond_the_pay_period_is_refused() -> None:
    """What January pays would change in March."""
    gate = Gate(measure="bookings", at_least=Decimal(100), onset="interval")
    plan = a_plan(a_component(FLAT, gates=(gate,)), pays="month")
    assert [each.pointer for each in faults_of(plan)] == ["/components/0/gates/0/onset"]


def test_the_same_facts_give_the_same_bytes_whatever_was_computed_before() -> None:
    plan = a_plan(a_component(a_table(("100", "5"), (None, "8"))))
    long = a_written_year(a_deal("a", "1500"), plan=plan, quotas=(a_quota("1000.00"),))
    short = msgspec.structs.replace(long, quotas=(a_quota("1000"),))
    alone = msgspec.json.encode(earn(long))
    earn(short)
    assert msgspec.json.encode(earn(long)) == alone


def test_no_line_pays_minus_nothing() -> None:
    facts = a_written_year(a_deal("a", "-0.01"), a_deal("b", "5"), plan=a_plan(a_component(FLAT)))
    assert [str(line.earned) for line in earn(facts).earned[0].lines] == ["0.00", "0.50"]
