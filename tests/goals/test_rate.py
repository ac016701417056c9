"""Rules of exchange rates: said by day, corrected with a reason, between two currencies."""

from datetime import date
from decimal import Decimal

import pytest

from events.testing import given
from goals.domain.rate import (
    RATE,
    CurrenciesAreTheSame,
    RateIsNotAboveZero,
    RateIsNotSet,
    RateIsSetAlready,
    RateIsTooLarge,
    RateSet,
    SetRate,
)
from tests.goals.company import APRIL, JANUARY


def says(
    rate: str, effective_on: date = JANUARY, source: str = "ECB", reason: str | None = None, quote: str = "USD"
) -> SetRate:
    return SetRate(
        base="EUR",
        quote=quote,
        kind="plan",
        effective_on=effective_on,
        rate=Decimal(rate),
        source=source,
        reason=reason,
    )


def said(rate: str, effective_on: date = JANUARY, reason: str | None = None) -> RateSet:
    return RateSet(
        base="EUR",
        quote="USD",
        kind="plan",
        effective_on=effective_on,
        rate=Decimal(rate),
        source="ECB",
        reason=reason,
    )


def test_a_rate_is_set_for_a_day_and_another_one_for_another_day() -> None:
    given(RATE).when(says("1.0842")).then(said("1.0842"))
    given(RATE, said("1.0842")).when(says("1.12", APRIL)).then(said("1.12", APRIL))


def test_a_rate_keeps_every_digit_that_was_said() -> None:
    given(RATE).when(says("0.000000000000000001")).then(said("0.000000000000000001"))


def test_the_same_rate_of_a_day_again_is_already_so() -> None:
    given(RATE, said("1.0842")).when(says("1.08420")).then_nothing()
    given(RATE, said("1.0842")).when(says("1.0842", reason="once more")).then_nothing()


def test_a_day_s_rate_is_corrected_only_with_a_reason() -> None:
    given(RATE, said("1.0842")).when(says("1.0824")).then_refused(
        RateIsSetAlready, base="EUR", quote="USD", effective_on=JANUARY, rate="1.0842", source="ECB"
    )
    given(RATE, said("1.0842")).when(says("1.0842", source="BoE")).then_refused(RateIsSetAlready)
    given(RATE, said("1.0842")).when(says("1.0824", reason="swapped")).then(said("1.0824", reason="swapped"))


def test_a_corrected_rate_is_what_the_day_has_from_then_on() -> None:
    corrected = said("1.0824", reason="swapped")
    given(RATE, said("1.0842"), said("1.12", APRIL), corrected).when(says("1.0824")).then_nothing()
    given(RATE, said("1.0842"), corrected).when(says("1.0842")).then_refused(RateIsSetAlready, rate="1.0824")


def test_a_reason_without_a_rate_to_correct_is_refused() -> None:
    given(RATE, said("1.0842")).when(says("1.12", APRIL, reason="swapped")).then_refused(
        RateIsNotSet, effective_on=APRIL
    )


def test_no_currency_has_a_rate_to_itself() -> None:
    given(RATE).when(says("1", quote="EUR")).then_refused(CurrenciesAreTheSame, quote="EUR")


@pytest.mark.parametrize("rate", ["0", "0.000", "-1.08"])
def test_a_rate_of_nothing_or_less_is_refused(rate: str) -> None:
    given(RATE).when(says(rate)).then_refused(RateIsNotAboveZero)


def test_an_absurd_rate_is_refused() -> None:
    given(RATE).when(says("1000000000000.1")).then_refused(RateIsTooLarge)
