"""What a plan says, as data: which credits count, what they measure, what each component pays, and what limits it."""

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from compensation.domain.document.condition import Condition
from compensation.domain.document.credit_rule import CreditRule
from compensation.domain.document.exchange import Exchange
from compensation.domain.document.instalment import Instalment
from compensation.domain.document.matrix import Matrix
from compensation.domain.document.payout import Minimum
from compensation.domain.document.target import TargetPay
from events.domain import Value
from fiscal.calendar import PeriodKind
from money.money import RoundingRule

HUNDRED = Decimal(100)

Edge: TypeAlias = Literal["lower", "upper"]
"""To which of its two tiers a measure exactly on an edge belongs."""

Counts: TypeAlias = Literal[
    "amount", "margin", "units", "deals", "value_per_year", "field", "activities", "results", "objectives"
]
"""What a measure adds up, of the share that is credited: amounts, margins, units (the quantity of lines), the value per
year of what recurs, the number in a custom field, or how many deals or activities there are;
the values of posted results, or the scores of objectives by their weights.

A line that does not say the number, such as one without a quantity, waits as an exception: it is not one unit, and not
none. A deal's own number, which none of its lines repeats, and the deal itself count once, in equal parts for the lines
that the rules let in.
"""

QuotaOf: TypeAlias = Literal["person", "team"]
"""Whose quota stands beside a measure: the person's own, or that of the team of the quota's last day."""

MONEY: frozenset[Counts] = frozenset({"amount", "margin", "value_per_year"})
"""What is money in the deal's currency. Attainment is told of these alone."""

TableKind: TypeAlias = Literal["step", "whole", "proportional", "curve", "matrix"]
"""How a rate follows from a measure: each slice at its tier's rate; the reached tier's rate on everything; completed
tiers in full and the reached one by the share of it that is covered; straight lines between points; or the rate at
which two measures meet."""

Pays: TypeAlias = Literal["percent", "each", "amount", "target"]
"""What a rate is: percent of what is credited, an amount for each unit measured, an amount of money, or percent of
the target pay of the interval."""


class Rounding(Value, tag=False):
    """How pay becomes whole cents, and whether once a period or line by line."""

    rule: RoundingRule
    at: Literal["end", "each_line"]


class Measure(Value, tag=False):
    """What is added up over an interval to date, by which credit rules, beside which of the person's quotas."""

    id: str
    counts: Counts
    field: str | None = None
    """The custom field whose number is counted, by the CRM's name for it."""
    rules: tuple[str, ...]
    interval: PeriodKind
    quota: str | None = None
    quota_of: QuotaOf = "person"
    cap_percent: Decimal | None = None
    """Attainment beyond this percent of quota counts no more for pay."""


class Tier(Value, tag=False):
    """A rate up to a measure: the last tier is open, or says that nothing is added beyond it.

    On a curve a tier is a point: the value exactly there.
    """

    up_to: Decimal | None
    rate: Decimal


class RateTable(Value, tag=False):
    """Tiers of one kind, over the attainment in percent of quota or over the measure itself.

    `to_date` says whether the measure accumulates over its interval; otherwise each document is looked at alone.
    """

    kind: TableKind
    over: Literal["attainment", "measure"]
    pays: Pays
    tiers: tuple[Tier, ...]
    edge: Edge = "lower"
    to_date: bool = True
    matrix: Matrix | None = None
    """The rates of a matrix, which has no tiers; `over` says what the edges of its rows are of."""


class Modifier(Value, tag=False):
    """What a component pays for some deals is multiplied by a percent; the first modifier that holds counts."""

    when: Condition | None
    percent: Decimal


CapOver: TypeAlias = Literal["document", "deal", "month", "quarter", "year", "window"]
"""What a cap is for: each document that is credited, each deal with all that comes of it, each interval, or all days
that a component pays, `since` one `until` another: the budget of a SPIFF for each person and fiscal year.
"""


