"""A case for each reason on the worklist: what raises it, how an administrator resolves it, and what is paid then.

Each has a person, a plan and a deal of its own, so that all of them wait side by side in one company.
"""

from dataclasses import dataclass

from money.money import Money
from tests.compensation.worklist_acts import (
    ABOUT_PRO,
    EXCHANGE,
    UNITS,
    Act,
    amended,
    assigned,
    assigned_twice,
    by_stages,
    claimed,
    disputed,
    ended,
    exchanging,
    expecting,
    nowhere,
    of_lines,
    of_stranger,
    on_another_plan,
    owned,
    paid_in_dollars,
    paid_in_pounds,
    placed,
    quota_is,
    rated,
    sells,
    split_by_hand,
    target_is,
    too_early,
    unassigned,
    with_target,
    won,
    won_through_a_stage,
)
from tests.compensation.worklist_documents import IF_INCOME, billed, posted, reopened, with_lines


@dataclass(frozen=True, kw_only=True)
class Case:
    """A reason: the text that names it, what raises it, what resolves it, and what is earned then."""

    text: str
    raises: Act
    resolves: Act
    earned: str = "5.00"


CASES: dict[str, Case] = {
    "no_amount": Case(text="the deal is won without an amount", raises=sells(amount=None), resolves=amended("amount")),
    "no_booking_day": Case(
        text="the deal is won on no day", raises=sells(booked_on=None), resolves=amended("booked_on")
    ),
    "lines_do_not_add_up": Case(
        text="the lines of the deal do not add up to its amount",
        raises=sells(lines=of_lines("60", "30")),
        resolves=amended("lines", lines=of_lines("60", "40")),
    ),
    "no_owner": Case(text="the deal has no owner", raises=sells(owner=None), resolves=owned),
    "unmatched_owner": Case(
        text="nobody has claimed the CRM's name of the owner", raises=of_stranger(), resolves=claimed
    ),
    "disputed_owner": Case(
        text="more than one person has claimed the CRM's name of the owner", raises=disputed, resolves=split_by_hand
    ),
    "no_territory": Case(
        text="the deal's account falls in no territory, and a plan pays by territory", raises=nowhere, resolves=placed
    ),
    "no_stage": Case(
        text="the deal was in none of the stages by which a plan pays",
        raises=by_stages,
        resolves=won_through_a_stage,
    ),
    "unknown_deal": Case(text="nobody has told of the deal that is billed or paid", raises=billed(), resolves=won),
    "deal_not_won": Case(text="the deal that is billed or paid is not won", raises=reopened, resolves=won),
    "unknown_line": Case(
        text="the invoice names a line that the deal does not have",
        raises=billed(is_won=True, line="l1"),
        resolves=with_lines,
    ),
    "no_plan": Case(text="no plan is assigned on the booking day", raises=unassigned, resolves=assigned),
    "several_plans": Case(
        text="more than one plan is assigned on the booking day", raises=assigned_twice, resolves=ended
    ),
    "plan_not_in_effect": Case(
        text="the plan has no version in effect on the booking day", raises=too_early, resolves=on_another_plan
    ),
    "other_currency": Case(
        text="the deal is in another currency than the plan",
        raises=sells(amount=Money.parse("100", "EUR")),
        resolves=exchanging,
        earned="7.50",
    ),
    "no_rate": Case(
        text="the plan's exchange rate of that day is not known",
        raises=sells(EXCHANGE, amount=Money.parse("100", "CHF")),
        resolves=rated,
        earned="7.50",
    ),
    "no_payment_rule": Case(
        text="the assignment pays in another currency, and the plan does not say by which rate",
        raises=paid_in_pounds,
        resolves=paid_in_dollars,
    ),
    "no_rule": Case(
        text="no credit rule of the plan is about this deal",
        raises=sells(ABOUT_PRO, product="MG Basic"),
        resolves=amended("product"),
    ),
    "no_quota": Case(
        text="there is no quota for the period", raises=quota_is(None), resolves=expecting("50"), earned="6.50"
    ),
    "quota_in_other_currency": Case(
        text="the quota of the period is in another currency than the plan",
        raises=quota_is("1000", "EUR"),
        resolves=expecting("1000"),
    ),
    "quota_is_zero": Case(
        text="the quota of the period is zero", raises=quota_is("0"), resolves=expecting("50"), earned="6.50"
    ),
    "no_target_pay": Case(
        text="the assignment says no target pay", raises=target_is(None), resolves=with_target, earned="100.00"
    ),
    "target_pay_in_other_currency": Case(
        text="the target pay is in another currency than the plan",
        raises=target_is("EUR"),
        resolves=with_target,
        earned="100.00",
    ),
    "no_result": Case(
        text="a result or an objective's score that the plan looks at is not posted for the period",
        raises=sells(IF_INCOME),
        resolves=posted,
    ),
    "no_number": Case(
        text="the deal's line does not say the number that the plan measures",
        raises=sells(UNITS, lines=of_lines("60", "40")),
        resolves=amended("lines", lines=of_lines("60", "40", quantity="3.5")),
        earned="14.00",
    ),
}
"""All but `no_calendar`, which all deals of a company wait for."""
