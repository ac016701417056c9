"""Measures: what a person has been credited with so far, by the rules of a plan, and how much of the quota that is.

A measure counts all credits of the person that its rules let in, whichever plan pays them: what was reached before a
change of plan is not lost.
"""

from decimal import Decimal

from compensation.domain.document.condition import holds
from compensation.domain.document.shape import CreditRule, Measure, PlanDocument
from compensation.domain.engine.credit import Credit, attributes_of
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO, percent_of, quotient, ratio_percent
from compensation.domain.engine.facts import PersonYear, Quota, quota_of
from compensation.domain.engine.placing import period_in
from events.domain import Value


class Measured(Value, tag=False):
    """A person's attainment in a period. `percent` is credit ÷ quota in percent; none without a usable quota."""

    credit: Decimal
    quota: Decimal | None
    percent: Decimal | None


class Counted(Value, tag=False):
    """What a credit adds to a measure, and what there is to pay on; `rule` is the one that let it in."""

    rule: str
    measure: Decimal
    pay_base: Decimal


NOTHING = Measured(credit=ZERO, quota=None, percent=None)


def rule_for(document: PlanDocument, measure: Measure, credit: Credit) -> CreditRule | None:
    """Return the first rule of a measure that lets a credit in."""
    for rule in document.credit_rules:
        if rule.id in measure.rules and rule.source == credit.source and holds(rule.when, attributes_of(credit)):
            return rule
    return None


def counted(document: PlanDocument, measure: Measure, credit: Credit) -> Counted | None:
    """Return what a credit counts for in a measure, if a rule lets it in."""
    rule = rule_for(document, measure, credit)
    if rule is None or (credit.cancelled_on is not None and document.clawback is None):
        return None
    worth = credit.amount if measure.counts == "amount" else EXACT.scaleb(credit.percent, -2)
    return Counted(
        rule=rule.id,
        measure=part_of(worth, rule.attainment_percent),
        pay_base=part_of(worth, rule.pay_percent),
    )


def part_of(worth: Decimal, percent: Decimal) -> Decimal:
    """Return a percent of what a credit is worth; the whole of it as it is written."""
    return worth if percent == HUNDRED else percent_of(percent, worth)


class Running:
    """How far the measures of one plan version are, by interval, as credits are counted in their order."""

    def __init__(self, facts: PersonYear, document: PlanDocument) -> None:
        self._facts = facts
        self._document = document
        self._sums: dict[tuple[str, str], Decimal] = {}

    def count(self, credit: Credit) -> dict[str, Counted]:
        """Count a credit in every measure that lets it in. A measure of money counts its plan's currency only."""
        found: dict[str, Counted] = {}
        for measure in self._document.measures:
            if credit.currency != self._document.currency:
                continue
            each = counted(self._document, measure, credit)
            if each is not None:
                found[measure.id] = each
                place = (measure.id, period_in(self._facts.calendar, credit.booked_on, measure.interval).name)
                self._sums[place] = EXACT.add(self._sums.get(place, ZERO), each.measure)
        return found

    def so_far(self, measure: Measure, period: str) -> Decimal:
        """Return what a measure has counted in one of its intervals."""
        return self._sums.get((measure.id, period), ZERO)

    def measured(self, measure: Measure, period: str) -> Measured:
        """Return the attainment as it stands in one of a measure's intervals."""
        quota = quota_of(self._facts, measure.quota, period)
        return attainment(
            self.so_far(measure, period), quota, self._document.currency, is_money=measure.counts == "amount"
        )


def attainment(credit: Decimal, quota: Quota | None, currency: str, *, is_money: bool = True) -> Measured:
    """Return a credit beside its quota, if there is one that it can be compared with."""
    if quota is None or (is_money and quota.currency != currency) or quota.amount <= 0:
        return Measured(credit=credit, quota=None, percent=None)
    return Measured(credit=credit, quota=quota.amount, percent=ratio_percent(credit, quota.amount))


def share_within(counted_in: Counted, before: Decimal, after: Decimal) -> Decimal:
    """Return the pay base of the part of a credit that lies between two amounts of its measure."""
    moved = EXACT.subtract(after, before)
    if moved == counted_in.measure:
        return counted_in.pay_base
    return quotient(EXACT.multiply(counted_in.pay_base, moved), counted_in.measure)
