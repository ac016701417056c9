"""From earned to paid: draws and minimums, their recovery and forgiveness, settlement, and what is carried.

After any number of pay periods, what was paid + what is carried - what is owed = what was earned + what was forgiven:
in each currency of payment for itself.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from compensation.domain.document.shape import Draw
from compensation.domain.engine.exact import EXACT, ZERO, percent_of, total
from compensation.domain.engine.rate import Conversion
from events.domain import Value
from fiscal.calendar import Period
from money.money import round_to_currency


class Posting(Value, tag=False):
    """What a pay period cost when it was earned, in the plan's currency, and what a unit of the currency of payment
    costs at the period's end and on its pay date.
    """

    currency: str
    earned: Decimal
    paid_on: date
    at_end: Conversion
    at_payment: Conversion


class PayPeriod(Value, tag=False):
    """What was earned in a pay period, and what the plan then pays at least and at most, in the currency of payment.

    `drawn` is the draw for this period, by the days on the plan, and `least` the minimum. Nothing else is paid where
    the period does not settle. `waits` says that a rate is missing: everything is carried.
    """

    period: Period
    currency: str
    earned: Decimal
    draw: Draw | None = None
    drawn: Decimal = ZERO
    recovered_max: Decimal | None = None
    floor: Decimal = ZERO
    least: Decimal = ZERO
    is_least_recovered: bool = False
    maximum: Decimal | None = None
    settles: bool = True
    waits: bool = False
    posting: Posting | None = None


class Advance(Value, tag=False):
    """What was paid before it was earned, and how many pay periods ago."""

    amount: Decimal
    age: int


class Cost(Value, tag=False):
    """What a payout costs in the plan's currency: by the rates at which it was earned, what is carried or advanced by
    that of the period's end; and on the pay date, once that has come.
    """

    currency: str
    posted: Decimal
    paid_on: date
    paid: Decimal | None
    difference: Decimal | None
    posting: Conversion
    payment: Conversion | None


class Payout(Value, tag=False):
    """What is paid for a pay period. `brought` came from the one before, `carried` goes into the next, and `debt` is
    what is owed after it. `waits` says that a rate is missing by which the plan would pay.
    """

    period: Period
    currency: str
    earned: Decimal
    brought: Decimal
    advance: Decimal
    recovered: Decimal
    forgiven: Decimal
    paid: Decimal
    carried: Decimal
    debt: Decimal
    waits: bool = False
    cost: Cost | None = None

    def known_on(self, day: date) -> "Payout":
        """Return what is known of it on a day: what a payment costs, nobody knows before its pay date."""
        if self.cost is None or self.cost.paid_on <= day:
            return self
        cost = msgspec.structs.replace(self.cost, paid=None, difference=None, payment=None)
        return msgspec.structs.replace(self, cost=cost)


def pay_out(periods: Iterable[PayPeriod]) -> tuple[Payout, ...]:
    """Return what is paid to one person in consecutive pay periods; balances of each currency are its own."""
    payouts: list[Payout] = []
    owed: dict[str, list[Advance]] = {}
    brought: dict[str, Decimal] = {}
    for each in periods:
        currency = each.currency
        payout, owed[currency] = pay_one(each, brought.get(currency, ZERO), owed.get(currency, []))
        brought[currency] = payout.carried
        payouts.append(payout)
    return tuple(payouts)


def pay_one(each: PayPeriod, brought: Decimal, owed: Sequence[Advance]) -> tuple[Payout, list[Advance]]:
    """Return what is paid in a pay period, and what is owed after it, the oldest advance first."""
    available = EXACT.add(each.earned, brought)
    if each.waits:
        return waiting(each, brought, owed), list(owed)
    short = max(ZERO, EXACT.subtract(each.drawn, available))
    raised = max(ZERO, EXACT.subtract(each.least, max(available, each.drawn)))
    advance = EXACT.add(short, raised)
    recovered = ZERO if advance else min(sum_of(owed), recovery(each, available))
    gift = ZERO if each.draw is None or each.draw.recoverable else min(short, each.drawn)
    gift = gift if each.is_least_recovered else EXACT.add(gift, raised)
    kept = after_recovery(owed, recovered)
    debts = [*kept, Advance(amount=EXACT.subtract(advance, gift), age=0)] if advance > gift else kept
    aged, lapsed = after_a_period(debts, each)
    payable = EXACT.subtract(EXACT.add(available, advance), recovered)
    paid = most_of(each, payable)
    payout = Payout(
        period=each.period,
        currency=each.currency,
        earned=each.earned,
        brought=brought,
        advance=advance,
        recovered=recovered,
        forgiven=EXACT.add(gift, lapsed),
        paid=paid,
        carried=EXACT.subtract(payable, paid),
        debt=sum_of(aged),
        cost=cost_of(each, paid),
    )
    return payout, aged


def waiting(each: PayPeriod, brought: Decimal, owed: Sequence[Advance]) -> Payout:
    """Return a payout of nothing: a rate is missing, and everything is carried."""
    return Payout(
        period=each.period,
        currency=each.currency,
        earned=each.earned,
        brought=brought,
        advance=ZERO,
        recovered=ZERO,
        forgiven=ZERO,
        paid=ZERO,
        carried=EXACT.add(each.earned, brought),
        debt=sum_of(owed),
        waits=True,
    )


def most_of(each: PayPeriod, payable: Decimal) -> Decimal:
    """Return what is paid of what is payable: within an interval of settlement no more than is paid at least."""
    held = payable if each.settles else min(payable, max(each.drawn, each.least))
    return held if each.maximum is None else min(held, each.maximum)


def recovery(each: PayPeriod, available: Decimal) -> Decimal:
    """Return what may be taken back of what is available above the draw; without a draw, all of it.

    What is paid does not fall below the floor or the minimum by it.
    """
    draw = each.draw
    if not each.settles or (
        draw is not None and draw.recovered_since is not None and each.period.ends_on < draw.recovered_since
    ):
        return ZERO
    above = max(EXACT.subtract(available, max(each.drawn, each.least, each.floor)), ZERO)
    if draw is None:
        return above
    of_draw = EXACT.subtract(available, each.drawn)
    share = min(above, round_to_currency(percent_of(draw.recovered_percent, of_draw), each.currency))
    return share if each.recovered_max is None else min(share, each.recovered_max)


def after_recovery(owed: Sequence[Advance], recovered: Decimal) -> list[Advance]:
    """Return what is owed after some of it was taken back, the oldest first."""
    kept: list[Advance] = []
    for advance in owed:
        taken = min(advance.amount, recovered)
        recovered = EXACT.subtract(recovered, taken)
        if taken < advance.amount:
            kept.append(Advance(amount=EXACT.subtract(advance.amount, taken), age=advance.age))
    return kept


def after_a_period(owed: Sequence[Advance], each: PayPeriod) -> tuple[list[Advance], Decimal]:
    """Return what is owed when one more pay period has passed, and what is forgiven: what is too old, or all of it in
    the period of the day on which the plan forgives.
    """
    draw = each.draw
    older = [Advance(amount=advance.amount, age=advance.age + 1) for advance in owed]
    if draw is not None and draw.forgiven_on is not None and each.period.contains(draw.forgiven_on):
        return [], sum_of(older)
    most = draw.forgiven_after if draw is not None else None
    if most is None:
        return older, ZERO
    kept = [advance for advance in older if advance.age <= most]
    return kept, EXACT.subtract(sum_of(older), sum_of(kept))


def cost_of(each: PayPeriod, paid: Decimal) -> Cost | None:
    """Return what a payout costs in the plan's currency, where it is paid in another one."""
    posting = each.posting
    if posting is None:
        return None
    rest = round_to_currency(posting.at_end.of(EXACT.subtract(paid, each.earned)), posting.currency)
    posted = EXACT.add(posting.earned, rest)
    at_payment = round_to_currency(posting.at_payment.of(paid), posting.currency)
    return Cost(
        currency=posting.currency,
        posted=posted,
        paid_on=posting.paid_on,
        paid=at_payment,
        difference=EXACT.subtract(at_payment, posted),
        posting=posting.at_end,
        payment=posting.at_payment,
    )


def sum_of(owed: Sequence[Advance]) -> Decimal:
    """Return what is owed together."""
    return total(advance.amount for advance in owed)
