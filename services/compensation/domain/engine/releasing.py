"""When what a line earns is paid: parts that are held in the period that earns them, and released in a later one.

Nothing is lost: what is released, what still waits and what lapsed are together what was held. What a deal earns does
not depend on when it is paid.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from compensation.domain.document.instalment import Instalment, due_in_words
from compensation.domain.document.shape import HUNDRED, Component, Gate
from compensation.domain.engine.credit import Credit, fields_of
from compensation.domain.engine.exact import EXACT, ZERO, quotient, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.held import Fate, Held, Lapsed, Released, Waiting
from compensation.domain.engine.opening import Openings, gate_in_words, interval_of
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import period_in
from compensation.domain.engine.sections import Earning
from compensation.domain.engine.settling import portions
from events.domain import Value
from fiscal.calendar import FiscalCalendar, Period, PeriodKind
from money.money import RoundingRule, round_to_currency

ONE_DAY = timedelta(days=1)
MONTHS_IN_YEAR = 12


AT_ONCE = (Instalment(part=HUNDRED, due="booking"),)
"""How a component pays that is not paid in parts."""


def held_of(facts: PersonYear, sections: Iterable[Earning], opened: Openings) -> tuple[Held, ...]:
    """Return what sections hold, in the order of their lines."""
    terms = {
        (version.plan_id, version.version, component.id): Terms(facts=facts, version=version, component=component)
        for version in facts.versions
        for component in version.document.components
        if component.instalments or version.document.instalments or any(gate.release for gate in component.gates)
    }
    if not terms:
        return ()
    found: list[Held] = []
    for section in sections:
        for line in section.lines:
            known = terms.get((line.plan_id, line.plan_version, line.component))
            if known is not None:
                found += known.held(section.period, line, opened)
    return tuple(found)


class Look(Value, tag=False):
    """A gate that holds, as a credit finds it: the day on which it opens, if it does, and how long it may take."""

    opens_on: date | None
    until: date
    words: str


class Part(Value, tag=False):
    """A part of what a line earns, in the plan's currency and as it is paid, and when it is due: on a day, if that is
    known, and in words.
    """

    words: str
    due: date | None
    amount: Decimal
    as_paid: Decimal
    is_at_once: bool = False


class Terms(Value, tag=False):
    """By what a component holds what it earns: its instalments, and its gates that look beyond a pay period."""

    facts: PersonYear
    version: PlanVersion
    component: Component

    def held(self, earned_in: Period, line: EarningLine, opened: Openings) -> Iterator[Held]:
        """Return the parts of a line that the period which earns them does not pay."""
        credit, document = line.credit, self.version.document
        instalments = self.component.instalments or document.instalments or AT_ONCE
        currency, rule = document.currency if line.payment is None else line.payment.quote, document.rounding.rule
        cents = in_cents(line.earned, instalments, rule, document.currency)
        paid = in_cents(line.as_paid, instalments, rule, currency)
        several = zip(instalments, cents, paid, strict=True)
        parts = [part for each in several for part in self.parts_of(credit, *each, currency)]
        gates = [self.look(gate, credit, opened) for gate in self.component.gates if gate.release is not None]
        for number, part in enumerate(parts, 1):
            fate = fate_of(self.facts.calendar, document.pays, credit, part.due, gates)
            if not (part.amount or part.as_paid) or (isinstance(fate, Released) and fate.period == earned_in):
                continue
            yield Held(
                period=earned_in,
                plan_id=line.plan_id,
                plan_version=line.plan_version,
                component=line.component,
                currency=document.currency,
                credit=credit,
                number=number,
                count=len(parts),
                due=" and ".join([*part_words(part, gates), *(gate.words for gate in gates)]),
                amount=part.amount,
                pay_currency=currency,
                as_paid=part.as_paid,
                fate=fate,
            )

    def parts_of(
        self, credit: Credit, instalment: Instalment, amount: Decimal, as_paid: Decimal, currency: str
    ) -> Iterator[Part]:
        """Return an instalment of a line, or the parts of it that what is billed or paid of the deal lets out.

        What is worth nothing, or is no booking, has nothing to wait for.
        """
        if instalment.due not in ("invoice", "payment") or credit.document is not None or credit.line_amount <= 0:
            due = due_on(self.facts.calendar, credit, instalment)
            words, is_at_once = due_in_words(instalment), instalment.due == "booking"
            yield Part(words=words, due=due, amount=amount, as_paid=as_paid, is_at_once=is_at_once)
            return
        document = self.version.document
        let_out = paid_out = ZERO
        for each in portions(credit.settled, instalment.due, credit.line_amount, credit.ended_on):
            to_date = round_to_currency(EXACT.multiply(amount, each.part), document.currency, document.rounding.rule)
            paid = round_to_currency(EXACT.multiply(as_paid, each.part), currency, document.rounding.rule)
            due = None if each.on is None else max(each.on, credit.booked_on)
            said = due_in_words(instalment) if each.document_id is None else f"with {instalment.due} {each.document_id}"
            left, left_paid = EXACT.subtract(to_date, let_out), EXACT.subtract(paid, paid_out)
            yield Part(words=said, due=due, amount=left, as_paid=left_paid)
            let_out, paid_out = to_date, paid

    def look(self, gate: Gate, credit: Credit, opened: Openings) -> Look:
        """Return when a gate lets a credit be paid, as far as it is known."""
        interval = interval_of(self.facts, self.version, gate, credit)
        opens_on = opened.get((self.version.plan_id, self.version.version, gate, interval.name))
        return Look(opens_on=opens_on, until=interval.ends_on, words=gate_in_words(gate, interval))


def part_words(part: Part, gates: Sequence[Look]) -> list[str]:
    """Return when a part is due; where a gate decides, with the booking goes without saying."""
    return [] if gates and part.is_at_once else [part.words]


def in_cents(earned: Decimal, instalments: Sequence[Instalment], rule: RoundingRule, currency: str) -> list[Decimal]:
    """Return a line's pay in whole cents by parts; the last has the residual. Nothing has no sign."""
    whole = total(each.part for each in instalments)
    shares = [quotient(EXACT.multiply(earned, each.part), whole) for each in instalments[:-1]]
    cents = [round_to_currency(each, currency, rule) for each in shares]
    cents.append(EXACT.subtract(earned, total(cents)))
    return [each or each.copy_abs() for each in cents]


