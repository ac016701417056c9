"""Lines and custom fields of a deal: whose word counts, and what lines are worth together."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from msgspec import UNSET

from events.testing import given
from money.money import Money
from performance.domain.checks import DeliveryIsWrong
from performance.domain.deal import DEAL, DealAmended, DealCancelled, DealWon
from performance.domain.deal_by_hand import fields_by_hand, lines_by_hand
from performance.domain.delivery import read
from performance.domain.fields import DayField, FlagField, NumberField, TextField
from performance.domain.lines import Line
from performance.domain.telling import DealHasNoCurrency, TakeDelivery
from performance.domain.terms import Terms
from performance.domain.understanding import Facts, understand
from tests.performance.crm import says as delivery
from tests.performance.crm import won
from tests.performance.deals import LINES, history, line, says, stamp, usd

NOW = datetime(2017, 4, 3, tzinfo=UTC)
REGION = TextField(name="region", value="EMEA")
DISCOUNT = NumberField(name="discount", value=Decimal("12.5"))


def understood(document: object, known: Money | None = None, fields: tuple[str, ...] = ()) -> TakeDelivery:
    """Return the command that a delivery is, for a deal of which so much is known."""
    amounts = {} if known is None else {"D-1": known}
    facts = Facts(owners={}, calendar=None, amounts=amounts, fields={"D-1": fields})
    return understand(read(document, NOW), "msg_1", facts)


def faults(document: object, known: Money | None = None, fields: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    with pytest.raises(DeliveryIsWrong) as refused:
        understood(document, known, fields)
    return [(each.pointer, each.detail) for each in refused.value.faults]


def part(line_id: str, amount: object, **members: Any) -> dict[str, Any]:
    return {"line_id": line_id, "amount": amount} | members


def test_a_deal_without_an_amount_is_worth_its_lines_together() -> None:
    command = understood(delivery("updated", currency="USD", lines=[part("1", "60"), part("2", "40.5")]))
    assert command.lines == (line("1", "60.00"), line("2", "40.50"))
    assert (command.amount, command.currency) == (Decimal("100.50"), "USD")


def test_lines_and_an_amount_that_differ_are_refused_with_both_sums() -> None:
    lines = [part("1", "60.00"), part("2", "39.99")]
    assert faults(won("100.00", lines=lines)) == [
        ("/data/amount", "the lines are 99.99 together, and the amount is 100.00")
    ]
    assert understood(won("99.99", lines=lines)).amount == Decimal("99.99")


def test_lines_are_in_the_currency_that_the_deal_has() -> None:
    lines = delivery("updated", lines=[part("1", "60.5", margin="-10.5")])
    assert understood(lines, usd("1.00")).lines == (line("1", "60.50", margin=Decimal("-10.50")),)
    yen = Money(amount=Decimal(1), currency="JPY")
    digits = "JPY has 0 digits after the point"
    assert faults(lines, yen) == [("/data/lines/0/amount", digits), ("/data/lines/0/margin", digits)]
    assert faults(lines) == [("/data/currency", "an amount has a currency, and none is known of this deal")]


def test_null_takes_lines_away_and_leaves_the_amount() -> None:
    command = understood(delivery("updated", lines=None))
    assert (command.lines, command.amount) == ((), UNSET)


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([part("1", 5), part("1", 5)], "/data/lines/1/line_id"),
        ([part("a/b", 5)], "/data/lines/0/line_id"),
        ([part("1", -5)], "/data/lines/0/amount"),
        ([part("1", "1e3")], "/data/lines/0/amount"),
        ([part("1", True)], "/data/lines/0/amount"),
        ([part("1", 10**12 + 1)], "/data/lines/0/amount"),
        ([part("1", 10**12), part("2", 1)], "/data/lines"),
        ([{"line_id": "1"}], "/data/lines/0/amount"),
        ([{"amount": 5}], "/data/lines/0/line_id"),
        ([part("1", 5, colour="red")], "/data/lines/0/colour"),
        ([part("1", 5, quantity="0.1234567")], "/data/lines/0/quantity"),
        ([part("1", 5, quantity=-1)], "/data/lines/0/quantity"),
        ([part("1", 5, margin=-(10**12) - 1)], "/data/lines/0/margin"),
        ([part("1", 5, term_months=0)], "/data/lines/0/term_months"),
        ([part("1", 5, term_months=Decimal("1.5"))], "/data/lines/0/term_months"),
        ([part("1", 5, term_months=True)], "/data/lines/0/term_months"),
        ([part("1", 5, renewal="yes")], "/data/lines/0/renewal"),
        ([part("1", 5, type="a\x00b")], "/data/lines/0/type"),
        ([part("1", 5, fields={"region": []})], "/data/lines/0/fields/region"),
        ([5], "/data/lines/0"),
        ({}, "/data/lines"),
        ([part(str(number), 1) for number in range(201)], "/data/lines"),
    ],
)
def test_a_line_that_cannot_be_is_named_with_its_place(lines: object, pointer: str) -> None:
    assert [place for place, _ in faults(delivery("updated", currency="USD", lines=lines))] == [pointer]


def test_custom_fields_hold_text_numbers_yes_or_no_and_days() -> None:
    said = {"region": "EMEA", "discount": Decimal("12.5"), "strategic": True, "live_on": "2017-06-01", "code": None}
    assert understood(delivery("updated", fields=said)).fields == {
        "region": REGION,
        "discount": DISCOUNT,
        "strategic": FlagField(name="strategic", value=True),
        "live_on": DayField(name="live_on", value=date(2017, 6, 1)),
        "code": None,
    }
    no_day = understood(delivery("updated", fields={"live_on": "2017-02-30"})).fields
    assert no_day == {"live_on": TextField(name="live_on", value="2017-02-30")}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"a/b": 1}, "/data/fields/a~1b"),
        ({"": 1}, "/data/fields/"),
        ({"x" * 61: 1}, f"/data/fields/{'x' * 61}"),
        ({"list": [1]}, "/data/fields/list"),
        ({"text": "a\x07b"}, "/data/fields/text"),
        ({"text": "x" * 201}, "/data/fields/text"),
        ({"number": Decimal("Infinity")}, "/data/fields/number"),
        ({"number": 10**16}, "/data/fields/number"),
        ({"number": Decimal("0.0000000000001")}, "/data/fields/number"),
        ([], "/data/fields"),
        ({f"field_{number}": 1 for number in range(51)}, "/data/fields"),
    ],
)
def test_a_custom_field_that_cannot_be_is_named_with_its_place(fields: object, pointer: str) -> None:
    assert [place for place, _ in faults(delivery("updated", fields=fields))] == [pointer]


def test_numbers_are_kept_in_plain_digits_however_they_were_written() -> None:
    many = Decimal("1.5E+2")
    command = understood(
        delivery("updated", currency="USD", lines=[part("1", many, quantity=many)], fields={"discount": many})
    )
    assert isinstance(command.lines, tuple)
    assert [str(each) for line in command.lines for each in (line.amount, line.quantity)] == ["150.00", "150"]
    assert isinstance(command.fields, dict)
    discount = command.fields["discount"]
    assert isinstance(discount, NumberField)
    assert str(discount.value) == "150"


def test_a_deal_has_only_so_many_custom_fields_whoever_told_them() -> None:
    known = tuple(f"field_{number}" for number in range(200))
    assert understood(delivery("updated", fields={"field_7": 1}), None, known).fields
    assert faults(delivery("updated", fields={"one_more": 1}), None, known) == [
        ("/data/fields", "a deal has 200 custom fields at most, and 200 are known")
    ]


def test_each_custom_field_is_the_newest_word_on_it() -> None:
    told = [
        says(1, "a", fields={"region": REGION, "discount": DISCOUNT}),
        says(3, "c", fields={"region": None}),
        says(2, "b", fields={"region": TextField(name="region", value="APAC"), "strategic": None}),
    ]
    _, events = history(told)
    assert events[-1] == DealAmended(
        stamp=stamp(2, "b"), terms=Terms(fields=(DISCOUNT,)), told=("fields.strategic",), changed=()
    )
    assert [event.changed for event in events] == [("fields",), ("fields",), ()]


def test_a_deal_is_won_with_its_lines() -> None:
    first, _ = LINES
    price: dict[str, Any] = {"amount": Decimal("100.00"), "currency": "USD", "booked_on": date(2017, 3, 31)}
    given(DEAL).when(says(0, status="won", lines=first, **price)).then(
        DealWon(
            stamp=stamp(0),
            terms=Terms(amount=usd("100.00"), lines=first, booked_on=date(2017, 3, 31)),
            told=("status", "amount", "currency", "booked_on", "lines"),
            changed=("status", "amount", "booked_on", "lines"),
        )
    )


def test_a_cancellation_says_on_which_day_it_took_effect_and_a_deal_that_stands_again_forgets_it() -> None:
    cancelled = understood(delivery("cancelled", cancelled_on="2017-03-15"))
    reopened = understood(delivery("reopened", "2017-04-01T00:00:00Z"))
    confirmed = understood(delivery("cancelled", "2017-03-31T16:20:00Z"))
    _, events = history([cancelled, confirmed, reopened])
    assert isinstance(events[0], DealCancelled)
    assert [event.terms.cancelled_on for event in events] == [date(2017, 3, 15), None]


def test_lines_by_hand_become_the_amount_and_their_faults_are_named() -> None:
    written = [part("1", "60"), part("2", "40.005")]
    with pytest.raises(DealHasNoCurrency):
        lines_by_hand(written, [(), ()], None, stamp(1), "the order form")
    with pytest.raises(DeliveryIsWrong) as refused:
        lines_by_hand(written, [(), ()], "USD", stamp(1), "the order form")
    assert [each.pointer for each in refused.value.faults] == ["/lines/1/amount"]
    command = lines_by_hand(written[:1], [(REGION,)], "USD", stamp(1), "the order form")
    assert command.lines == (Line(line_id="1", amount=Decimal("60.00"), fields=(REGION,)),)
    assert command.amount == Decimal("60.00")
    assert lines_by_hand([], [], "USD", stamp(1), "none").amount is UNSET


def test_a_custom_field_is_set_or_removed_by_hand_and_not_both() -> None:
    command = fields_by_hand((REGION,), ("code",), (), stamp(1), "moved")
    assert command.fields == {"region": REGION, "code": None}
    for fields, removed, known in (
        ((REGION,), ("region",), ()),
        ((), ("code", "code"), ()),
        ((REGION,), (), tuple(f"field_{number}" for number in range(200))),
    ):
        with pytest.raises(DeliveryIsWrong):
            fields_by_hand(fields, removed, known, stamp(1), "moved")
