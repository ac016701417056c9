"""Rules of accounts, products, activities and posted results: said again it is done, and what differs has a reason."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.domain import Refused
from events.testing import given
from fiscal.calendar import FiscalCalendar, parse_period
from performance.domain import account, activity, result
from performance.domain.account import ACCOUNT, AccountChanged, DescribeAccount
from performance.domain.activity import (
    ACTIVITY,
    ActivityRecorded,
    ActivityWithdrawn,
    RecordActivity,
    WithdrawActivity,
)
from performance.domain.attributes import attributes_of
from performance.domain.product import PRODUCT, DescribeProduct, ProductChanged
from performance.domain.result import RESULT, RecordResult, ResultRecorded
from tests.performance.deals import ANNA, STRANGER

RETAIL = attributes_of({"segment": "enterprise", "industry": "retail"})
DEMO = ActivityRecorded(kind="demo", owner=ANNA, done_on=date(2017, 3, 8), deal_id="crm.D-1")
WITHDRAWN = ActivityWithdrawn(
    reason="nobody came", kind="demo", owner=ANNA, done_on=date(2017, 3, 8), deal_id="crm.D-1"
)
QUARTER = parse_period(FiscalCalendar(), "2017-Q1")


def describe(**fields: Any) -> DescribeAccount:
    said: dict[str, Any] = {"name": "Cancity", "attributes": RETAIL, "parent_id": "Acme"} | fields
    return DescribeAccount(account_id="c-1", **said)


def post(value: str, **fields: Any) -> RecordResult:
    said: dict[str, Any] = {"subject_kind": "company", "subject_id": "company", "target": Decimal("1000")}
    said |= {"currency": "USD", "reason": None, "subject_is_known": True} | fields
    return RecordResult(name="operating_income", period=QUARTER, value=Decimal(value), **said)


def posted(value: str, **fields: Any) -> ResultRecorded:
    said: dict[str, Any] = {"target": Decimal("1000.00"), "currency": "USD"} | fields
    return ResultRecorded(
        name="operating_income",
        subject_kind="company",
        subject_id="company",
        period="2017-Q1",
        starts_on=date(2017, 1, 1),
        ends_on=date(2017, 3, 31),
        value=Decimal(value),
        **said,
    )


def test_an_account_is_what_was_said_of_it_last() -> None:
    described = AccountChanged(name="Cancity", attributes=RETAIL, parent_id="Acme")
    assert [each.name for each in RETAIL] == ["industry", "segment"]
    given(ACCOUNT).when(describe()).then(described)
    given(ACCOUNT, described).when(describe()).then_nothing()
    alone = AccountChanged(name="Cancity", attributes=RETAIL)
    given(ACCOUNT, described).when(describe(parent_id=None)).then(alone)
    given(ACCOUNT).when(describe(parent_id="c-1")).then_refused(account.AccountIsItsOwnParent)


def test_a_product_is_what_was_said_of_it_last() -> None:
    command = DescribeProduct(name="GTX Pro", line="GTX", product_type="license", attributes=())
    described = ProductChanged(name="GTX Pro", line="GTX", product_type="license")
    given(PRODUCT).when(command).then(described)
    given(PRODUCT, described).when(command).then_nothing()
    given(PRODUCT, ProductChanged(name="GTX")).when(command).then(described)


def test_an_activity_is_recorded_once() -> None:
    given(ACTIVITY).when(RecordActivity(activity=DEMO)).then(DEMO)
    given(ACTIVITY, DEMO).when(RecordActivity(activity=DEMO)).then_nothing()
    other = ActivityRecorded(kind="demo", owner=STRANGER, done_on=date(2017, 3, 8))
    given(ACTIVITY, DEMO).when(RecordActivity(activity=other)).then_refused(activity.ActivityIsRecordedAlready)


def test_an_activity_that_was_withdrawn_stays_so_and_says_what_it_was() -> None:
    withdraw = WithdrawActivity(reason="nobody came")
    given(ACTIVITY).when(withdraw).then_refused(activity.ActivityIsUnknown)
    given(ACTIVITY, DEMO).when(withdraw).then(WITHDRAWN)
    given(ACTIVITY, DEMO, WITHDRAWN).when(withdraw).then_nothing()
    given(ACTIVITY, DEMO, WITHDRAWN).when(RecordActivity(activity=DEMO)).then_refused(activity.ActivityIsWithdrawn)


def test_a_result_has_the_digits_of_its_currency_or_is_a_plain_number() -> None:
    given(RESULT).when(post("990.5")).then(posted("990.50"))
    plain = posted("0.12345", currency=None, target=None)
    given(RESULT).when(post("0.12345", currency=None, target=None)).then(plain)
    given(RESULT).when(post("-990.50")).then(posted("-990.50"))
    given(RESULT).when(post("990.505")).then_refused(result.ResultHasTooManyDigits)


def test_a_result_is_corrected_for_a_reason_only() -> None:
    given(RESULT, posted("990.50")).when(post("990.5")).then_nothing()
    given(RESULT, posted("990.50")).when(post("980")).then_refused(result.ResultIsRecordedAlready)
    corrected = posted("980.00", reason="a cost was moved")
    given(RESULT, posted("990.50")).when(post("980", reason="a cost was moved")).then(corrected)
    given(RESULT, corrected).when(post("980")).then_nothing()


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [({"subject_is_known": False}, result.ResultIsOfNobody), ({"target": Decimal("0.00")}, result.ResultHasNoTarget)],
)
def test_a_result_is_of_somebody_and_its_target_is_not_nothing(fields: dict[str, Any], refusal: type[Refused]) -> None:
    given(RESULT).when(post("1", **fields)).then_refused(refusal)
