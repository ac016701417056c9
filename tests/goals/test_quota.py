"""Rules of a quota: set once for somebody who is there, adjusted with a reason, never nothing."""

from decimal import Decimal

import pytest

from events.testing import given
from fiscal.calendar import FiscalCalendar, Period, parse_period
from goals.domain.quota import (
    QUOTA,
    AdjustQuota,
    QuotaAdjusted,
    QuotaHasOneCurrency,
    QuotaIsForNobody,
    QuotaIsNotAboveZero,
    QuotaIsSetAlready,
    QuotaIsTooLarge,
    QuotaIsUnknown,
    QuotaSet,
    QuotaTerms,
    SetQuota,
    quota_id_of,
)
from money.money import Money
from tests.goals.company import usd

FIRST = parse_period(FiscalCalendar(), "2025-Q1")
SHIFTED = parse_period(FiscalCalendar(first_month=2, year_named_by="end"), "2025-Q1")
ABSURD = Money(amount=Decimal(10) ** 12 + 1, currency="USD")


def set_quota(amount: Money, period: Period = FIRST, *, person_is_known: bool = True) -> SetQuota:
    return SetQuota(person_id="anna", measure="bookings", period=period, amount=amount, person_is_known=person_is_known)


def terms(amount: Money, period: Period = FIRST) -> QuotaTerms:
    return QuotaTerms(
        person_id="anna",
        measure="bookings",
        period="2025-Q1",
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        amount=amount,
    )


SET = QuotaSet(terms=terms(usd("100.00")))


def test_a_quota_is_set_with_its_period_s_days() -> None:
    given(QUOTA).when(set_quota(usd("100.00"))).then(SET)


def test_the_same_quota_again_is_already_so() -> None:
    given(QUOTA, SET).when(set_quota(usd("100.00"))).then_nothing()


def test_a_quota_that_is_set_is_adjusted_rather_than_set_to_another_amount() -> None:
    given(QUOTA, SET).when(set_quota(usd("200.00"))).then_refused(QuotaIsSetAlready, amount=usd("100.00"))


def test_a_quota_set_again_after_the_calendar_has_changed_takes_the_new_days() -> None:
    given(QUOTA, SET).when(set_quota(usd("100.00"), SHIFTED)).then(QuotaSet(terms=terms(usd("100.00"), SHIFTED)))


def test_nobody_who_is_unknown_has_a_quota() -> None:
    given(QUOTA).when(set_quota(usd("100.00"), person_is_known=False)).then_refused(QuotaIsForNobody, person_id="anna")


@pytest.mark.parametrize("amount", [usd("0.00"), usd("-5.00")])
def test_a_quota_of_nothing_or_less_is_refused(amount: Money) -> None:
    given(QUOTA).when(set_quota(amount)).then_refused(QuotaIsNotAboveZero)
    given(QUOTA, SET).when(AdjustQuota(amount=amount, reason="leave")).then_refused(QuotaIsNotAboveZero)


def test_an_absurd_quota_is_refused() -> None:
    given(QUOTA).when(set_quota(ABSURD)).then_refused(QuotaIsTooLarge)
    given(QUOTA, SET).when(AdjustQuota(amount=ABSURD, reason="typo")).then_refused(QuotaIsTooLarge)


def test_a_quota_is_adjusted_for_a_reason() -> None:
    given(QUOTA, SET).when(AdjustQuota(amount=usd("50.00"), reason="parental leave")).then(
        QuotaAdjusted(terms=terms(usd("50.00")), reason="parental leave")
    )


def test_a_quota_adjusted_to_what_it_is_is_already_so() -> None:
    adjusted = QuotaAdjusted(terms=terms(usd("50.00")), reason="parental leave")
    given(QUOTA, SET, adjusted).when(AdjustQuota(amount=usd("50.00"), reason="again")).then_nothing()


def test_a_quota_stays_in_its_currency() -> None:
    euros = Money(amount=Decimal("50.00"), currency="EUR")
    given(QUOTA, SET).when(AdjustQuota(amount=euros, reason="moved")).then_refused(QuotaHasOneCurrency, currency="USD")


def test_a_quota_that_is_not_there_is_never_adjusted() -> None:
    given(QUOTA).when(AdjustQuota(amount=usd("50.00"), reason="leave")).then_refused(QuotaIsUnknown)


def test_two_quotas_never_share_an_id() -> None:
    ids = {
        quota_id_of(person_id, "bookings", period)
        for person_id in ("a", "a~bookings~2025", "a~bookings")
        for period in ("2025", "2025-Q1")
    }
    assert len(ids) == 6
