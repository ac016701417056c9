"""Rules act on the lines of deals: conditions, measures, and what each line has of its deal's slices."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from compensation.domain.assignment import Spell
from compensation.domain.document.condition import Condition
from compensation.domain.engine.attaining import attained
from compensation.domain.engine.credit import meets
from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import total
from compensation.domain.engine.line import Line
from compensation.domain.engine.trace import explain
from money.money import Money
from tests.compensation.sold import line, lines_of, of, pay_of, pays, plan, sold
from tests.compensation.years import NEW_YEAR, booked

BOOKINGS: dict[str, Any] = {"id": "bookings", "counts": "amount", "quota": "bookings"}
FLAT = (None, "10")


def about(field: str, **test: Any) -> dict[str, Any]:
    return {"field": field} | test


SOLD = line(
    "1",
    "400",
    type="Hardware",
    product_id="p-1",
    quantity="8",
    margin="-20",
    value_per_year="100",
    term_months=48,
    renewal=False,
    fields=(("region", "West"), ("seats", Decimal(12)), ("signed_on", date(2017, 2, 1)), ("strategic", True)),
)


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (about("type", equals="hardware"), True),
        (about("product_id", **{"in": ["p-1", "p-2"]}), True),
        (about("quantity", at_least="8"), True),
        (about("margin", below="0"), True),
        (about("margin_percent", at_most="-5"), True),
        (about("margin_percent", above="-5"), False),
        (about("value_per_year", above="99.99"), True),
        (about("term_months", at_least="36"), True),
        (about("renewal", equals=False), True),
        (about("renewal", equals=True), False),
        (about("line_amount", at_least="400"), True),
        (about("amount", at_least="1000"), True),
        (about("fields.region", equals="west"), True),
        (about("fields.country", equals="us"), True),
        (about("fields.seats", above="11"), True),
        (about("fields.signed_on", since="2017-02-01"), True),
        (about("fields.strategic", equals=True), True),
        (about("fields.unheard_of", equals="x"), False),
        (about("fields.unheard_of", exists=False), True),
    ],
)
def test_a_condition_may_name_what_a_line_and_its_deal_say(test: dict[str, Any], answer: bool) -> None:
    first, _ = sold("d1", SOLD, line("2", "600"), fields=(("region", "East"), ("country", "US")))
    assert meets(msgspec.convert(test, Condition, strict=False), first) is answer


@pytest.mark.parametrize("field", ["type", "quantity", "margin", "margin_percent", "renewal"])
def test_what_a_line_does_not_say_fails_every_test_but_that_it_is_missing(field: str) -> None:
    for credit in (*sold("d1", line("1", "0")), booked("d2", "100")):
        assert not meets(Condition(field=field, exists=True), credit)
        assert meets(Condition(field=field, exists=False), credit)


def test_two_rules_share_one_yearly_measure() -> None:
    shared = plan(
        pays("both", FLAT, id="first", when=about("type", equals="1")),
        pays("both", (None, "20"), id="second", when=about("type", equals="2")),
        rules=({"id": "one", "when": about("type", equals="1")}, {"id": "two", "when": about("type", equals="2")}),
        measures=({"id": "both", "counts": "amount", "rules": ["one", "two"]},),
    )
    deals = [("100", "1"), ("50", "1"), ("75", "2"), ("25", "1"), ("100", "1"), ("50", "1"), ("75", "2")]
    facts = of(
        shared, *(sold(f"d{place}", line("1", amount, type=kind))[0] for place, (amount, kind) in enumerate(deals))
    )
    paid = sorted(lines_of(facts), key=lambda each: each.credit.deal_id)
    assert [int(each.rated.after) for each in paid] == [100, 150, 225, 250, 350, 400, 475]
    assert [each.rule for each in paid] == ["one", "one", "two", "one", "one", "one", "two"]
    assert pay_of(facts) == {"first": Decimal("32.50"), "second": Decimal("30.00")}


def test_lines_of_one_deal_move_a_measure_together_whichever_rule_lets_them_in() -> None:
    shared = plan(
        pays("both", ("100", "10"), (None, "20"), id="first", when=about("type", equals="1")),
        pays("both", ("100", "10"), (None, "20"), id="second", when=about("type", equals="2")),
        measures=({"id": "both", "counts": "amount"},),
    )
    facts = of(shared, *sold("d1", line("1", "120", type="1"), line("2", "80", type="2")))
    first, second = lines_of(facts)
    assert [(each.starts_at, each.ends_at, each.pay_base) for each in first.rated.slices] == [
        (0, 100, 60),
        (100, 200, 60),
    ]
    assert [(each.starts_at, each.ends_at, each.pay_base) for each in second.rated.slices] == [
        (0, 100, 40),
        (100, 200, 40),
    ]
    assert pay_of(facts) == {"first": 18, "second": 12}


def test_a_margin_modifier_multiplies_what_a_deal_of_that_margin_earns() -> None:
    modified = {"when": {"all": [about("margin_percent", at_least="20", at_most="30")]}, "percent": "115"}
    rates = plan(pays("bookings", ("3000000", "2"), (None, "3"), modifiers=[modified]), measures=(BOOKINGS,))
    assert pay_of(of(rates, *sold("d1", line("1", "4000000", margin="1000000")))) == {"commission": 103_500}
    assert pay_of(of(rates, *sold("d1", line("1", "4000000", margin="1200001")))) == {"commission": 90_000}


def test_a_modifier_bites_on_the_lines_that_it_is_about() -> None:
    modified = {"when": about("renewal", equals=True), "percent": "50"}
    rates = plan(pays("bookings", FLAT, modifiers=[modified]), measures=(BOOKINGS,))
    paid = lines_of(of(rates, *sold("d1", line("1", "100", renewal=True), line("2", "300", renewal=False))))
    assert [each.earned for each in paid] == [5, 30]


@pytest.mark.parametrize(
    ("measure", "rate", "expected"),
    [
        ({"counts": "margin"}, "percent", "12.00"),
        ({"counts": "value_per_year"}, "percent", "30.00"),
        ({"counts": "units"}, "each", "50.00"),
        ({"counts": "deals"}, "each", "10.00"),
        ({"counts": "field", "field": "seats"}, "each", "70.00"),
        ({"counts": "field", "field": "points"}, "each", "40.00"),
    ],
)
def test_a_measure_pays_on_its_own_number(measure: dict[str, Any], rate: str, expected: str) -> None:
    first = line("1", "600", margin="100", quantity="2", value_per_year="200", fields=(("seats", Decimal(3)),))
    second = line("2", "400", margin="20", quantity="3", value_per_year="100", fields=(("seats", Decimal(4)),))
    credits_ = sold("d1", first, second, fields=(("points", Decimal(4)),))
    facts = of(plan(pays("counted", FLAT, pays=rate), measures=({"id": "counted"} | measure,)), *credits_)
    assert pay_of(facts) == {"commission": Decimal(expected)}


def test_half_a_deal_has_half_of_its_units_and_is_half_a_deal() -> None:
    half = sold("d1", line("1", "60", quantity="4"), line("2", "40", quantity="3"), percent=Decimal(50))
    units, deals = {"id": "units", "counts": "units"}, {"id": "deals", "counts": "deals"}
    both = (pays("units", FLAT, pays="each", id="by_unit"), pays("deals", FLAT, pays="each", id="by_deal"))
    assert pay_of(of(plan(*both, measures=(units, deals)), *half)) == {"by_unit": 35, "by_deal": 5}


@pytest.mark.parametrize("counts", ["margin", "units", "value_per_year", "field"])
def test_a_line_that_does_not_say_the_number_waits_and_the_others_pay(counts: str) -> None:
    measure = {"id": "counted", "counts": counts} | ({"field": "seats"} if counts == "field" else {})
    full = line("1", "600", margin="5", quantity="5", value_per_year="5", fields=(("seats", Decimal(5)),))
    found = earn(of(plan(pays("counted", FLAT, pays="each"), measures=(measure,)), *sold("d1", full, line("2", "400"))))
    assert [(each.component, each.earned) for each in found.earned] == [("commission", 50)]
    [waiting] = found.unpaid
    assert (waiting.problem, waiting.component, waiting.credited) == ("no_number", "commission", 400)
    assert [taken.credited for taken in found.taken] == [1000]


def test_attainment_is_told_of_measures_of_money_alone() -> None:
    measures = tuple({"id": counts, "counts": counts} for counts in ("amount", "margin", "units", "value_per_year"))
    credits_ = sold("d1", line("1", "600", margin="60", quantity="6", value_per_year="66"), percent=Decimal(50))
    found = attained(of(plan(pays("amount", FLAT), measures=measures), *credits_))
    assert [(each.measure, each.measured.credit) for each in found] == [
        ("amount", 300),
        ("margin", 30),
        ("value_per_year", 33),
    ]


def test_a_table_for_each_deal_takes_all_lines_of_a_deal_together() -> None:
    each_deal = pays("bookings", ("100", "10"), (None, "20"), kind="whole", to_date=False)
    facts = of(plan(each_deal, measures=(BOOKINGS,)), *sold("d1", line("1", "90"), line("2", "30")))
    assert [each.earned for each in lines_of(facts)] == [18, 6]


def test_a_cap_for_each_deal_takes_all_lines_of_a_deal_together() -> None:
    capped = pays("bookings", FLAT, caps=[{"amount": "10", "over": "deal"}])
    facts = of(
        plan(capped, measures=(BOOKINGS,)),
        *sold("d1", line("1", "90"), line("2", "30")),
        *sold("d2", line("1", "90"), line("2", "30")),
    )
    assert [each.earned for each in lines_of(facts)] == [9, 1, 9, 1]


def test_a_cap_on_attainment_cuts_all_lines_of_a_deal_alike() -> None:
    measure = BOOKINGS | {"cap_percent": "100"}
    facts = of(plan(pays("bookings", FLAT), measures=(measure,)), *sold("d1", line("1", "1500"), line("2", "500")))
    assert [each.earned for each in lines_of(facts)] == [75, 25]


def test_a_lump_sum_is_shared_by_the_lines_that_reach_it() -> None:
    lump = pays("bookings", ("100", "0"), (None, "500"), pays="amount")
    facts = of(plan(lump, measures=(BOOKINGS,)), *sold("d1", line("1", "90"), line("2", "30")))
    [earning] = earn(facts).earned
    assert [each.earned for each in earning.lines] == [375, 125]
    assert explain(earning.lines[0], earning) == (
        "Deal d1, line 1, booked on 2017-01-01, counts USD 90.00 and takes 2017 from 0.00% to 12.00% of quota: "
        "USD 500.00 = USD 500.00 for the deal's lines, of which this one has a part = USD 375.00. "
        "Plan p1, version 1, commission."
    )


def test_target_pay_is_shared_by_the_lines_that_cover_the_quota() -> None:
    target = Spell(
        plan_id="p1", starts_on=NEW_YEAR, ends_on=None, target_pay=Money(amount=Decimal(1000), currency="USD")
    )
    covers = pays("bookings", (None, "100"), pays="target", over="attainment", when=about("type", equals="1"))
    facts = of(
        plan(covers, measures=(BOOKINGS,)),
        *sold("d1", line("1", "200", type="1"), line("2", "300", type="2"), line("3", "100", type="1")),
    )
    [earning] = earn(msgspec.structs.replace(facts, spells=(target,))).earned
    assert [each.earned for each in earning.lines] == [200, 100]
    assert explain(earning.lines[1], earning) == (
        "Deal d1, line 3 (1), booked on 2017-01-01, counts USD 100.00 and takes 2017 from 0.00% to 60.00% of quota: "
        "10.00% of USD 1,000.00 target pay at 100% = USD 100.00. Plan p1, version 1, commission."
    )


def test_a_line_in_words_says_which_it_is_and_what_share_of_it_counts() -> None:
    facts = of(
        plan(pays("bookings", FLAT), measures=(BOOKINGS,)),
        *sold("d1", line("1", "200", type="New", product_id="p-1"), percent=Decimal(60)),
    )
    [earning] = earn(facts).earned
    assert explain(earning.lines[0], earning).startswith(
        "Deal d1, line 1 (New, p-1), booked on 2017-01-01, counts USD 120.00 (60% of USD 200.00)"
    )


cents = st.decimals("-1000", "5000", places=2)
tables = st.sampled_from(
    (
        pays("bookings", ("333.33", "3"), ("777.77", "7"), (None, "11")),
        pays("bookings", ("333.33", "3"), ("777.77", "7"), (None, "11"), to_date=False),
        pays("bookings", ("33.33", "3"), (None, "11"), kind="whole"),
        pays("bookings", ("0", "0"), ("700", "7"), ("900", "3"), kind="curve"),
        pays("bookings", ("333", "3"), ("900", "7"), kind="proportional", pays="amount"),
        pays("bookings", ("500", "20"), (None, "70"), pays="amount"),
    )
)


@for_all(tables, st.lists(st.lists(cents, min_size=1, max_size=4), max_size=5), st.sampled_from((None, "90")))
def test_a_deal_in_lines_earns_what_it_earns_as_one(
    table: dict[str, Any], deals: list[list[Decimal]], cap_percent: str | None
) -> None:
    document = plan(table, measures=(BOOKINGS | {"cap_percent": cap_percent},))
    named = [(f"d{place}", lines) for place, lines in enumerate(deals)]
    whole = of(document, *(booked(deal_id, total(lines)) for deal_id, lines in named))
    parts = of(document, *(each for deal_id, lines in named for each in sold(deal_id, *numbered(lines))))
    assert pay_of(parts) == pay_of(whole)
    assert exact(parts) == exact(whole)


@for_all(tables, st.lists(cents, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_what_a_line_earns_does_not_depend_on_where_it_stands_in_its_deal(
    table: dict[str, Any], amounts: list[Decimal], chance: Any
) -> None:
    document = plan(table, measures=(BOOKINGS,))
    places = list(range(1, len(amounts) + 1))
    chance.shuffle(places)
    mixed = [
        line(str(place), str(amount), type=str(kind))
        for kind, (place, amount) in enumerate(zip(places, amounts, strict=True))
    ]
    straight = [line(str(kind + 1), str(amount), type=str(kind)) for kind, amount in enumerate(amounts)]
    before = booked("d0", "250")
    assert by_type(of(document, before, *sold("d1", *mixed))) == by_type(of(document, before, *sold("d1", *straight)))


def numbered(amounts: list[Decimal]) -> list[Line]:
    return [line(str(place), str(amount)) for place, amount in enumerate(amounts, 1)]


def exact(facts: Any) -> Decimal:
    """Return what is earned before rounding, as far as a sum of rounded quotients says it."""
    return round(total(each.adjusted for each in lines_of(facts)), 18)


def by_type(facts: Any) -> dict[str | None, Decimal]:
    return {
        each.credit.line.type if each.credit.line is not None else None: round(each.adjusted, 18)
        for each in lines_of(facts)
    }
