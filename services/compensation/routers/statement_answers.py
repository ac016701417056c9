"""A statement as JSON: each line with its credit, its event, its slices, and a sentence."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import Earning, EarningLine, Unpaid
from compensation.domain.engine.exact import plain
from compensation.domain.engine.rate_table import Slice
from compensation.domain.engine.trace import REASONS, explain, explain_unpaid
from compensation.domain.statement import Statement
from edge.bodies import Answer, MoneyAnswer
from money.money import Money


class OriginAnswer(Answer):
    """The event that made the credit what it is: which one, where from, and its place in this service's log."""

    event_id: str
    event_type: Annotated[str, Field(examples=["DealWonV1"])]
    version: int
    source: Annotated[str, Field(examples=["/services/performance"])]
    occurred_at: datetime
    position: int


class CreditAnswer(Answer):
    """A person's share of a deal: `percent` of `deal_amount`."""

    deal_id: str
    account: str | None
    product: str | None
    booked_on: date
    source_at: datetime
    amount: MoneyAnswer
    deal_amount: MoneyAnswer
    percent: Annotated[str, Field(examples=["60"])]
    event: OriginAnswer


class SliceAnswer(Answer):
    """The part of a credit inside one tier: from and to which credit of the period, at which rate in percent."""

    tier: int
    starts_at: MoneyAnswer
    ends_at: MoneyAnswer
    amount: MoneyAnswer
    rate: Annotated[str, Field(examples=["8"])]
    earned: MoneyAnswer


class LineAnswer(Answer):
    """What a credit earned. `exact` is the sum of its slices, `earned` its part of the pay in whole cents."""

    credit: CreditAnswer
    plan_id: str
    plan_version: int
    slices: list[SliceAnswer]
    exact: MoneyAnswer
    earned: MoneyAnswer
    sentence: str


class EarningAnswer(Answer):
    """What a plan pays for a period. `attained` is the person's whole credit of the period, `percent` of the quota."""

    period: str
    starts_on: date
    ends_on: date
    plan_id: str
    plan_version: int
    credited: MoneyAnswer
    attained: MoneyAnswer
    quota: MoneyAnswer | None
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
    """Return a plan's section."""
    measured, currency = earning.measured, earning.currency
    return EarningAnswer(
        period=earning.period.name,
        starts_on=earning.period.starts_on,
        ends_on=earning.period.ends_on,
        plan_id=earning.plan_id,
        plan_version=earning.plan_version,
        credited=money(earning.credited, currency),
        attained=money(measured.credit, currency),
        quota=None if measured.quota is None else money(measured.quota, currency),
        percent=None if measured.percent is None else format(measured.percent, "f"),
        tier=earning.tier,
        earned=money(earning.earned, currency),
        lines=[line_answer(each, earning) for each in earning.lines],
    )


def line_answer(line: EarningLine, earning: Earning) -> LineAnswer:
    """Return a line with its trace."""
    return LineAnswer(
        credit=credit_answer(line.credit),
        plan_id=line.plan_id,
        plan_version=line.plan_version,
        slices=[slice_answer(each, earning.currency) for each in line.slices],
        exact=money(line.exact, earning.currency),
        earned=money(line.earned, earning.currency),
        sentence=explain(line, earning),
    )


def slice_answer(each: Slice, currency: str) -> SliceAnswer:
    """Return a slice."""
    return SliceAnswer(
        tier=each.tier,
        starts_at=money(each.starts_at, currency),
        ends_at=money(each.ends_at, currency),
        amount=money(each.amount, currency),
        rate=format(each.rate, "f"),
        earned=money(each.earned, currency),
    )


def credit_answer(credit: Credit) -> CreditAnswer:
    """Return a credit with the event that made it."""
    return CreditAnswer(
        deal_id=credit.deal_id,
        account=credit.account,
        product=credit.product,
        booked_on=credit.booked_on,
        source_at=credit.source_at,
        amount=money(credit.amount, credit.currency),
        deal_amount=money(credit.deal_amount, credit.currency),
        percent=format(credit.percent, "f"),
        event=OriginAnswer.of(credit.origin),
    )


def unpaid_answer(unpaid: Unpaid) -> UnpaidAnswer:
    """Return what waits."""
    return UnpaidAnswer(
        period=unpaid.period.name,
        plan_id=unpaid.plan_id or None,
        kind=unpaid.problem,
        problem=REASONS[unpaid.problem],
        credited=money(unpaid.credited, unpaid.currency),
        credits=[
            WaitingAnswer(credit=credit_answer(each), sentence=explain_unpaid(each, unpaid)) for each in unpaid.credits
        ],
    )


def money(amount: Decimal, currency: str) -> MoneyAnswer:
    """Return an amount with the digits that it needs."""
    return MoneyAnswer.of(Money(amount=plain(amount), currency=currency))
