"""Measures: what a person has been credited with so far, by the rules of a plan, and how much of the quota that is.

A measure counts all credits of the person that its rules let in, whichever plan pays them: what was reached before a
change of plan is not lost.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from compensation.domain.document.credit_rule import CreditRule
from compensation.domain.document.shape import MONEY, Measure, PlanDocument
from compensation.domain.engine.credit import Credit, meets
from compensation.domain.engine.document import times
from compensation.domain.engine.exact import EXACT, HUNDRED, ZERO, percent_of, plain, quotient, ratio_percent
from compensation.domain.engine.exchanging import quota_in, share_exchanged
from compensation.domain.engine.facts import PersonYear, Quota
from compensation.domain.engine.given import given_worth, rule_given
from compensation.domain.engine.line import number_in
from compensation.domain.engine.placing import is_about, period_in
from compensation.domain.engine.rate import Exchanged
from compensation.domain.engine.refunding import net_of_refunds
from events.domain import Value


class Measured(Value, tag=False):
    """A person's attainment in a period. `percent` is credit ÷ quota in percent; none without a usable quota."""

    credit: Decimal
    quota: Decimal | None
    percent: Decimal | None


class Counted(Value, tag=False):
    """What a credit adds to a measure, and what there is to pay on; `rule` is the one that let it in.

    `of` is the credit as far as it counts, where others of the same line leave it no more than a part.
    """

    rule: str
    measure: Decimal
    pay_base: Decimal
    of: Credit | None = None


Counts: TypeAlias = dict[str, Counted | None]
"""What a credit counts for, by measure that lets it in; nothing where its line does not say the number."""


def counts_in(document: PlanDocument, credit: Credit) -> bool:
    """Say whether a credit counts in a plan: one that was cancelled does if the plan takes back what it paid."""
    return credit.cancelled_on is None or document.clawback is not None


def rule_for(document: PlanDocument, measure: Measure, credit: Credit) -> CreditRule | None:
    """Return the first rule of a measure that lets a credit in; for one by hand, the rule that it names."""
    if credit.given is not None:
        return rule_given(document, measure, credit.given, credit.amount)
    for rule in document.credit_rules:
        if rule.id in measure.rules and is_about(rule, credit) and meets(rule.when, credit):
            return rule
    return None


def counted(document: PlanDocument, measure: Measure, share: Sequence[Credit]) -> dict[int, Counted | None]:
    """Return what the lines of a share count for in a measure, by their place: those that a rule lets in."""
    if not counts_in(document, share[0]):
        return {}
    share = net_of_refunds(document, share)
    rules = [rule_for(document, measure, credit) for credit in share]
    let_in = {place: rule for place, rule in enumerate(rules) if rule is not None}
    worth = worths(measure, share if len(let_in) == len(share) else [share[place] for place in let_in])
    exchanged = share[0].exchanged if measure.counts in MONEY else None
    found = zip(let_in.items(), worth, strict=True)
    return {place: counted_by(rule, each, exchanged) for (place, rule), each in found}


def counted_by(rule: CreditRule, worth: Decimal | None, exchanged: Exchanged | None) -> Counted | None:
    """Return what a rule makes of what a line is worth, if it is known; money of another currency by its two rates."""
    if worth is None:
        return None
    towards = worth if exchanged is None else exchanged.attainment.of(worth)
    paid_on = worth if exchanged is None else exchanged.pay.of(worth)
    return Counted(
        rule=rule.id,
        measure=part_of(towards, rule.attainment_percent),
        pay_base=part_of(paid_on, rule.pay_percent),
    )


def worths(measure: Measure, lines: Sequence[Credit]) -> list[Decimal | None]:
    """Return what each line of a share is worth to a measure: the part that is credited of what the line says.

    The number of deals, and a custom field that the deal has and its lines do not, are spread in equal parts.
    """
    if lines and lines[0].given is not None:
        return [None if each.given is None else given_worth(each.given, each.amount, measure) for each in lines]
    if measure.counts == "amount" or not lines:
        return [credit.amount for credit in lines]
    if measure.counts == "deals":
        parts = [in_equal_parts(EXACT.scaleb(credit.counted_percent, -2), len(lines)) for credit in lines]
        return [part[place] for place, part in enumerate(parts)]
    if measure.counts in ("activities", "results", "objectives"):
        return [count_of(credit) for credit in lines]
    numbers = [number_of(measure, credit) for credit in lines]
    found = [
        None if number is None else percent_of(credit.counted_percent, number)
        for credit, number in zip(lines, numbers, strict=True)
    ]
    of_deal = number_in(lines[0].fields, measure.field) if measure.counts == "field" else None
    missing = [place for place, number in enumerate(numbers) if number is None]
    if of_deal is not None and missing:
        for number, place in enumerate(missing):
            found[place] = in_equal_parts(percent_of(lines[place].counted_percent, of_deal), len(missing))[number]
    return found


def number_of(measure: Measure, credit: Credit) -> Decimal | None:
    """Return the number of a line that a measure counts, if the line says it."""
    line = credit.line
    if line is None:
        return None
    if measure.counts == "margin":
        return line.margin
    if measure.counts == "units":
        return line.quantity
    return line.value_per_year if measure.counts == "value_per_year" else number_in(line.fields, measure.field)


