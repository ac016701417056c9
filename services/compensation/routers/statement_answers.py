"""A statement as it is answered: each line with its credit, its event, its slices, and a sentence."""

from decimal import Decimal

from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.drawing import Cost, Payout
from compensation.domain.engine.exact import plain
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.rate_table import Level, Slice
from compensation.domain.engine.sections import Earning, Unpaid
from compensation.domain.engine.trace import REASONS, explain, explain_clawed, explain_excluded, explain_unpaid
from compensation.domain.engine.version import ENGINE_VERSION
from compensation.domain.statement import Statement
from compensation.routers.credit_answers import credit_answer, money, paid_answer, rate_answers
from compensation.routers.held_answers import held_answer
from compensation.routers.statement_bodies import (
    AdjustmentAnswer,
    ClawedAnswer,
    CostAnswer,
    EarningAnswer,
    ExcludedAnswer,
    LevelAnswer,
    LineAnswer,
    PayoutAnswer,
    SliceAnswer,
    StatementAnswer,
    UnpaidAnswer,
    WaitingAnswer,
)

PAYOUT_AMOUNTS = ("earned", "brought", "advance", "recovered", "forgiven", "paid", "carried", "debt")


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
        payable=[money(each.amount, each.currency) for each in statement.payable],
        sections=[earning_answer(each) for each in statement.earned],
        clawed=[clawed_answer(each) for each in statement.clawed],
        held=[held_answer(each) for each in statement.held],
        released=[held_answer(each) for each in statement.released],
        unpaid=[unpaid_answer(each) for each in statement.unpaid],
        payouts=[payout_answer(each) for each in statement.payouts],
        excluded=[
            ExcludedAnswer(credit=credit_answer(each), sentence=explain_excluded(each)) for each in statement.excluded
        ],
        computed_up_to=computed_up_to,
        engine_version=ENGINE_VERSION,
    )


def clawed_answer(clawed: Clawed) -> ClawedAnswer:
    """Return what is taken back of a cancelled deal."""
    return ClawedAnswer(
        period=clawed.period.name,
        plan_id=clawed.plan_id,
        plan_version=clawed.plan_version,
        component=clawed.component,
        credit=credit_answer(clawed.credit),
        cancelled_on=clawed.credit.cancelled_on,
        refund_id=None if clawed.refund is None else clawed.refund.refund_id,
        refunded_on=None if clawed.refund is None else clawed.refund.refunded_on,
        paid=money(clawed.paid, clawed.currency),
        percent=digits(clawed.percent),
        months_served=clawed.months_served,
        earned=money(clawed.earned, clawed.currency),
        as_paid=money(clawed.as_paid, clawed.pay_currency),
        sentence=explain_clawed(clawed),
    )


def payout_answer(payout: Payout) -> PayoutAnswer:
    """Return what is paid for a pay period."""
    amounts = {name: money(getattr(payout, name), payout.currency) for name in PAYOUT_AMOUNTS}
    cost = None if payout.cost is None else cost_answer(payout.cost)
    return PayoutAnswer(period=payout.period.name, waits=payout.waits, cost=cost, **amounts)


def cost_answer(cost: Cost) -> CostAnswer:
    """Return what a payout costs in the plan's currency."""
    return CostAnswer(
        posted=money(cost.posted, cost.currency),
        paid_on=cost.paid_on,
        paid=None if cost.paid is None else money(cost.paid, cost.currency),
        difference=None if cost.difference is None else money(cost.difference, cost.currency),
        rates=[] if cost.payment is None else rate_answers(cost.payment),
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
        as_paid=money(earning.as_paid, earning.pay_currency),
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
        payment=None if line.payment is None else paid_answer(line.as_paid, line.payment),
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
        column=level.column,
        across_before=None if level.across_before is None else digits(level.across_before),
        across_after=None if level.across_after is None else digits(level.across_after),
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