def due_on(calendar: FiscalCalendar, credit: Credit, instalment: Instalment) -> date | None:
    """Return the day on which a part of a credit is due, if it is known: not before the booking."""
    booked = credit.booked_on
    match instalment.due:
        case "booking" | "invoice" | "payment":
            day = booked
        case "months":
            day = months_after(booked, instalment.months or 0)
        case "quarter_end":
            day = period_in(calendar, booked, "quarter").ends_on
        case "year_end":
            day = period_in(calendar, booked, "year").ends_on
        case "day":
            day = instalment.day or booked
        case "field":
            told = fields_of(credit).get(instalment.field or "")
            day = told if isinstance(told, date) else None
    return None if day is None else max(day, booked)


def fate_of(
    calendar: FiscalCalendar, pays: PeriodKind, credit: Credit, due: date | None, gates: Sequence[Look]
) -> Fate:
    """Return what becomes of a part: it is released on its day, and not before the gates of its component open.

    What is not released on the day on which the customer cancels lapses.
    """
    shut = [gate.until for gate in gates if gate.opens_on is None]
    days = [due, *(gate.opens_on for gate in gates)]
    known = [day for day in days if day is not None]
    ended = credit.ended_on
    if ended is not None and (len(known) < len(days) or max(known) > ended):
        return Lapsed(on=ended)
    if len(known) < len(days):
        return Waiting(until=min(shut, default=None))
    return Released(period=period_in(calendar, max(known), pays), on=max(known))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the last of its month where that has no such day."""
    place = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    first = date(place // MONTHS_IN_YEAR, place % MONTHS_IN_YEAR + 1, 1)
    after = date((place + 1) // MONTHS_IN_YEAR, (place + 1) % MONTHS_IN_YEAR + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - ONE_DAY)
