"""The shapes of a statement as JSON: sections by component, lines with their traces, what is taken back and paid."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from compensation.routers.credit_answers import ConversionAnswer, CreditAnswer, RateAnswer
from compensation.routers.held_answers import HeldAnswer
from edge.bodies import Answer, MoneyAnswer

EngineVersion: TypeAlias = Annotated[
    int, Field(description="Which version of the engine computed this: with plan and position it gives the same again.")
]


class SliceAnswer(Answer):
    """The part of a credit inside one tier: where the measure stood before and after it, what it pays on, its rate
    and what it earned. Measures and pay bases are numbers: money in the section's currency, or a count of deals.
    """

    tier: int
    starts_at: str
    ends_at: str
    pay_base: str
    rate: Annotated[str, Field(examples=["8"])]
    earned: MoneyAnswer


class LevelAnswer(Answer):
    """What everything up to a credit was worth before it and after it, at which rates on which bases. At a matrix the
    tier is its row, with the column and where its measure stood before and after.
    """

    tier: int
    column: int | None
    across_before: str | None
    across_after: str | None
    rate_before: str
    rate_after: str
    base_before: str
    base_after: str
    before: MoneyAnswer
    after: MoneyAnswer


class AdjustmentAnswer(Answer):
    """A rule that changed what a line is worth: a modifier, a gate or a cap."""

    kind: str
    detail: str
    before: MoneyAnswer
    after: MoneyAnswer


class LineAnswer(Answer):
    """What a component pays for a credit. `exact` is what its rates say, `adjusted` what modifiers, gates and caps
    left of it, `earned` its part of the pay in whole cents. `measured_from` and `measured_to` are where the line
    found and left the measure.
    """

    credit: CreditAnswer
    rule: str
    plan_id: str
    plan_version: int
    measured_from: str
    measured_to: str
    slices: list[SliceAnswer]
    level: LevelAnswer | None
    exact: MoneyAnswer
    adjustments: list[AdjustmentAnswer]
    adjusted: MoneyAnswer
    earned: MoneyAnswer
    payment: Annotated[
        ConversionAnswer | None, Field(description="What is earned in the currency of payment, if that is another one.")
    ]
    sentence: str


class EarningAnswer(Answer):
    """What a component of a plan pays for a period. `attained` is how far its measure is at the period's end, in its
    own interval `measured_in`; `percent` is that of the quota.
    """

    period: str
    starts_on: date
    ends_on: date
    plan_id: str
    plan_version: int
    component: str
    credited: MoneyAnswer
    measure: str
    measured_in: str
    attained: str
    quota: str | None
    percent: str | None
    tier: int
    earned: MoneyAnswer
    as_paid: Annotated[MoneyAnswer, Field(description="What is earned, in the currency of payment.")]
    lines: list[LineAnswer]


class WaitingAnswer(Answer):
    """A credit that is not paid yet, with a sentence that says why."""

    credit: CreditAnswer
    sentence: str


class UnpaidAnswer(Answer):
    """Credits of a period that wait for one reason."""

    period: str
    plan_id: str | None
    component: str | None
    kind: str
    problem: str
    credited: MoneyAnswer
    credits: list[WaitingAnswer]


class ClawedAnswer(Answer):
    """What is taken back of a cancelled deal or a refunded payment: `percent` of what a line `paid`, or of what the
    refunded part did; `earned` is below nothing.
    """

    period: str
    plan_id: str
    plan_version: int
    component: str
    credit: CreditAnswer
    cancelled_on: date | None
    refund_id: str | None
    refunded_on: date | None
    paid: MoneyAnswer
    percent: str
    months_served: int | None
    earned: MoneyAnswer
    as_paid: MoneyAnswer
    sentence: str


class ExcludedAnswer(Answer):
    """A credit that counts for nothing, with a sentence that says who has excluded it, and why."""

    credit: CreditAnswer
    sentence: str


class CostAnswer(Answer):
    """What a payout in another currency costs in the plan's: `posted` when it was earned, what is carried or advanced
    by the rate of the period's end; `paid` on the pay date, once that has come; and the difference.
    """

    posted: MoneyAnswer
    paid_on: date
    paid: MoneyAnswer | None
    difference: MoneyAnswer | None
    rates: Annotated[list[RateAnswer], Field(description="By which it is paid.")]


class PayoutAnswer(Answer):
    """What is paid for a pay period: what was earned and brought, what a draw advances and takes back, what is
    forgiven, what is carried into the next period, and the debt after it.
    """

    period: str
    earned: MoneyAnswer
    brought: MoneyAnswer
    advance: MoneyAnswer
    recovered: MoneyAnswer
    forgiven: MoneyAnswer
    paid: MoneyAnswer
    carried: MoneyAnswer
    debt: MoneyAnswer
    waits: Annotated[bool, Field(description="A rate by which the plan pays is not told yet: all is carried.")]
    cost: CostAnswer | None


class StatementAnswer(Answer):
    """A person's live statement: what is earned and paid by all that is known, complete up to a position of the log.

    `held` is what of the earnings another period pays; `released` what was held and comes due, or lapses, in this one.
    `payable` is earned less held, with what is released.
    """

    person_id: str
    name: str | None
    period: str
    starts_on: date
    ends_on: date
    credited: list[MoneyAnswer]
    earned: list[MoneyAnswer]
    payable: list[MoneyAnswer]
    sections: list[EarningAnswer]
    clawed: list[ClawedAnswer]
    held: list[HeldAnswer]
    released: list[HeldAnswer]
    unpaid: list[UnpaidAnswer]
    payouts: list[PayoutAnswer]
    excluded: list[ExcludedAnswer]
    computed_up_to: int
    engine_version: EngineVersion
