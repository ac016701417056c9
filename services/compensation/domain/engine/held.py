"""What a line earns and its own period does not pay: a part that is held, and what becomes of it."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from compensation.domain.engine.credit import Credit
from events.domain import Value
from fiscal.calendar import Period


class Released(Value):
    """What is held is paid with a later period: since this day it is due."""

    period: Period
    on: date


class Waiting(Value):
    """The day on which it is due is not known yet; where it is waited for until a day, it lapses after that."""

    until: date | None = None


class Lapsed(Value):
    """It is never paid: the customer cancelled before it was due, or what it waited for was not so in time."""

    on: date


Fate: TypeAlias = Released | Waiting | Lapsed


class Held(Value):
    """A part of what a line earns that its own period does not pay, and what becomes of it.

    `number` counts the parts of the line, of which there are `count`; `due` says in words when this one is due.
    `as_paid` is the amount in the currency of payment, by the rate by which the line was earned.
    """

    period: Period
    plan_id: str
    plan_version: int
    component: str
    currency: str
    credit: Credit
    number: int
    count: int
    due: str
    amount: Decimal
    pay_currency: str
    as_paid: Decimal
    fate: Fate
