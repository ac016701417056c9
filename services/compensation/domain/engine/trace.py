"""Traces in words: why a line is what it is, said so that the person it pays can follow."""

from decimal import Decimal

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import Earning, EarningLine, Unpaid
from compensation.domain.engine.exact import HUNDRED, plain, ratio_percent
from compensation.domain.engine.placing import Problem
from compensation.domain.engine.rate_table import Slice
from fiscal.calendar import Period
from money.money import Money

REASONS: dict[Problem, str] = {
    "no_plan": "no plan is assigned on the booking day",
    "several_plans": "more than one plan is assigned on the booking day",
    "plan_not_in_effect": "the plan has no version in effect on the booking day",
    "other_currency": "the deal is in another currency than the plan",
    "no_quota": "there is no quota for the period",
    "quota_in_other_currency": "the quota of the period is in another currency than the plan",
    "quota_is_zero": "the quota of the period is zero",
}
"""Why a credit waits, and so what pays it when it is resolved."""


def explain(line: EarningLine, earning: Earning) -> str:
    """Return the line's sentence: the deal, the share, each slice with its rate, and the plan version."""
    currency = earning.currency
    slices = " + ".join(slice_in_words(each, currency) for each in line.slices) or "nothing"
    where = attainment_in_words(line, earning.period)
    version = f"Plan {line.plan_id}, version {line.plan_version}."
    return f"{credit_in_words(line.credit)}{where}: {slices} = {money(line.exact, currency)}. {version}"


def explain_unpaid(credit: Credit, unpaid: Unpaid) -> str:
    """Return the sentence of a credit that waits."""
    reason = REASONS[unpaid.problem]
    plan = f" (plan {unpaid.plan_id})" if unpaid.plan_id else ""
    return f"{credit_in_words(credit)} is not paid yet in {unpaid.period.name}: {reason}{plan}."


def credit_in_words(credit: Credit) -> str:
    """Return which deal it was, when it was booked, and which share of it counts."""
    about = ", ".join(each for each in (credit.product, credit.account) if each)
    named = f"Deal {credit.deal_id} ({about})" if about else f"Deal {credit.deal_id}"
    whole = money(credit.deal_amount, credit.currency)
    if credit.percent == HUNDRED:
        return f"{named}, booked on {credit.booked_on}, counts {whole}"
    share = f"{credit.percent.normalize():f}% of {whole}"
    return f"{named}, booked on {credit.booked_on}, counts {money(credit.amount, credit.currency)} ({share})"


def attainment_in_words(line: EarningLine, period: Period) -> str:
    """Return from where to where the line takes the period's attainment; nothing where there is no quota."""
    if not line.quota or not line.slices:
        return ""
    before, after = (
        percent(ratio_percent(amount, line.quota)) for amount in (line.slices[0].starts_at, line.slices[-1].ends_at)
    )
    return f" and takes {period.name} from {before} to {after} of quota"


def slice_in_words(each: Slice, currency: str) -> str:
    """Return an amount and its rate."""
    return f"{money(each.amount, currency)} at {each.rate.normalize():f}%"


def percent(number: Decimal) -> str:
    """Return a percent as people read it, with two digits."""
    return f"{number:.2f}%"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount as people read it: every digit that it needs."""
    return str(Money(amount=plain(amount), currency=currency))
