"""A person's statement: what is earned in a period and what is not paid yet, each line explained."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import chain

import msgspec

from compensation.domain.engine.clawing import Clawed
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.drawing import Payout
from compensation.domain.engine.exact import total
from compensation.domain.engine.held import Held, Lapsed, Released, Waiting
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.sections import Earning, Earnings, Taken, Unpaid
from events.domain import Value
from fiscal.calendar import Period
from money.money import Money


class Statement(Value, tag=False):
    """What a person earns in a period by all that is known today, and what is paid in its pay periods.

    `held` is what of it another period pays; `released` is what was held before, and is paid or lapses in this one.
    `excluded` are credits that count for nothing, by hand.
    """

    person_id: str
    period: Period
    taken: tuple[Taken, ...]
    earned: tuple[Earning, ...]
    clawed: tuple[Clawed, ...]
    unpaid: tuple[Unpaid, ...]
    held: tuple[Held, ...] = ()
    released: tuple[Held, ...] = ()
    payouts: tuple[Payout, ...] = ()
    excluded: tuple[Credit, ...] = ()

    @property
    def lines(self) -> tuple[EarningLine, ...]:
        """All paid lines, in their order."""
        return tuple(line for earning in self.earned for line in earning.lines)

    @property
    def credited(self) -> list[Money]:
        """What was credited, paid or not, one sum a currency."""
        unpaid = [each for each in self.unpaid if not each.component]
        return sums((each.currency, each.credited) for each in (*self.taken, *unpaid))

    @property
    def pay(self) -> list[Money]:
        """What is earned less what is taken back, one sum a currency."""
        return sums((each.currency, each.earned) for each in (*self.earned, *self.clawed))

    @property
    def payable(self) -> list[Money]:
        """What is earned less what is taken back and what is held, with what is released, one sum a currency."""
        earned = ((each.currency, each.earned) for each in (*self.earned, *self.clawed))
        held = ((each.currency, each.amount.copy_negate()) for each in self.held)
        released = ((each.currency, each.amount) for each in self.released if isinstance(each.fate, Released))
        return sums(chain(earned, held, released))


def statement_of(person_id: str, period: Period, earnings: Earnings, payouts: tuple[Payout, ...] = ()) -> Statement:
    """Return the part of a person's fiscal year that falls in a period.

    Where a plan accumulates over longer than the period, only the lines that were booked in it are shown.
    """
    taken = [taken_within(each, period) for each in earnings.taken if overlaps(each.period, period)]
    earned = [earning_within(each, period) for each in earnings.earned if overlaps(each.period, period)]
    unpaid = [unpaid_within(each, period) for each in earnings.unpaid if overlaps(each.period, period)]
    return Statement(
        person_id=person_id,
        period=period,
        taken=tuple(each for each in taken if each.credits),
        earned=tuple(sorted((each for each in earned if each.lines), key=earning_order)),
        clawed=tuple(each for each in earnings.clawed if period.contains(each.taken_on)),
        unpaid=tuple(each for each in unpaid if each.credits),
        held=tuple(each for each in earnings.held if period.contains(each.credit.booked_on)),
        released=tuple(each for each in earnings.held if comes_due_in(each, period)),
        payouts=payouts,
        excluded=those_of(earnings.excluded, period),
    )


def comes_due_in(held: Held, period: Period) -> bool:
    """Say whether what is held is paid, or lapses, in a period."""
    return isinstance(held.fate, Released | Lapsed) and period.contains(held.fate.on)


def known_on(today: date, held: Held) -> Held:
    """Return what is held as a day knows it: what was waited for until an earlier day has lapsed."""
    until = held.fate.until if isinstance(held.fate, Waiting) else None
    return held if until is None or until >= today else msgspec.structs.replace(held, fate=Lapsed(on=until))


def earning_order(earning: Earning) -> tuple[str, str, str]:
    """Return what a statement's sections are sorted by."""
    return earning.period.starts_on.isoformat(), earning.plan_id, earning.component


def earning_within(earning: Earning, period: Period) -> Earning:
    """Return an earning with the lines of a period only, and their sums."""
    lines = tuple(line for line in earning.lines if period.contains(line.credit.booked_on))
    if len(lines) == len(earning.lines):
        return earning
    return msgspec.structs.replace(
        earning,
        lines=lines,
        credited=total(line.credit.credited for line in lines),
        earned=total(line.earned for line in lines),
        as_paid=total(line.as_paid for line in lines),
    )


def taken_within(taken: Taken, period: Period) -> Taken:
    """Return what a plan takes of a period only."""
    booked = those_of(taken.credits, period)
    return msgspec.structs.replace(taken, credits=booked, credited=total(credit.credited for credit in booked))


def unpaid_within(unpaid: Unpaid, period: Period) -> Unpaid:
    """Return what is unpaid of a period only."""
    booked = those_of(unpaid.credits, period)
    return msgspec.structs.replace(unpaid, credits=booked, credited=total(credit.amount for credit in booked))


def those_of(several: tuple[Credit, ...], period: Period) -> tuple[Credit, ...]:
    """Return the credits that were booked in a period."""
    return tuple(credit for credit in several if period.contains(credit.booked_on))


def overlaps(one: Period, other: Period) -> bool:
    """Say whether some day belongs to both."""
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def sums(amounts: Iterable[tuple[str, Decimal]]) -> list[Money]:
    """Return one sum a currency, by currency."""
    found: dict[str, list[Decimal]] = {}
    for currency, amount in amounts:
        found.setdefault(currency, []).append(amount)
    return [Money(amount=total(found[currency]), currency=currency) for currency in sorted(found)]
