"""What a won deal counts for, and for whom: its amount shared out by its splits, to the last cent."""

from decimal import Decimal

from money.money import Money, split_amount
from performance.domain.terms import HUNDRED, Split, Terms, owner_ref

PERCENT_DIGITS_MAX = 6
"""Digits after the point that a split's percent may have."""

_SCALE = 10**PERCENT_DIGITS_MAX


def shares(terms: Terms, amount: Money) -> dict[str, tuple[Decimal, Decimal]]:
    """Return amount and percent by owner, as `owner_ref` writes them; the amounts add up to the deal's exactly.

    Without splits all of it is the owner's. Two splits that turn out to be the same person's are added up.
    """
    if not terms.splits:
        return {owner_ref(terms.owner): (amount.amount, HUNDRED)}
    parts = split_amount(amount.amount, [whole(split) for split in terms.splits], amount.currency)
    shared: dict[str, tuple[Decimal, Decimal]] = {}
    for split, part in zip(terms.splits, parts, strict=True):
        before, percent = shared.get(owner_ref(split.owner), (Decimal(0), Decimal(0)))
        shared[owner_ref(split.owner)] = (before + part, percent + split.percent)
    return shared


def whole(split: Split) -> int:
    """Return a split as a whole-number share."""
    return int(split.percent * _SCALE)