class Cap(Value, tag=False):
    """What is paid at most, for one deal or in each interval."""

    amount: Decimal
    over: CapOver


class Gate(Value, tag=False):
    """Nothing is paid before a measure reaches a percent of its quota; or less, as `effect` says: the rate of the first
    tier on everything, another `table`, or at most a `cap`.

    `onset` says what is paid then: what comes after the crossing, or all of the measure's interval. Where the plan pays
    before that interval ends, what is earned in it is held, and `release` says when it is paid: with the deal that
    reaches the gate, or at the interval's end if the measure is there then. Otherwise it lapses.
    """

    measure: str
    at_least: Decimal
    onset: Literal["crossing", "interval"]
    release: Literal["crossing", "interval_end"] | None = None
    effect: Literal["no_pay", "base_rate", "table", "cap"] = "no_pay"
    table: RateTable | None = None
    cap: Cap | None = None


class Component(Value, tag=False):
    """One thing that a plan pays for: a measure through a rate table, with what modifies, gates and caps it.

    `weight` is its percent of the target pay. `since` and `until` are the first and last booking day that it pays.
    """

    id: str
    measure: str
    table: RateTable
    weight: Decimal = HUNDRED
    weights: tuple[Decimal, ...] = ()
    """The percent of the year's target pay that each interval of the measure has; none are equal parts."""
    when: Condition | None = None
    since: date | None = None
    until: date | None = None
    modifiers: tuple[Modifier, ...] = ()
    gates: tuple[Gate, ...] = ()
    caps: tuple[Cap, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    """In which parts, and when, it pays; without any, as its plan says."""


class Draw(Value, tag=False):
    """What is paid at least in each pay period, in proportion to the days on the plan.

    What is paid beyond what was earned is an advance. A recoverable one is debt, taken back from what is earned above
    the draw later: a percent of that, and at most `recovered_max` a period. What is not recovered within
    `forgiven_after` pay periods is forgiven, and so is all that is owed at the end of the period of `forgiven_on`. One
    that is not recoverable is forgiven at once. Nothing is taken back before `recovered_since`, nor what would let the
    payout fall below the `floor`.
    """

    amount: Decimal
    recoverable: bool
    recovered_percent: Decimal = HUNDRED
    recovered_max: Decimal | None = None
    forgiven_after: int | None = None
    recovered_since: date | None = None
    floor: Decimal | None = None
    forgiven_on: date | None = None
    since: date | None = None
    until: date | None = None


class Clawback(Value, tag=False):
    """What is taken back of a deal that its customer cancels: a percent of what it paid, in the period of the
    cancellation, while attainment stays. With `months`, less for each whole month that the customer stayed, and
    nothing after so many.
    """

    percent: Decimal = HUNDRED
    months: int | None = None


class PlanDocument(Value, tag=False):
    """What people are paid for, and how: everything that pay follows from beside the facts."""

    name: str
    currency: str
    pays: PeriodKind
    credit_rules: tuple[CreditRule, ...]
    measures: tuple[Measure, ...]
    components: tuple[Component, ...]
    rounding: Rounding
    caps: tuple[Cap, ...] = ()
    instalments: tuple[Instalment, ...] = ()
    """In which parts, and when, components pay that say nothing themselves; without any, with the booking."""
    draw: Draw | None = None
    maximum: Decimal | None = None
    """What is paid at most in a pay period; what is above it is carried into the next one."""
    target: TargetPay | None = None
    """Without one, target pay is what the assignment says, in equal parts of the year."""
    clawback: Clawback | None = None
    """Without one, a cancelled deal counts as if it had never been won: its period is rated again."""
    minimum: Minimum | None = None
    settles: PeriodKind | None = None
    """Within this interval only what is paid at least is paid; its end settles what was earned, up to the maximum."""
    exchange: Exchange | None = None
    """Without one, a deal in another currency waits."""
