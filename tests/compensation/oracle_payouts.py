"""The oracle's payouts: one pay period after the other, in whole cents, as texts say of draws and settlement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from compensation.domain.engine.drawing import PayPeriod


def cents(amount: Decimal) -> int:
    return int(amount * 100)


@dataclass
class Purse:
    """What a person has in one currency: what waits to be paid, and advances by the number of their period."""

    waits: int = 0
    debts: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True)
class Paid:
    paid: int
    carried: int
    debt: int
    forgiven: int


def payouts(periods: Sequence[PayPeriod]) -> list[Paid]:
    """Return what is paid in periods that follow each other; each currency has a purse of its own."""
    purses: dict[str, Purse] = {}
    places: dict[str, int] = {}
    found: list[Paid] = []
    for each in periods:
        place = places[each.currency] = places.get(each.currency, 0) + 1
        found.append(pay(each, purses.setdefault(each.currency, Purse()), place))
    return found


def pay(each: PayPeriod, purse: Purse, place: int) -> Paid:
    have = purse.waits + cents(each.earned)
    forgiven = 0
    if have < cents(each.drawn):
        lent = cents(each.drawn) - have
        have += lent
        given = min(lent, cents(each.drawn)) if each.draw is not None and not each.draw.recoverable else 0
        purse.debts[place] = lent - given
        forgiven += given
    if have < cents(each.least):
        lent, have = cents(each.least) - have, cents(each.least)
        purse.debts[place] = purse.debts.get(place, 0) + (lent if each.is_least_recovered else 0)
        forgiven += 0 if each.is_least_recovered else lent
    elif place not in purse.debts:
        have -= take_back(each, purse, have)
    forgiven += forgive(each, purse, place)
    most = [have, *([cents(each.maximum)] if each.maximum is not None else [])]
    most += [] if each.settles else [max(cents(each.drawn), cents(each.least))]
    purse.waits = have - min(most)
    return Paid(min(most), purse.waits, sum(purse.debts.values()), forgiven)


def take_back(each: PayPeriod, purse: Purse, have: int) -> int:
    """Take back what may be taken back, the oldest advance first."""
    draw = each.draw
    begins_later = draw is not None and draw.recovered_since is not None and draw.recovered_since > each.period.ends_on
    if begins_later or not each.settles:
        return 0
    left = have - max(cents(each.drawn), cents(each.least), cents(each.floor))
    if draw is not None:
        share = Decimal(have - cents(each.drawn)) * draw.recovered_percent / 100
        left = min(left, int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP)))
        left = left if each.recovered_max is None else min(left, cents(each.recovered_max))
    taken = 0
    for place in sorted(purse.debts):
        part = min(purse.debts[place], max(0, left - taken))
        purse.debts[place] -= part
        taken += part
    return taken


def forgive(each: PayPeriod, purse: Purse, place: int) -> int:
    """Forgive what is too old when the period ends, or all of it in the period of the day that the plan names."""
    draw, total = each.draw, 0
    for since, debt in list(purse.debts.items()):
        is_day = draw is not None and draw.forgiven_on is not None and each.period.contains(draw.forgiven_on)
        is_old = draw is not None and draw.forgiven_after is not None and place - since + 1 > draw.forgiven_after
        if is_day or is_old:
            total += debt
            del purse.debts[since]
    return total
