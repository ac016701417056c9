"""What money promises."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from events.domain import Refused
from money.money import (
    AMOUNT_MAX,
    AmountHasTooManyDigits,
    AmountIsMalformed,
    AmountIsTooLarge,
    CurrenciesDiffer,
    CurrencyIsUnknown,
    Money,
    largest_remainder,
    round_to_currency,
    split_amount,
)

cents = st.integers(-(10**14), 10**14).map(lambda number: Decimal(number).scaleb(-2))
shares = st.lists(st.integers(0, 1_000), min_size=1, max_size=12).filter(any)


def usd(amount: str) -> Money:
    return Money.parse(amount, "USD")


def test_money_is_written_as_a_string_of_digits_and_a_currency() -> None:
    assert msgspec.json.encode(usd("1234.5")) == b'{"amount":"1234.50","currency":"USD"}'
    assert msgspec.json.decode(b'{"amount":"1234.50","currency":"USD"}', type=Money) == usd("1234.50")


def test_money_is_shown_to_people_with_its_currency_and_thousands() -> None:
    assert str(usd("1234.5")) == "USD 1,234.50"
    assert str(Money.parse("-1234567", "JPY")) == "JPY -1,234,567"


@pytest.mark.parametrize(("amount", "currency"), [("0.01", "USD"), ("7", "JPY"), ("0.001", "KWD"), ("-5", "EUR")])
def test_an_amount_has_its_currencys_digits(amount: str, currency: str) -> None:
    assert Money.parse(amount, currency).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency", "refusal"),
    [
        ("1", "ZZZ", CurrencyIsUnknown),
        ("1", 3 * "X", CurrencyIsUnknown),
        ("1", "XTS", CurrencyIsUnknown),
        ("1", "usd", CurrencyIsUnknown),
        ("0.001", "USD", AmountHasTooManyDigits),
        ("0.1", "JPY", AmountHasTooManyDigits),
        ("1000000000000.01", "USD", AmountIsTooLarge),
        ("-1000000000001", "USD", AmountIsTooLarge),
        ("1e3", "USD", AmountIsMalformed),
        ("1_000", "USD", AmountIsMalformed),
        ("NaN", "USD", AmountIsMalformed),
        ("Infinity", "USD", AmountIsMalformed),
        ("", "USD", AmountIsMalformed),
        (" 1", "USD", AmountIsMalformed),
        ("1\n", "USD", AmountIsMalformed),
        ("٣", "USD", AmountIsMalformed),
    ],
)
def test_what_is_not_an_amount_is_refused(amount: str, currency: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        Money.parse(amount, currency)


def test_the_largest_amount_is_a_trillion() -> None:
    assert Money.parse("1000000000000", "USD").amount == AMOUNT_MAX


def test_sums_are_exact() -> None:
    total = Money.zero("USD")
    for _ in range(10):
        total += usd("0.10")
    assert total == usd("1.00")
    assert usd("1.00") - usd("0.30") + -usd("0.70") == Money.zero("USD")


def test_amounts_are_compared_by_value() -> None:
    assert usd("2") > usd("1.99")
    assert usd("2") <= usd("2.00")
    assert not Money.zero("USD")


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_meet_without_a_rate(operation: str) -> None:
    with pytest.raises(CurrenciesDiffer):
        getattr(usd("1"), operation)(Money.parse("1", "EUR"))


def test_both_rounding_rules_differ_at_the_half_only() -> None:
    assert round_to_currency(Decimal("0.125"), "USD", "half_up") == Decimal("0.13")
    assert round_to_currency(Decimal("0.125"), "USD", "half_even") == Decimal("0.12")
    assert round_to_currency(Decimal("-0.125"), "USD", "half_up") == Decimal("-0.13")
    assert round_to_currency(Decimal("2.5"), "JPY", "half_even") == Decimal(2)


@for_all(st.decimals(-(10**12), 10**12, places=9))
def test_rounding_agrees_with_plain_decimals(amount: Decimal) -> None:
    assert round_to_currency(amount, "USD", "half_even") == amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def test_three_equal_thirds_add_up_and_the_last_has_the_residual() -> None:
    assert split_amount(Decimal("100.00"), [1, 1, 1], "USD") == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert usd("100").split([1, 1, 1, 0]) == [usd("33.33"), usd("33.33"), usd("33.34"), usd("0")]


@for_all(cents, shares)
def test_the_parts_of_a_split_add_up_exactly(amount: Decimal, weights: list[int]) -> None:
    parts = split_amount(amount, weights, "USD")
    assert sum(map(Fraction, parts)) == Fraction(amount)
    assert all(part == round_to_currency(part, "USD") for part in parts)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@for_all(cents, shares)
def test_the_largest_remainder_is_never_off_by_a_cent(amount: Decimal, weights: list[int]) -> None:
    parts = largest_remainder(amount, weights, "USD")
    assert sum(map(Fraction, parts)) == Fraction(amount)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * weight / sum(weights)) < Fraction(1, 100)


@pytest.mark.parametrize("weights", [[], [0], [2, -1]])
def test_shares_that_say_nothing_are_an_error(weights: list[int]) -> None:
    for parts in (split_amount, largest_remainder):
        with pytest.raises(ValueError, match="shares"):
            parts(Decimal(1), weights, "USD")
