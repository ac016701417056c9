"""What a body's fields take."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from edge.bodies import Body, Day, Instant, MoneyAnswer, MoneyBody, PositiveMoneyBody
from fiscal.calendar import FiscalCalendar, year_of
from money.money import Money

DAY = TypeAdapter[date](Day)
INSTANT = TypeAdapter[datetime](Instant)


class Note(Body):
    text: str


def test_a_day_is_written_in_one_way() -> None:
    assert DAY.validate_python("2026-01-31") == date(2026, 1, 31)


@pytest.mark.parametrize(
    "written",
    [
        0,
        1.5,
        True,
        None,
        "0",
        "2026-1-31",
        "20260131",
        "2026-02-30",
        "2026-01-31T00:00:00Z",
        "٢٠٢٦-01-31",
        "-026-01-31",
    ],
)
def test_what_is_no_day_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(written)


@pytest.mark.parametrize("written", ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_that_no_fiscal_year_may_hold_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="a day is from 1900-01-01 to 2999-12-31"):
        DAY.validate_python(written)


@pytest.mark.parametrize("written", ["1900-01-01", "2999-12-31"])
@pytest.mark.parametrize("first_month", range(1, 13))
def test_every_day_that_is_taken_falls_in_a_fiscal_year(written: str, first_month: int) -> None:
    calendar = FiscalCalendar(first_month=first_month)
    assert year_of(calendar, DAY.validate_python(written)).day_count in {365, 366}


@pytest.mark.parametrize(
    "written", ["2026-03-31T12:00:00Z", "2026-03-31T05:00:00-07:00", "2026-03-31T12:00:00.000+00:00"]
)
def test_an_instant_is_kept_in_utc(written: str) -> None:
    instant = INSTANT.validate_python(written)
    assert (instant, instant.tzinfo) == (datetime(2026, 3, 31, 12, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "written",
    [
        0,
        1774958400,
        "1774958400",
        "2026-03-31",
        "2026-03-31T12:00:00",
        "0001-01-01T00:00:00+14:00",
        "2026-03-31T25:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(written: Any) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(written)


def test_money_is_read_and_shown_exactly() -> None:
    body = MoneyBody.model_validate({"amount": "1234.5", "currency": "USD"})
    assert body.money() == Money(amount=Decimal("1234.50"), currency="USD")
    assert MoneyAnswer.of(body.money()).model_dump() == {"amount": "1234.50", "currency": "USD"}
    assert MoneyAnswer.of(Money(amount=Decimal("1E+3"), currency="JPY")).amount == "1000"


@pytest.mark.parametrize("amount", [12.5, 12, "1e3", "+1", "1.", ".5", "1,000", "NaN", "", "0x10", "1 0"])
def test_an_amount_is_a_string_of_plain_digits(amount: Any) -> None:
    with pytest.raises(ValidationError):
        MoneyBody.model_validate({"amount": amount, "currency": "USD"})


@pytest.mark.parametrize("amount", ["0", "0.00", "-1"])
def test_a_positive_amount_is_above_zero(amount: str) -> None:
    assert MoneyBody.model_validate({"amount": amount, "currency": "USD"})
    with pytest.raises(ValidationError):
        PositiveMoneyBody.model_validate({"amount": amount, "currency": "USD"})


def test_an_unknown_member_is_refused() -> None:
    with pytest.raises(ValidationError):
        Note.model_validate({"text": "a", "more": 1})
