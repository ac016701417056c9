"""What is billed and paid of a deal lets out what its booking earned: in proportion, on the day of each document."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from compensation.domain.engine.exact import EXACT, ZERO, quotient
from events.domain import Value

SettledBy: TypeAlias = Literal["invoice", "payment"]


class Settlement(Value, tag=False):
    """How much of a line of a deal, or of a deal without lines, is billed or paid, in its currency.

    Cash that goes back is below nothing.
    """

    kind: SettledBy
    document_id: str
    on: date
    amount: Decimal


class Portion(Value, tag=False):
    """A part of what is earned, and the document that lets it out on a day; the last part waits for those to come."""

    document_id: str | None
    on: date | None
    part: Decimal
    """Of the whole, to date: from nothing to one."""


def portions(
    settled: Iterable[Settlement], kind: SettledBy, whole: Decimal, ended_on: date | None
) -> Iterator[Portion]:
    """Return how far documents let out a whole, above nothing, by their days: never more than all, or less than none.

    What comes after the deal has ended changes nothing.
    """
    reached, part = ZERO, ZERO
    for each in sorted(settled, key=lambda each: (each.on, each.document_id, each.amount)):
        if each.kind == kind and (ended_on is None or each.on <= ended_on):
            reached = EXACT.add(reached, each.amount)
            part = quotient(min(max(reached, ZERO), whole), whole)
            yield Portion(document_id=each.document_id, on=each.on, part=part)
    if part < 1:
        yield Portion(document_id=None, on=None, part=Decimal(1))
