"""What holds for every plan and every history, whatever is drawn."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from random import Random

import msgspec
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from compensation.domain.document.shape import PlanDocument
from compensation.domain.document.trigger import BILLED
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import Earnings, earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import Placed, place
from money.money import round_to_currency
from tests.compensation.histories_drawn import years
from tests.compensation.oracle_release import parts_back
from tests.compensation.plans_changed import (
    accumulating,
    flat,
    gates_of_the_moment,
    higher,
    of_whole_amounts,
    replaced,
    split,
    with_components,
    with_documents,
    with_rising_rates,
)

TOLERANCE = Fraction(1, 10**18)
"""A quotient that has no end is cut after 28 digits."""

randomly = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def lines_of(earnings: Earnings) -> list[EarningLine]:
    return [line for section in earnings.earned for line in section.lines]


def exactly(amounts: Iterable[Decimal]) -> Fraction:
    return sum((Fraction(each) for each in amounts), Fraction(0))


def before_rounding(facts: PersonYear) -> dict[tuple[str, str, str], Fraction]:
    """Return what is paid before rounding, by period, plan and component."""
    return {
        (section.period.name, section.plan_id, section.component): exactly(line.adjusted for line in section.lines)
        for section in earn(facts).earned
    }


def in_bytes(facts: PersonYear) -> bytes:
    return msgspec.json.encode(earn(facts))


@randomly
@for_all(years, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_a_result(facts: PersonYear, chance: Random) -> None:
    shuffled = replaced(
        facts,
        credits=tuple(chance.sample(facts.credits, len(facts.credits))),
        quotas=tuple(reversed(facts.quotas)),
        spells=tuple(reversed(facts.spells)),
        versions=tuple(reversed(facts.versions)),
    )
    assert in_bytes(shuffled) == in_bytes(facts)


@randomly
@for_all(years)
def test_the_same_facts_give_the_same_bytes(facts: PersonYear) -> None:
    first = in_bytes(facts)
    assert in_bytes(facts) == first


@randomly
@for_all(years)
def test_a_deal_that_is_taken_back_leaves_everything_as_it_was(facts: PersonYear) -> None:
    last = facts.credits[-1].deal_id
    before = replaced(facts, credits=tuple(each for each in facts.credits if each.deal_id != last))
    earlier = in_bytes(before)
    earn(facts)
    assert in_bytes(before) == earlier


@randomly
@for_all(years, st.integers(0, 8), st.sampled_from(("0", "25", "50", "100", "180", "-70")))
def test_parts_of_a_deal_pay_what_it_pays_where_nothing_is_per_deal(
    drawn: PersonYear, which: int, percent: str
) -> None:
    """What a plan's own cap leaves is shared by its components as they come: of such a plan the sum is the same."""
    facts = with_documents(drawn, accumulating)
    single = [each for each in facts.credits if each.number == 1 and each.document is None]
    whole = replaced(facts, credits=tuple(single))
    if single:
        chosen = single.pop(which % len(single))
        apart = replaced(facts, credits=(*split(chosen, Decimal(percent)), *single))
        found, expected = by_period(apart), by_period(whole)
        assert found.keys() == expected.keys()
        assert all(abs(found[where] - amount) <= TOLERANCE for where, amount in expected.items())


def by_period(facts: PersonYear) -> dict[tuple[str, str, str], Fraction]:
    """Return what is paid by period, plan and component; but of a plan that has caps as one sum."""
    capped = {each.plan_id for each in facts.versions if each.document.caps}
    found: dict[tuple[str, str, str], Fraction] = {}
    for (period, plan_id, component), amount in before_rounding(facts).items():
        where = (period, plan_id, "" if plan_id in capped else component)
        found[where] = found.get(where, Fraction(0)) + amount
    return found


@randomly
@for_all(years, st.integers(0, 100_000))
def test_one_tier_is_a_flat_rate_on_what_there_is_to_pay_on(drawn: PersonYear, thousandths: int) -> None:
    rate = Decimal(thousandths) / 1_000
    facts = with_documents(drawn, lambda document: flat(document, rate))
    documents = {(each.plan_id, each.version): each.document for each in facts.versions}
    for line in lines_of(earn(facts)):
        document = documents[line.plan_id, line.plan_version]
        percent = next(each.pay_percent for each in document.credit_rules if each.id == line.rule)
        exchanged = line.credit.exchanged
        amount = line.credit.amount if exchanged is None else exchanged.pay.of(line.credit.amount)
        back = Fraction(0) if document.clawback else sum(part for _, part in parts_back(line.credit))
        paid_on = Fraction(amount) * (1 - back) * Fraction(percent) / 100
        assert abs(Fraction(line.rated.exact) - paid_on * Fraction(rate) / 100) <= TOLERANCE


@randomly
@for_all(years)
def test_slices_never_pay_more_than_the_whole_amount_where_rates_rise(drawn: PersonYear) -> None:
    rising = with_documents(drawn, with_rising_rates)
    sold = replaced(rising, credits=tuple(replaced(each, amount=abs(each.amount)) for each in rising.credits))
    steps = {name_of(line): line.rated.exact for line in lines_of(earn(sold))}
    wholes = {name_of(line): line.rated.exact for line in lines_of(earn(with_documents(sold, of_whole_amounts)))}
    assert steps.keys() == wholes.keys()
    assert all(Fraction(steps[name]) <= Fraction(wholes[name]) + TOLERANCE for name in steps)


def name_of(line: EarningLine) -> tuple[str, str, str, int, str]:
    return line.plan_id, line.component, line.credit.deal_id, line.credit.number, line.credit.source