def count_of(credit: Credit) -> Decimal | None:
    """Return how many times somebody did something, as far as it is the credited person's."""
    counted_times = None if credit.document is None else times(credit.document)
    return None if counted_times is None else percent_of(credit.percent, counted_times)


def in_equal_parts(whole: Decimal, count: int) -> list[Decimal]:
    """Return a number in parts that add up to it: the last one has the residual."""
    part = whole if count == 1 else quotient(whole, Decimal(count))
    return [part] * (count - 1) + [EXACT.subtract(whole, EXACT.multiply(part, Decimal(count - 1)))]


def part_of(worth: Decimal, percent: Decimal) -> Decimal:
    """Return a percent of what a credit is worth; the whole of it as it is written."""
    return worth if percent == HUNDRED else percent_of(percent, worth)


def as_counted(credit: Credit, counts: Counts) -> Credit:
    """Return as much of a credit as the measure that counts most of it does."""
    parts = [credit if each is None else each.of or credit for each in counts.values()]
    return max(parts, key=lambda each: each.counted_percent)


class Once:
    """How much of each line a measure has counted: a person's credits of it are together never more than all of it.

    Own shares are whole, however many there are. What others' deals bring fills up what these leave.
    """

    def __init__(self) -> None:
        self._percents: dict[tuple[str, str, int], Decimal] = {}

    def counted(self, document: PlanDocument, measure: Measure, share: Sequence[Credit]) -> dict[int, Counted | None]:
        """Return what the lines of a share count for in a measure, as far as they are not counted already.

        What is given by hand comes beside what deals bring: it counts whole, and leaves others what they have.
        """
        if share[0].given is not None:
            return counted(document, measure, share)
        if share[0].source == "own":
            found = counted(document, measure, share)
            for place in found:
                self._note(measure, share[place], share[place].counted_percent)
            return found
        left = [self._left(measure, credit) for credit in share]
        places = [place for place, credit in enumerate(left) if credit is not None]
        found = counted(document, measure, [credit for credit in left if credit is not None]) if places else {}
        for number, each in list(found.items()):
            credit, whole = left[places[number]], share[places[number]]
            if credit is not None:
                self._note(measure, whole, credit.counted_percent)
            if each is not None and credit is not whole:
                found[number] = msgspec.structs.replace(each, of=credit)
        return {places[number]: each for number, each in found.items()}

    def _left(self, measure: Measure, credit: Credit) -> Credit | None:
        """Return as much of a credit as the line has left for the person; nothing if all of it is counted."""
        before = self._percents.get(self._where(measure, credit))
        if before is None:
            return credit
        left = EXACT.subtract(HUNDRED, before)
        if credit.percent <= left:
            return credit
        if left <= 0:
            return None
        if credit.document is None:
            amount = plain(percent_of(left, credit.line_amount))
        else:
            amount = quotient(EXACT.multiply(left, credit.amount), credit.percent)
        return msgspec.structs.replace(credit, left=left, amount=amount)

    def _note(self, measure: Measure, credit: Credit, percent: Decimal) -> None:
        where = self._where(measure, credit)
        before = self._percents.get(where)
        self._percents[where] = percent if before is None else EXACT.add(before, percent)

    def _where(self, measure: Measure, credit: Credit) -> tuple[str, str, int]:
        return measure.id, credit.document_key, 0 if credit.line is None else credit.line.number


class Running:
    """How far the measures of one plan version are, by interval, as credits are counted in their order."""

    def __init__(self, facts: PersonYear, document: PlanDocument) -> None:
        self._facts = facts
        self._document = document
        self._sums: dict[tuple[str, str], Decimal] = {}
        self._once = Once()

    def count(self, share: Sequence[Credit]) -> list[Counts]:
        """Count the lines of a share in every measure that lets them in, as far as they are money of the plan."""
        found: list[Counts] = [{} for _ in share]
        share = share_exchanged(self._facts, self._document, share)
        if not share:
            return found
        for measure in self._document.measures:
            interval = period_in(self._facts.calendar, share[0].booked_on, measure.interval).name
            for line, each in self._once.counted(self._document, measure, share).items():
                found[line][measure.id] = each
                if each is not None:
                    self._sums[measure.id, interval] = EXACT.add(self.so_far(measure, interval), each.measure)
        return found

    def so_far(self, measure: Measure, period: str) -> Decimal:
        """Return what a measure has counted in one of its intervals."""
        return self._sums.get((measure.id, period), ZERO)

    def measured(self, measure: Measure, period: str) -> Measured:
        """Return the attainment as it stands in one of a measure's intervals."""
        return self.beside_quota(measure, period, self.so_far(measure, period))

    def beside_quota(self, measure: Measure, period: str, credit: Decimal) -> Measured:
        """Return what was counted in an interval beside its quota."""
        quota = quota_in(self._facts, self._document, measure, period)
        return attainment(credit, quota, self._document.currency, is_money=measure.counts in MONEY)


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
