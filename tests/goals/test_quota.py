"""Rules of a quota: set once for somebody who is there, adjusted with a reason, never nothing."""

from decimal import Decimal
from typing import get_args

import msgspec
import pytest

from events.domain import Refused
from events.testing import given
from fiscal.calendar import FiscalCalendar, Period, parse_period
from goals.domain.quota import (
    QUOTA,
    AdjustQuota,
    Expected,
    QuotaAdjusted,
    QuotaHasOneCurrency,
    QuotaIsForNobody,
    QuotaIsForNothing,
    QuotaIsNotAboveZero,
    QuotaIsSetAlready,
    QuotaIsTooLarge,
    QuotaIsUnknown,
    QuotaSet,
    QuotaTerms,
    SetQuota,
    SubjectQuotaSet,
    quota_id_of,
)
from goals.domain.subject import Subject, SubjectKind, person
from money.money import Money
from tests.goals.company import usd

ANNA, EAST = person("anna"), Subject(kind="team", id="east")
FIRST = parse_period(FiscalCalendar(), "2025-Q1")
SHIFTED = parse_period(FiscalCalendar(first_month=2, year_named_by="end"), "2025-Q1")
ABSURD = Money(amount=Decimal(10) ** 12 + 1, currency="USD")


def set_quota(
    amount: Expected, period: Period = FIRST, *, subject: Subject = ANNA, subject_is_known: bool = True
) -> SetQuota:
    return SetQuota(
        subject=subject, measure="bookings", period=period, amount=amount, subject_is_known=subject_is_known
    )


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
    given(QUOTA).when(set_quota(usd("100.00"), subject_is_known=False)).then_refused(QuotaIsForNobody, person_id="anna")


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
        quota_id_of(Subject(kind=kind, id=each), "bookings", period)
        for kind in get_args(SubjectKind)
        for each in ("a", "a~bookings~2025", "a~bookings", "a~bookings~2025~team")
        for period in ("2025", "2025-Q1")
    }
    assert len(ids) == 24


def expected(amount: str, currency: str | None = None, reason: str | None = None) -> SubjectQuotaSet:
    """Return what is expected of the team."""
    return SubjectQuotaSet(
        subject_kind="team",
        subject_id="east",
        measure="bookings",
        period="2025-Q1",
        starts_on=FIRST.starts_on,
        ends_on=FIRST.ends_on,
        amount=Decimal(amount),
        currency=currency,
        reason=reason,
    )


def test_a_team_s_quota_says_whose_it_is_and_in_what() -> None:
    given(QUOTA).when(set_quota(usd("900.00"), subject=EAST)).then(expected("900.00", "USD"))
    given(QUOTA, expected("900.00", "USD")).when(set_quota(usd("900.00"), subject=EAST)).then_nothing()
    given(QUOTA, expected("900.00", "USD")).when(AdjustQuota(amount=usd("800.00"), reason="vacant seat")).then(
        expected("800.00", "USD", "vacant seat")
    )


def test_a_person_s_quota_in_a_plain_number_says_so_too() -> None:
    number = msgspec.structs.replace(expected("40"), subject_kind="person", subject_id="anna")
    given(QUOTA).when(set_quota(Decimal(40))).then(number)
    given(QUOTA, number).when(set_quota(Decimal(50))).then_refused(QuotaIsSetAlready, amount="40")
    given(QUOTA, number).when(AdjustQuota(amount=Decimal(50), reason="new region")).then(
        msgspec.structs.replace(number, amount=Decimal(50), reason="new region")
    )


def test_money_never_becomes_a_number_nor_a_number_money() -> None:
    given(QUOTA, SET).when(AdjustQuota(amount=Decimal(50), reason="x")).then_refused(
        QuotaHasOneCurrency, currency="USD"
    )
    given(QUOTA, expected("40")).when(AdjustQuota(amount=usd("40.00"), reason="x")).then_refused(
        QuotaHasOneCurrency, currency=None
    )


def test_no_team_that_is_not_there_has_a_quota() -> None:
    given(QUOTA).when(set_quota(Decimal(40), subject=EAST, subject_is_known=False)).then_refused(
        QuotaIsForNothing, team_id="east"
    )


@pytest.mark.parametrize(
    ("number", "refusal"), [("0", QuotaIsNotAboveZero), ("-1", QuotaIsNotAboveZero), ("1000000000001", QuotaIsTooLarge)]
)
def test_a_number_that_cannot_be_expected_is_refused(number: str, refusal: type[Refused]) -> None:
    given(QUOTA).when(set_quota(Decimal(number), subject=EAST)).then_refused(refusal)
