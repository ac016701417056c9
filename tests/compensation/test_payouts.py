"""What is paid of what was earned: a second implementation agrees, and no money is lost, whatever plans say."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.deriving.earnings import derive
from compensation.domain.document.shape import Draw
from compensation.domain.engine.drawing import Payout, PayPeriod, pay_out
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.held import Held
from compensation.domain.engine.pay_periods import EarnedSum, PayTerms, pay_periods
from compensation.domain.engine.summing import YearFacts
from compensation.projections.payouts import sums_of
from fiscal.calendar import parse_period
from money.money import round_to_currency
from tests.compensation.chance import Chance
from tests.compensation.histories_drawn import CALENDAR, a_year, years
from tests.compensation.instalments_drawn import with_cancellations
from tests.compensation.oracle_payouts import Paid, cents, payouts
from tests.compensation.oracle_rates import payment_rate
from tests.compensation.years import document, on_plan, published

YEAR = parse_period(CALENDAR, "2017")
MONTHS = [parse_period(CALENDAR, f"2017-M{number:02}") for number in range(1, 13)]
PARTS = 4
YEARS = 120


def terms_of(facts: PersonYear) -> PayTerms:
    return PayTerms(
        calendar=facts.calendar,
        spells=facts.spells,
        versions=facts.versions,
        earned=sums_of(derive(YearFacts(year=facts)).rows),
        rates=facts.rates,
    )


def said(payout: Payout) -> Paid:
    return Paid(cents(payout.paid), cents(payout.carried), cents(payout.debt), cents(payout.forgiven))


money = st.decimals("-500", "2000", places=2)
least = st.decimals("0", "800", places=2)
days = st.dates(date(2017, 1, 1), date(2017, 12, 31))


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    recoverable = draw(st.booleans())
    return Draw(
        amount=Decimal(0),
        recoverable=recoverable,
        recovered_percent=draw(st.decimals("0", "100", places=1)),
        forgiven_after=draw(st.none() | st.integers(1, 4)) if recoverable else None,
        recovered_since=draw(st.none() | days),
        forgiven_on=draw(st.none() | days) if recoverable else None,
    )


@st.composite
def chains(draw: st.DrawFn) -> list[PayPeriod]:
    periods: list[PayPeriod] = []
    for month in MONTHS[: draw(st.integers(1, 12))]:
        drawing = draw(st.none() | draws())
        at_least = (draw(least) if drawing else Decimal(0), draw(st.just(Decimal(0)) | least))
        periods.append(
            PayPeriod(
                period=month,
                currency=draw(st.sampled_from(("USD", "USD", "EUR"))),
                earned=draw(money),
                draw=drawing,
                drawn=at_least[0],
                recovered_max=draw(st.none() | least),
                floor=draw(st.just(Decimal(0)) | least),
                least=at_least[1],
                is_least_recovered=draw(st.booleans()),
                maximum=max(*at_least, draw(least)) if draw(st.booleans()) else None,
                settles=draw(st.integers(0, 3)) > 0,
            )
        )
    return periods


@for_all(chains())
def test_payouts_are_what_the_oracle_says(chain: list[PayPeriod]) -> None:
    assert [said(each) for each in pay_out(chain)] == payouts(chain)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_payouts_of_drawn_plans_are_what_the_oracle_says(part: int) -> None:
    advanced = held = 0
    for seed in range(part * YEARS, (part + 1) * YEARS):
        facts = a_year(seed, 1 + seed % 9, 1 + seed % 3)
        chain = list(pay_periods(terms_of(facts), YEAR))
        known = [each for each in chain if not each.waits]
        if known != chain:
            continue
        paid = pay_out(chain)
        assert [said(each) for each in paid] == payouts(chain), facts
        advanced += any(each.advance for each in paid)
        held += any(not each.settles for each in chain)
    assert advanced > YEARS / 5
    assert held > YEARS / 20


@for_all(years)
def test_no_money_is_lost_in_any_currency(facts: PersonYear) -> None:
    terms = terms_of(facts)
    chain = pay_out(pay_periods(terms, YEAR))
    until = max((each.period.ends_on for each in chain), default=date.min)
    earned: dict[str, Decimal] = defaultdict(Decimal)
    for each in terms.earned:
        earned[each.pay_currency] += each.as_paid if each.ends_on <= until else 0
    last: dict[str, Payout] = {}
    for payout in chain:
        last[payout.currency] = payout
        earned[payout.currency] += payout.forgiven - payout.paid
        assert payout.debt >= 0
    for currency, left in earned.items():
        balance = last[currency].carried - last[currency].debt if currency in last else Decimal(0)
        assert left == balance, (currency, facts)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_earned_is_paid_by_the_rate_that_the_oracle_finds(part: int) -> None:
    compared = 0
    for seed in range(part * YEARS, (part + 1) * YEARS):
        facts = a_year(seed, 1 + seed % 9, 1 + seed % 3)
        documents = {(each.plan_id, each.version): each for each in facts.versions}
        for section in earn(facts).earned:
            worth = Fraction(0)
            for line in section.lines:
                rate = payment_rate(facts, documents[line.plan_id, line.plan_version], line.credit)
                assert rate is not None
                worth += Fraction(line.earned) * rate
            rounding = documents[section.plan_id, section.plan_version].document.rounding
            assert section.as_paid == sum(line.as_paid for line in section.lines)
            if section.pay_currency == section.currency:
                assert section.as_paid == section.earned
            elif rounding.at == "end" and (worth * 100) % 1 != Fraction(1, 2):
                exact = Decimal(worth.numerator) / Decimal(worth.denominator)
                assert section.as_paid == round_to_currency(exact, section.pay_currency, rounding.rule)
                compared += bool(section.as_paid)
    assert compared


def test_what_is_held_is_paid_by_the_rate_that_the_oracle_finds() -> None:
    compared = 0
    for seed in range(2 * YEARS):
        facts = with_cancellations(a_year(seed, 1 + seed % 9, 1 + seed % 3), Chance(f"cancel {seed}"))
        documents = {(each.plan_id, each.version): each for each in facts.versions}
        found = earn(facts)
        for each in (*found.held, *found.clawed):
            rate = payment_rate(facts, documents[each.plan_id, each.plan_version], each.credit)
            amount = each.amount if isinstance(each, Held) else each.earned
            assert rate is not None
            assert abs(Fraction(each.as_paid) - Fraction(amount) * rate) <= (Fraction(4, 100) + rate * Fraction(4, 100))
            compared += bool(amount) and each.pay_currency != each.currency
    assert compared > YEARS / 40


def a_sum(ends_on: date, amount: str, currency: str = "USD") -> EarnedSum:
    money = Decimal(amount)
    return EarnedSum(ends_on=ends_on, currency="USD", payable=money, pay_currency=currency, as_paid=money)


JANUARY, FEBRUARY, MARCH = (each.ends_on for each in MONTHS[:3])


def paid_by(terms: PayTerms) -> list[tuple[str, str, Decimal, Decimal]]:
    chain = pay_out(pay_periods(terms, parse_period(CALENDAR, "2017-Q1")))
    return [(each.period.name, each.currency, each.paid, each.debt) for each in chain]


def test_months_that_were_paid_are_not_paid_again_by_the_quarter_of_the_next_plan() -> None:
    drawing = Draw(amount=Decimal(300), recoverable=False)
    monthly = published(document(interval="month"), plan_id="monthly")
    quarterly = published(msgspec.structs.replace(document(), draw=drawing), plan_id="quarterly")
    terms = PayTerms(
        calendar=CALENDAR,
        spells=(on_plan("monthly", ends_on=FEBRUARY), on_plan("quarterly", starts_on=date(2017, 3, 1))),
        versions=(monthly, quarterly),
        earned=(a_sum(JANUARY, "100"), a_sum(FEBRUARY, "200"), a_sum(MARCH, "300")),
    )
    found = list(pay_periods(terms, parse_period(CALENDAR, "2017-Q1")))
    assert [each.period.name for each in found] == ["2017-M01", "2017-M02", "2017-Q1"]
    assert [each.earned for each in found] == [100, 200, 300]
    assert found[-1].drawn == Decimal("103.33")  # 31 of the quarter's 90 days


def test_what_days_without_a_plan_bring_is_paid_with_the_next_period() -> None:
    terms = PayTerms(
        calendar=CALENDAR,
        spells=(on_plan(ends_on=JANUARY), on_plan(starts_on=date(2017, 3, 1))),
        versions=(published(document(interval="month")),),
        earned=(a_sum(FEBRUARY, "-50"),),
    )
    found = list(pay_periods(terms, parse_period(CALENDAR, "2017-Q1")))
    assert [(each.period.name, each.earned) for each in found] == [("2017-M01", 0), ("2017-M03", -50)]


def test_what_was_paid_in_another_currency_is_taken_back_in_that() -> None:
    terms = PayTerms(
        calendar=CALENDAR,
        spells=(on_plan(),),
        versions=(published(document(interval="month")),),
        earned=(a_sum(JANUARY, "100", "GBP"), a_sum(MARCH, "50"), a_sum(MARCH, "-30", "GBP")),
    )
    assert [each for each in paid_by(terms) if each[2] or each[3]] == [
        ("2017-M01", "GBP", Decimal(100), Decimal(0)),
        ("2017-M03", "USD", Decimal(50), Decimal(0)),
        ("2017-M03", "GBP", Decimal(0), Decimal(30)),
    ]


def test_a_draw_does_not_depend_on_which_of_two_plans_on_one_day_was_told_first() -> None:
    drawing = Draw(amount=Decimal(300), recoverable=False)
    drawn = published(msgspec.structs.replace(document(), draw=drawing), plan_id="drawn")
    spells = (on_plan("bare"), on_plan("drawn"))
    terms = PayTerms(calendar=CALENDAR, spells=spells, versions=(published(document(), plan_id="bare"), drawn))
    other_way = msgspec.structs.replace(terms, spells=spells[::-1])
    assert paid_by(terms) == paid_by(other_way)