def raised(document: PlanDocument, by: Decimal, *, of_plan: bool) -> PlanDocument:
    """Return a plan whose caps are higher: its own, or those of its components where it has none."""
    if of_plan:
        return replaced(document, caps=higher(document.caps, by))
    bare = replaced(document, caps=())
    return with_components(bare, lambda each: replaced(each, caps=higher(each.caps, by)))


@randomly
@for_all(years, st.integers(1, 500), st.booleans())
def test_a_higher_cap_never_pays_less(drawn: PersonYear, more: int, of_plan: bool) -> None:
    """A component in a year, or a plan: where another cap has the rest of the money, more of one leaves less of it."""
    facts = replaced(drawn, versions=drawn.versions[:1])
    low = with_documents(facts, lambda document: raised(document, Decimal(0), of_plan=of_plan))
    high = with_documents(facts, lambda document: raised(document, Decimal(more), of_plan=of_plan))
    for one, other in zip(totals(low, of_plan=of_plan), totals(high, of_plan=of_plan), strict=True):
        assert one <= other + TOLERANCE


def totals(facts: PersonYear, *, of_plan: bool) -> list[Fraction]:
    """Return what each component pays in the year, or each plan."""
    found: dict[str, Fraction] = {}
    for (_, plan_id, component), amount in sorted(before_rounding(facts).items()):
        owner = plan_id if of_plan else f"{plan_id} {component}"
        found[owner] = found.get(owner, Fraction(0)) + amount
    return [found[owner] for owner in sorted(found)]


@randomly
@for_all(years)
def test_what_is_sold_later_never_changes_the_pay_of_an_earlier_period(drawn: PersonYear) -> None:
    """But where a gate opens for all of an interval: that is settled by a counterexample of its own."""
    facts = with_documents(
        drawn,
        lambda document: with_components(document, lambda each: replaced(each, gates=gates_of_the_moment(each.gates))),
    )
    for section in earn(facts).earned:
        until = tuple(each for each in facts.credits if each.booked_on <= section.period.ends_on)
        then = earn(replaced(facts, credits=until)).earned
        where = (section.period, section.plan_id, section.component)
        [same] = [each for each in then if (each.period, each.plan_id, each.component) == where]
        assert (same.earned, same.measured, same.tier) == (section.earned, section.measured, section.tier)


@randomly
@for_all(years)
def test_the_leaves_of_a_trace_add_up_to_the_line_and_lines_to_the_section(facts: PersonYear) -> None:
    documents = {(each.plan_id, each.version): each.document for each in facts.versions}
    for section in earn(facts).earned:
        for line in section.lines:
            check_trace(line)
        rounding = documents[section.plan_id, section.plan_version].rounding
        paid = [line.adjusted for line in section.lines]
        several = paid if rounding.at == "each_line" else [sum(paid, Decimal(0))]
        cents = [round_to_currency(each, section.currency, rounding.rule) for each in several]
        assert section.earned == sum(line.earned for line in section.lines) == sum(cents)


def check_trace(line: EarningLine) -> None:
    """Follow a line from its slices, or its level before and after, by what adjusts it, to what it pays."""
    rated = line.rated
    leaves = exactly(each.earned for each in rated.slices)
    if rated.level is not None:
        assert not rated.slices
        leaves = Fraction(rated.level.after) - Fraction(rated.level.before)
    assert leaves == Fraction(rated.exact)
    ends = [rated.before, *(each.ends_at for each in rated.slices)] if rated.slices else []
    assert [each.starts_at for each in rated.slices] == ends[:-1]
    assert not ends or ends[-1] == rated.after
    amount = rated.exact
    for adjustment in line.adjustments:
        assert adjustment.before == amount
        amount = adjustment.after
    assert line.adjusted == amount


@randomly
@for_all(years)
def test_every_own_credit_is_taken_by_a_plan_or_waits_and_that_once(facts: PersonYear) -> None:
    earnings = earn(facts)
    taken = Counter(credit.order for each in earnings.taken for credit in each.credits)
    waiting = Counter(credit.order for each in earnings.unpaid if not each.component for credit in each.credits)
    own = {each.order for each in facts.credits if each.is_direct}
    rolled = {each.order for each in facts.credits} - own
    assert all(taken[each.order] + waiting[each.order] == 1 for each in facts.credits if must_be_somewhere(facts, each))
    assert all(taken[each] + waiting[each] <= 1 for each in own)
    assert all(taken[each] <= 1 and not waiting[each] for each in rolled)


def must_be_somewhere(facts: PersonYear, credit: Credit) -> bool:
    """Say whether a credit is of an own deal, on a day on which no plan pays own deals by bills or cash instead."""
    found = place(facts, credit)
    rules = found.version.document.credit_rules if isinstance(found, Placed) else ()
    by_bills = any(each.source == "own" and each.trigger in BILLED for each in rules)
    return credit.source == "own" and credit.document is None and not by_bills


@randomly
@for_all(years)
def test_a_component_pays_a_credit_or_makes_it_wait_but_never_both(facts: PersonYear) -> None:
    earnings = earn(facts)
    taken = {credit.order for each in earnings.taken for credit in each.credits}
    looked_at = Counter((line.component, line.credit.order) for line in lines_of(earnings))
    looked_at += Counter(
        (each.component, credit.order) for each in earnings.unpaid if each.component for credit in each.credits
    )
    assert not looked_at or max(looked_at.values()) == 1
    assert {order for _, order in looked_at} <= taken
