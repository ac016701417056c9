"""A worked example: a plan that somebody published, what happens under it, and the figures that its source states."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

from attain.company import CURRENCY
from events.domain import Value

REP = "rep"
YEAR = 2025
SOME_DAY = date(YEAR, 2, 3)

Shows: TypeAlias = Literal[
    "earned",
    "lines",
    "slices",
    "parts",
    "blended",
    "measured",
    "paid",
    "debt",
    "advance",
    "posted",
    "cost",
    "difference",
]
"""What a figure is read from: the sum that is earned; what each line earns; the slices of lines with their rates, or
what each slice earned; the rate in all, in percent of the credit; where the measure stood after each line; or what is
paid, owed or advanced in the year's first months; what that cost when it was earned and on the pay date, and how they
differ.
"""


class Deal(Value, tag=False):
    """A deal that is won on a day. Its splits are told one after the other, the first of them when it is won.

    A deal with a margin is told with one line that has all of it: lines say margins.
    """

    amount: str
    on: date = SOME_DAY
    owner: str = REP
    product: str | None = None
    currency: str = CURRENCY
    cancelled_on: date | None = None
    margin: str | None = None
    splits: tuple[Mapping[str, str], ...] = ()


class Activity(Value, tag=False):
    """Something that somebody did on a day."""

    kind: str
    on: date = SOME_DAY
    owner: str = REP


class Invoice(Value, tag=False):
    """What is billed of the case's n-th deal on a day."""

    amount: str
    on: date
    deal: int = 1


class Posted(Value, tag=False):
    """A result that is posted of the company or the first person who is paid, beside its target."""

    name: str
    value: str
    target: str = "100"
    period: str = str(YEAR)
    subject_kind: str = "company"


class Rate(Value, tag=False):
    """What a unit of one currency is in another from a day on. Each case has a kind of rates of its own."""

    base: str
    quote: str
    rate: str
    effective_on: date


class Figure(Value, tag=False):
    """A figure on somebody's statement of a period: of all of it, or only of one component or the case's n-th deal.

    `months` says of how many of the year's first months a payout is read.
    """

    expected: str
    shows: Shows = "earned"
    period: str = str(YEAR)
    person: str = REP
    component: str | None = None
    deal: int | None = None
    months: int = 0


class Case(Value, tag=False):
    """A plan document as it is posted, who is paid by it and who reports to the first of them, their quotas by period,
    their target pay of a year or their base pay, in which currency they are paid, the exchange rates, the deals, the
    results that are posted, what was done, and what follows. Somebody whose plan is another one is on it.
    """

    plan: Mapping[str, Any]
    deals: tuple[Deal, ...] = ()
    figures: tuple[Figure, ...]
    paid: tuple[str, ...] = (REP,)
    activities: tuple[Activity, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    line: tuple[str, ...] = ()
    quotas: Mapping[str, str] = {}
    target_pay: str | None = None
    base_pay: str | None = None
    results: tuple[Posted, ...] = ()
    own_plans: Mapping[str, Mapping[str, Any]] = {}
    next_plan: tuple[date, Mapping[str, Any]] | None = None
    """The day from which the plan says something else, and what."""
    pay_currency: str | None = None
    rates: tuple[Rate, ...] = ()


class Example(Value, tag=False):
    """A row of the worked examples. `note` says how its source is read where that can be done in two ways."""

    id: str
    cases: tuple[Case, ...]
    note: str = ""
