"""A statement as JSON: each line with its credit, its event, its slices, and a sentence."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from compensation.domain.engine.exact import plain
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.rate_table import Level, Slice
from compensation.domain.engine.sections import Earning, Unpaid
from compensation.domain.engine.trace import REASONS, explain, explain_unpaid
from compensation.domain.statement import Statement
from compensation.routers.credit_answers import CreditAnswer, credit_answer, money
from edge.bodies import Answer, MoneyAnswer


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
    """What everything up to a credit was worth before it and after it, at which rates on which bases."""

    tier: int
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


class StatementAnswer(Answer):
    """A person's live statement: what is earned by all that is known, complete up to a position of the log."""

    person_id: str
    name: str | None
    period: str
    starts_on: date
    ends_on: date
    credited: list[MoneyAnswer]
    earned: list[MoneyAnswer]
    sections: list[EarningAnswer]
    unpaid: list[UnpaidAnswer]
    computed_up_to: int


def statement_answer(statement: Statement, name: str | None, computed_up_to: int) -> StatementAnswer:
    """Return a statement as it is answered."""
    return StatementAnswer(
        person_id=statement.person_id,
        name=name,
        period=statement.period.name,
        starts_on=statement.period.starts_on,
        ends_on=statement.period.ends_on,
        credited=[money(each.amount, each.currency) for each in statement.credited],
        earned=[money(each.amount, each.currency) for each in statement.pay],
        sections=[earning_answer(each) for each in statement.earned],
        unpaid=[unpaid_answer(each) for each in statement.unpaid],
        computed_up_to=computed_up_to,
    )


def earning_answer(earning: Earning) -> EarningAnswer:
    """Return a component's section."""
    measured, currency = earning.measured, earning.currency
    return EarningAnswer(
        period=earning.period.name,
        starts_on=earning.period.starts_on,
        ends_on=earning.period.ends_on,
        plan_id=earning.plan_id,
        plan_version=earning.plan_version,
        component=earning.component,
        credited=money(earning.credited, currency),
        measure=earning.measure,
        measured_in=earning.measured_in,
        attained=digits(measured.credit),
        quota=None if measured.quota is None else digits(measured.quota),
        percent=None if measured.percent is None else format(measured.percent, "f"),
        tier=earning.tier,
        earned=money(earning.earned, currency),
        lines=[line_answer(each, earning) for each in earning.lines],
    )


def line_answer(line: EarningLine, earning: Earning) -> LineAnswer:
    """Return a line with its trace."""
    currency, level = earning.currency, line.rated.level
    return LineAnswer(
        credit=credit_answer(line.credit),
        rule=line.rule,
        plan_id=line.plan_id,
        plan_version=line.plan_version,
        measured_from=digits(line.rated.before),
        measured_to=digits(line.rated.after),
        slices=[slice_answer(each, currency) for each in line.rated.slices],
        level=None if level is None else level_answer(level, currency),
        exact=money(line.rated.exact, currency),
        adjustments=[
            AdjustmentAnswer(
                kind=each.kind,
                detail=each.detail,
                before=money(each.before, currency),
                after=money(each.after, currency),
            )
            for each in line.adjustments
        ],
        adjusted=money(line.adjusted, currency),
        earned=money(line.earned, currency),
        sentence=explain(line, earning),
    )


def slice_answer(each: Slice, currency: str) -> SliceAnswer:
    """Return a slice."""
    return SliceAnswer(
        tier=each.tier,
        starts_at=digits(each.starts_at),
        ends_at=digits(each.ends_at),
        pay_base=digits(each.pay_base),
        rate=format(each.rate, "f"),
        earned=money(each.earned, currency),
    )


def level_answer(level: Level, currency: str) -> LevelAnswer:
    """Return what everything is worth before and after a line."""
    return LevelAnswer(
        tier=level.tier,
        rate_before=digits(level.rate_before),
        rate_after=digits(level.rate_after),
        base_before=digits(level.base_before),
        base_after=digits(level.base_after),
        before=money(level.before, currency),
        after=money(level.after, currency),
    )


def unpaid_answer(unpaid: Unpaid) -> UnpaidAnswer:
    """Return what waits."""
    return UnpaidAnswer(
        period=unpaid.period.name,
        plan_id=unpaid.plan_id or None,
        component=unpaid.component or None,
        kind=unpaid.problem,
        problem=REASONS[unpaid.problem],
        credited=money(unpaid.credited, unpaid.currency),
        credits=[
            WaitingAnswer(credit=credit_answer(each), sentence=explain_unpaid(each, unpaid)) for each in unpaid.credits
        ],
    )


def digits(number: Decimal) -> str:
    """Return a number with the digits that it needs."""
    return format(plain(number), "f")
