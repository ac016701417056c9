"""Sums pay what deals pay, to the last digit, for all plans that are said to pay by sums alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from compensation.deriving.attainments import rows_of
from compensation.deriving.earnings import derive
from compensation.domain.document.condition import Condition
from compensation.domain.document.shape import Cap, CreditRule, Gate, Modifier, PlanDocument
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.line import Line
from compensation.domain.engine.summable import document_sums, is_understood
from compensation.domain.engine.summing import YearFacts, is_summable, summed
from compensation.projections.credit_sums import BY, SUMS, SumRow, counted
from compensation.projections.credits import CreditRow, credit_of
from tests.compensation.credit_rows import row_of
from tests.compensation.histories_drawn import a_year
from tests.compensation.plans_changed import replaced, with_documents
from tests.compensation.plans_summable import a_day, made_summable
from tests.compensation.years import document

randomly = settings(max_examples=300, deadline=None, derandomize=True, database=None)
years = st.builds(a_year, seed=st.integers(0, 10**12), deal_count=st.integers(3, 20), component_count=st.integers(1, 3))
chances = st.randoms(use_true_random=False)
Deal = tuple[CreditRow, ...]
OFTEN = 0.9


def crowded(facts: PersonYear, chance: Random) -> PersonYear:
    """Return a year most of whose days are few, in one currency most often."""

    def day(found: date) -> date:
        return found if chance.random() < 0.1 else a_day(chance)

    dollars = chance.random() < 0.8
    credits_ = [
        replaced(each, booked_on=day(each.booked_on), currency="USD" if dollars else each.currency)
        for each in credited_once(facts.credits, chance)
    ]
    first, *others = facts.versions
    spells = [
        replaced(each, ends_on=day(each.ends_on)) if each.ends_on is not None and len(facts.spells) == 1 else each
        for each in (replaced(facts.spells[0], ends_on=a_day(chance)), *facts.spells[1:])
    ]
    spells = facts.spells if chance.random() < 0.85 else spells
    return replaced(
        facts,
        credits=tuple(credits_),
        spells=tuple(replaced(each, pay_currency=None) if dollars else each for each in spells),
        versions=(first, *(replaced(each, effective_on=day(each.effective_on)) for each in others)),
        quotas=tuple(
            replaced(each, ends_on=a_day(chance)) if each.period == "2017-M02" and chance.random() < 0.3 else each
            for each in facts.quotas
        ),
    )


def credited_once(credits_: Iterable[Credit], chance: Random) -> list[Credit]:
    """Return credits as they are stored: what a line has of a deal is one, and most often all are of known sources."""
    are_known, rolled = chance.random() < OFTEN, set[str]()
    found: list[Credit] = []
    for each in credits_:
        if are_known and (each.credited_as is not None or each.given is not None):
            continue
        if each.source != "roll_up":
            found.append(replaced(each, source="own", known=()) if are_known else each)
        elif each.deal_id not in rolled:
            rolled.add(each.deal_id)
            found.append(replaced(each, known=()) if are_known else each)
    return found


def in_lines(credit: Credit, chance: Random) -> list[Credit]:
    """Return a share of a deal as the lines that the deal has, if it has any."""
    amounts = [credit.deal_amount * part for part in chance.choice(((), (), (Decimal("0.3"), Decimal("0.7"))))]
    return [
        replaced(
            credit,
            amount=amount * credit.percent / 100,
            line=Line(number=number, line_id=str(number), amount=amount),
        )
        for number, amount in enumerate(amounts, 1)
    ] or [credit]


def with_overlaps(shares: Sequence[Deal]) -> list[Deal]:
    """Return deals, those marked with which the person is credited from several sources."""
    sources: dict[str, set[str]] = {}
    for row in chain(*shares):
        sources.setdefault(row.deal_id, set()).add(row.source)
    return [tuple(replaced(row, overlaps=len(sources[row.deal_id]) > 1 or None) for row in rows) for rows in shares]


def earlier(rows: Deal, chance: Random) -> Deal:
    """Return what a deal was before it was corrected: not there, of another amount or day, or cancelled."""
    change: dict[str, Any] = chance.choice(
        (
            {"amount": Decimal(chance.randint(-9_999, 9_999)) / 100},
            {"booked_on": date(2017, 1, 1) + timedelta(days=chance.randint(0, 364))},
            {"cancelled_on": date(2017, 12, 1)},
            {"currency": "EUR"},
            {"person_year": None},
        )
    )
    return () if chance.random() < 0.3 else tuple(replaced(each, **change) for each in rows)


def add_up(deals: Sequence[Deal], chance: Random) -> list[SumRow]:
    """Keep sums by new rows minus old ones, as deals come, are corrected, deleted and cancelled in any order."""
    sums: dict[tuple[Any, ...], dict[str, int]] = {}
    waiting = [[*(earlier(rows, chance) for _ in range(chance.randint(0, 3))), rows] for rows in deals]
    standing: list[Deal] = [()] * len(waiting)
    while any(waiting):
        which = chance.choice([place for place, states in enumerate(waiting) if states])
        state = waiting[which].pop(0)
        for rows, sign in ((standing[which], -1), (state, 1)):
            for place, more in filter(None, map(counted, rows)):
                kept = sums.setdefault(place, dict.fromkeys(SUMS, 0))
                kept |= {name: kept[name] + sign * one for name, one in zip(SUMS, more, strict=True)}
        standing[which] = state
    return [msgspec.convert(dict(zip(BY, place, strict=True)) | kept, SumRow) for place, kept in sums.items()]


def by_sums(drawn: PersonYear, chance: Random) -> tuple[YearFacts, YearFacts] | None:
    """Return a year by its sums and deal by deal, if it pays by sums."""
    shares = [
        tuple(row_of(replaced(line, cancelled_on=cancelled)) for line in in_lines(credit, chance))
        for credit in drawn.credits
        if credit.document is None
        for cancelled in [date(2017, 12, 2) if chance.random() < 0.1 else None]
    ]
    rows = add_up(with_overlaps(shares), chance)
    sums = [row.sum() for row in rows if row.credit_count or row.odd_count]
    exchanges = any(each.document.exchange is not None for each in drawn.versions)
    frame = replaced(drawn, credits=(), rates=drawn.rates if exchanges else {})
    if not is_summable(frame, sums):
        return None
    credits_ = tuple(filter(None, (credit_of(row) for share in shares for row in share)))
    did = tuple(each for each in drawn.credits if each.document is not None)
    return summed(frame, sums), YearFacts(year=replaced(drawn, credits=(*credits_, *did)))


def said(facts: YearFacts) -> list[Any]:
    """Return all sums of a year: those that are stored, attainment, and what is paid before rounding."""
    rows = sorted(derive(facts).rows, key=lambda row: (row.period, row.plan_id, row.component, row.problem))
    exact = [
        (each.period.name, each.plan_id, each.component, sum(Fraction(line.adjusted) for line in each.lines))
        for each in earn(facts.year).earned
    ]
    return [*rows, *rows_of(facts.year), *exact]


@randomly
@for_all(years, chances)
def test_sums_pay_what_deals_pay_to_the_last_digit(drawn: PersonYear, chance: Random) -> None:
    found = by_sums(crowded(with_documents(drawn, lambda plan: made_summable(plan, chance)), chance), chance)
    if found is not None:
        assert said(found[0]) == said(found[1])


def mixed(drawn: PersonYear, chance: Random) -> PersonYear:
    """Return a year whose measures count own deals and those of the line; some years have deals that are both."""

    def both(plan: PlanDocument) -> PlanDocument:
        rules = (CreditRule(id="own"), CreditRule(id="line", source="roll_up"))
        simple = made_summable(plan, chance)
        measures = tuple(
            replaced(each, rules=("own", "line"), counts=chance.choice(("amount", "deals")), field=None)
            for each in simple.measures
        )
        return replaced(simple, credit_rules=rules, measures=measures)

    crowd = crowded(with_documents(drawn, both), chance)
    sold = [each for each in crowd.credits if each.document is None and each.given is None]
    deals = [replaced(each, currency="USD", known=(), credited_as=None) for each in sold]
    own = [replaced(each, source=chance.choice(("own", "roll_up"))) for each in deals]
    twice = [replaced(each, source="roll_up") for each in own if each.source == "own" and chance.random() < 0.3]
    return replaced(crowd, credits=tuple(rolled_once([*own, *(twice if chance.random() < 0.5 else ())])))


def rolled_once(credits_: Iterable[Credit]) -> Iterator[Credit]:
    """Return credits as they are stored: what a line has of a deal is one."""
    rolled = set[str]()
    for each in credits_:
        if each.source != "roll_up" or each.deal_id not in rolled:
            rolled |= {each.deal_id} if each.source == "roll_up" else set()
            yield each


@settings(randomly, max_examples=100)
@for_all(years, chances)
def test_own_deals_and_those_of_a_line_add_up_where_none_is_both(drawn: PersonYear, chance: Random) -> None:
    found = by_sums(mixed(drawn, chance), chance)
    if found is not None:
        assert said(found[0]) == said(found[1])


def test_most_plans_without_what_depends_on_order_pay_by_sums() -> None:
    chance = Random(1)  # noqa: S311 plans and histories, not secrets
    drawn = [with_documents(a_year(seed, 9, 2), lambda plan: made_summable(plan, chance)) for seed in range(200)]
    assert sum(by_sums(crowded(each, chance), chance) is not None for each in drawn) >= 40


def test_a_plan_of_accelerated_bookings_pays_by_sums() -> None:
    assert document_sums(document(), has_lines=True, overlaps=True)


def changed(**changes: Any) -> PlanDocument:
    """Return the plan of accelerated bookings with something else in its component."""
    plan = document()
    return replaced(plan, components=tuple(replaced(each, **changes) for each in plan.components))


ABOUT = Condition(field="product", equals="GTX Pro")
[COMMISSION] = document().components


@pytest.mark.parametrize(
    "plan",
    [
        changed(when=ABOUT),
        changed(modifiers=(Modifier(when=ABOUT, percent=Decimal(110)),)),
        changed(gates=(Gate(measure="bookings", at_least=Decimal(50), onset="crossing"),)),
        changed(caps=(Cap(amount=Decimal(5), over="deal"),)),
        changed(table=replaced(COMMISSION.table, to_date=False)),
        document(at="each_line"),
        replaced(document(), credit_rules=(replaced(document().credit_rules[0], when=ABOUT),)),
        replaced(document(), credit_rules=(replaced(document().credit_rules[0], pay_percent=Decimal(50)),)),
        replaced(document(), measures=(replaced(document().measures[0], cap_percent=Decimal(150)),)),
        replaced(document(), measures=(replaced(document().measures[0], counts="margin"),)),
    ],
)
def test_what_depends_on_the_order_of_deals_is_paid_deal_by_deal(plan: PlanDocument) -> None:
    assert not document_sums(plan, has_lines=False, overlaps=False)


def test_a_part_of_a_plan_that_sums_do_not_know_is_never_left_out() -> None:
    """Whatever a release adds to the shapes of a plan: a plan that says it is paid deal by deal."""

    class LaterCap(Cap):
        """A cap of a later release."""

        released_on: date | None = None

    assert not is_understood(LaterCap(amount=Decimal(5), over="year"))
    assert all(is_understood(each) for each in (COMMISSION, COMMISSION.table, document()))
    assert not is_understood(replaced(document().measures[0], cap_percent=Decimal(150)))


@pytest.mark.parametrize("change", [{"amount": Decimal("0.0000000000001")}, {"amount": Decimal(10**13)}])
def test_a_credit_that_has_more_digits_than_sums_keep_is_not_added_up(change: dict[str, Any]) -> None:
    [credit, *_] = a_year(1, 1, 1).credits
    found = counted(replaced(row_of(credit), **change))
    assert found is not None
    assert {name: one for name, one in zip(SUMS, found[1], strict=True) if one} == {"odd_count": 1}


def test_a_measure_of_two_sources_is_paid_by_sums_where_no_deal_comes_from_both() -> None:
    one = document()
    rules = (*one.credit_rules, CreditRule(id="line", source="roll_up"))
    measures = tuple(replaced(each, rules=("own", "line")) for each in one.measures)
    both = replaced(one, credit_rules=rules, measures=measures)
    assert document_sums(replaced(one, credit_rules=rules), has_lines=False, overlaps=True)
    assert document_sums(both, has_lines=False, overlaps=False)
    assert not document_sums(both, has_lines=False, overlaps=True)
