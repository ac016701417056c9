"""The pay engine: worked examples, and what holds for every history."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.document.shape import PlanDocument
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import total
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.measure import Measured
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.sections import Earning
from money.money import round_to_currency
from tests.compensation.years import (
    amounts,
    booked,
    document,
    documents,
    on_plan,
    published,
    quota,
    rates,
    tiers,
    year,
    years,
)
from tests.pinned.making import advice
from tests.pinned.results import NAMES, digest_of, pinned

JANUARY, FEBRUARY, MARCH = date(2017, 1, 9), date(2017, 2, 9), date(2017, 3, 9)


def only(facts: PersonYear) -> Earning:
    [earning] = earn(facts).earned
    return earning


def slices(earning: Earning, place: int) -> list[tuple[Decimal, Decimal]]:
    return [(each.pay_base, each.rate) for each in earning.lines[place].rated.slices]


def test_w01_a_deal_over_an_edge_is_paid_at_both_rates() -> None:
    plan = document(tiers(("150", "4"), ("250", "6"), (None, "8")))
    earning = only(
        year(
            booked("d1", "145000", JANUARY),
            booked("d2", "20000", FEBRUARY),
            plan=plan,
            quotas=(quota("2017-Q1", "100000"),),
        )
    )
    assert earning.lines[1].earned == Decimal("1100.00")
    assert slices(earning, 1) == [(Decimal(5000), Decimal(4)), (Decimal(15000), Decimal(6))]
    assert earning.earned == Decimal("6900.00")


def test_w08_three_tiers_add_up() -> None:
    plan = document(tiers(("100", "5"), ("250", "7"), (None, "10")))
    earning = only(year(booked("d1", "30000"), plan=plan, quotas=(quota("2017-Q1", "10000"),)))
    assert earning.earned == Decimal("2050.00")
    assert earning.tier == 3


def test_w10a_a_higher_tier_is_not_paid_backwards() -> None:
    plan = document(tiers(("100", "50"), (None, "60")))
    earning = only(year(booked("d1", "180000"), plan=plan, quotas=(quota("2017-Q1", "100000"),)))
    assert earning.earned == Decimal("98000.00")


def test_the_measure_begins_anew_each_interval() -> None:
    facts = year(
        booked("d1", "1500", MARCH),
        booked("d2", "1500", date(2017, 4, 1)),
        quotas=(quota("2017-Q1", "1000"), quota("2017-Q2", "1000")),
    )
    assert [(each.period.name, each.earned) for each in earn(facts).earned] == [
        ("2017-Q1", Decimal("90.00")),
        ("2017-Q2", Decimal("90.00")),
    ]


@pytest.mark.parametrize(("edge", "tier"), [("lower", 1), ("upper", 2)])
def test_an_attainment_on_the_edge_is_in_the_tier_that_the_plan_says(edge: str, tier: int) -> None:
    plan = document(edge="upper" if edge == "upper" else "lower")
    earning = only(year(booked("d1", "1000"), plan=plan))
    assert (earning.tier, earning.earned) == (tier, Decimal("50.00"))


def test_deals_of_a_day_count_by_source_time_then_by_id() -> None:
    facts = year(booked("b", "600"), booked("c", "600", hour=-1), booked("a", "600", hour=1))
    assert [line.credit.deal_id for line in only(facts).lines] == ["c", "b", "a"]


def test_the_booking_day_decides_the_version() -> None:
    later = published(document(tiers((None, "10"))), version=2, effective_on=FEBRUARY)
    facts = year(booked("d1", "100", JANUARY), booked("d2", "100", FEBRUARY), versions=(later, published(document())))
    assert [(line.plan_version, line.earned) for line in only(facts).lines] == [
        (1, Decimal("5.00")),
        (2, Decimal("10.00")),
    ]


def test_a_change_of_plan_carries_the_attainment_over() -> None:
    facts = year(
        booked("d1", "1000", JANUARY),
        booked("d2", "100", MARCH),
        spells=(on_plan("p1", ends_on=JANUARY), on_plan("p2", starts_on=FEBRUARY)),
        versions=(published(document()), published(document(), plan_id="p2")),
    )
    assert [(each.plan_id, each.earned) for each in earn(facts).earned] == [
        ("p1", Decimal("50.00")),
        ("p2", Decimal("8.00")),
    ]


def test_a_credit_below_zero_goes_back_through_the_same_tiers() -> None:
    facts = year(booked("d1", "1200", JANUARY), booked("d2", "-1200", FEBRUARY))
    earning = only(facts)
    assert slices(earning, 1) == [(Decimal(-200), Decimal(8)), (Decimal(-1000), Decimal(5))]
    assert earning.earned == Decimal("0.00")


def test_attainment_is_credit_in_percent_of_quota() -> None:
    earning = only(year(booked("d1", "1234.50"), quotas=(quota("2017-Q1", "3000"),)))
    assert earning.measured == Measured(credit=Decimal("1234.50"), quota=Decimal(3000), percent=Decimal("41.15"))


def test_rounding_at_the_end_leaves_the_residual_to_the_last_line() -> None:
    plan = document(tiers((None, "5")))
    facts = year(*(booked(f"d{place}", "0.90", JANUARY) for place in range(3)), plan=plan)
    earning = only(facts)
    assert [line.earned for line in earning.lines] == [Decimal("0.05"), Decimal("0.05"), Decimal("0.04")]
    assert [line.rated.exact for line in earning.lines] == [Decimal("0.0450")] * 3
    assert earning.earned == Decimal("0.14")


def test_rounding_each_line_adds_up_what_was_rounded() -> None:
    plan = document(tiers((None, "5")), at="each_line", rule="half_even")
    facts = year(*(booked(f"d{place}", "0.90", JANUARY) for place in range(3)), plan=plan)
    assert only(facts).earned == Decimal("0.12")


def test_a_plan_of_one_tier_needs_no_quota() -> None:
    facts = year(booked("d1", "1000", date(2017, 4, 1)), plan=document(tiers((None, "5"))))
    assert only(facts).earned == Decimal("50.00")
    assert only(facts).measured == Measured(credit=Decimal(1000), quota=None, percent=None)


@pytest.mark.parametrize(
    ("facts", "problem", "period"),
    [
        (year(booked("d1", "1"), spells=()), "no_plan", "2017-Q1"),
        (year(booked("d1", "1", date(2017, 4, 1)), spells=()), "no_plan", "2017"),
        (year(booked("d1", "1"), spells=(on_plan("p1"), on_plan("p2"))), "several_plans", "2017-Q1"),
        (year(booked("d1", "1"), versions=()), "plan_not_in_effect", "2017-Q1"),
        (
            year(booked("d1", "1"), versions=(published(document(), effective_on=FEBRUARY),)),
            "plan_not_in_effect",
            "2017-Q1",
        ),
        (year(booked("d1", "1", currency="EUR")), "other_currency", "2017-Q1"),
        (year(booked("d1", "1", date(2017, 4, 1))), "no_quota", "2017-Q2"),
        (year(booked("d1", "1"), quotas=(quota("2017-Q1", "10", "EUR"),)), "quota_in_other_currency", "2017-Q1"),
        (year(booked("d1", "1"), quotas=(quota("2017-Q1", "0"),)), "quota_is_zero", "2017-Q1"),
    ],
)
def test_what_cannot_be_paid_is_named_with_its_period(facts: PersonYear, problem: Problem, period: str) -> None:
    earnings = earn(facts)
    assert earnings.earned == ()
    assert [(each.problem, each.period.name, each.credited) for each in earnings.unpaid] == [
        (problem, period, Decimal(1))
    ]


@for_all(years(), st.randoms(use_true_random=False))
def test_arrival_order_never_changes_a_result(facts: PersonYear, random: Random) -> None:
    assert earn(shuffled(facts, random)) == earn(facts)


def shuffled(facts: PersonYear, random: Random) -> PersonYear:
    def mixed(things: tuple[object, ...]) -> list[object]:
        return random.sample(things, len(things))

    return PersonYear(
        person_id=facts.person_id,
        year=facts.year,
        calendar=facts.calendar,
        credits=tuple(mixed(facts.credits)),  # pyright: ignore[reportArgumentType] the same credits
        quotas=tuple(mixed(facts.quotas)),  # pyright: ignore[reportArgumentType] the same quotas
        spells=facts.spells,
        versions=tuple(mixed(facts.versions)),  # pyright: ignore[reportArgumentType] the same versions
    )


@for_all(years())
def test_slices_add_up_to_their_line_and_lines_to_the_pay(facts: PersonYear) -> None:
    for earning in earn(facts).earned:
        for line in earning.lines:
            assert total(each.pay_base for each in line.rated.slices) == line.credit.amount
            assert total(each.earned for each in line.rated.slices) == line.rated.exact
        assert total(line.earned for line in earning.lines) == earning.earned
        assert total(line.credit.amount for line in earning.lines) == earning.credited


@for_all(years())
def test_every_credit_is_on_one_line_or_named_as_unpaid(facts: PersonYear) -> None:
    earnings = earn(facts)
    paid = [line.credit for earning in earnings.earned for line in earning.lines]
    waiting = [credit for unpaid in earnings.unpaid for credit in unpaid.credits]
    assert sorted(each.order for each in (*paid, *waiting)) == sorted(each.order for each in facts.credits)


@for_all(rates, st.lists(amounts, min_size=1, max_size=10))
def test_one_tier_is_a_flat_rate(rate: Decimal, deals: list[Decimal]) -> None:
    plan = document(tiers((None, str(rate))))
    facts = year(*(booked(f"d{place}", amount) for place, amount in enumerate(deals)), plan=plan)
    assert only(facts).earned == round_to_currency(sum(deals, Decimal(0)) * rate / 100, "USD")


@for_all(documents(), amounts, st.lists(st.integers(0, 10_000_000), max_size=5))
def test_a_deal_in_parts_earns_as_much_as_the_whole(plan: PlanDocument, amount: Decimal, cents: list[int]) -> None:
    at_end = document(plan.components[0].table.tiers, interval=plan.pays)
    cuts = sorted(min(Decimal(each).scaleb(-2), amount) for each in cents)
    parts = [high - low for low, high in zip([Decimal(0), *cuts], [*cuts, amount], strict=True)]
    quotas = tuple(quota(period, "5000") for period in ("2017-M01", "2017-Q1", "2017"))
    whole = year(booked("d", amount), plan=at_end, quotas=quotas)
    split = year(*(booked(f"d{place}", part) for place, part in enumerate(parts)), plan=at_end, quotas=quotas)
    assert only(split).earned == only(whole).earned


@pytest.mark.parametrize("name", NAMES)
def test_what_is_pinned_comes_out_to_the_byte(name: str) -> None:
    assert name in pinned(), "new: `.venv/bin/python -m tests.pinned.making` pins it"
    assert digest_of(name) == pinned()[name].digest, advice(name)
