"""The oracle's word on when what is earned is paid: instalments, what lapses, and what cancelled deals give back."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from compensation.domain.document.instalment import Instalment
from compensation.domain.document.shape import Gate
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.document import Payment
from compensation.domain.engine.facts import PersonYear
from fiscal.calendar import period_of
from money.money import round_to_currency
from tests.compensation.oracle_lines import Line, Section, decimal, in_cents, sections
from tests.compensation.oracle_measure import in_order, measure_of, measured, quota_for

Payable: TypeAlias = dict[Section, Decimal]

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """A part of a line's pay in cents, and the day on which it is due, if there is one."""

    cents: Decimal
    due: date | None


def payable(facts: PersonYear, several: Sequence[Line]) -> Payable:
    """Return what each period pays of each component, whichever period earned it, less what it takes back."""
    found: Payable = {}
    for lines in sections(several).values():
        for line, cents in zip(lines, line_cents(lines), strict=True):
            for day, amount in moved(facts, line, cents):
                place = (period_of(facts.calendar, day, line.version.document.pays).name, *line.section[1:])
                found[place] = found.get(place, NOTHING) + amount
    return {where: amount for where, amount in found.items() if amount}


def line_cents(lines: Sequence[Line]) -> list[Decimal]:
    """Return the cents of each line: at the end, the last one has what the others leave of the sum."""
    cents = [rounded(line, line.paid) for line in lines]
    return [*cents[:-1], in_cents(lines) - sum(cents[:-1], NOTHING)]


def rounded(line: Line, amount: Fraction) -> Decimal:
    document = line.version.document
    return round_to_currency(decimal(amount), document.currency, document.rounding.rule)


def moved(facts: PersonYear, line: Line, cents: Decimal) -> Iterator[tuple[date, Decimal]]:
    """Return on which day what is paid of a line, and what is given back of it: with cash, or by a cancellation."""
    ended = max(line.credit.cancelled_on, line.credit.booked_on) if line.credit.cancelled_on else None
    parts = parts_of(facts, line, cents)
    paid = [each for each in parts if each.due is not None and (ended is None or each.due <= ended)]
    yield from ((each.due, each.cents) for each in paid if each.due is not None)
    is_whole = sum((each.cents for each in paid), NOTHING) == cents
    given = line.paid if is_whole else Fraction(sum((each.cents for each in paid), NOTHING))
    backs = [(day, part) for day, part in parts_back(line.credit) if ended is None or day < ended]
    if ended is not None:
        backs.append((ended, 1 - sum((part for _, part in backs), Fraction(0))))
    for day, part in backs:
        yield day, -rounded(line, given * part * percent_back(line, day) / 100)


def parts_back(credit: Credit) -> list[tuple[date, Fraction]]:
    """Return which part of a payment went back, and when."""
    if not isinstance(credit.document, Payment):
        return []
    whole = Fraction(credit.document.amount)
    return [(each.refunded_on, Fraction(each.amount) / whole) for each in credit.document.refunds]


def percent_back(line: Line, ended: date) -> Fraction:
    """Return how much is given back: less for each whole month that the customer stayed."""
    clawback = line.version.document.clawback
    if clawback is None:
        return Fraction(0)
    whole, booked = Fraction(clawback.percent), line.credit.booked_on
    if clawback.months is None:
        return whole
    stayed = sum(1 for months in range(1, 500) if stayed_for(booked, ended, months))
    return whole * max(0, clawback.months - stayed) / clawback.months


def stayed_for(booked: date, ended: date, months: int) -> bool:
    """Say whether a customer stayed so many months: to the same day of a later month, or beyond where it has none."""
    month = booked.month - 1 + months
    return (ended.year, ended.month, ended.day) >= (booked.year + month // 12, month % 12 + 1, booked.day)


def parts_of(facts: PersonYear, line: Line, cents: Decimal) -> list[Part]:
    """Return the parts of a line: each its share of all, in cents, and the last what is left."""
    said = line.component.instalments or line.version.document.instalments
    opens = [opened_on(facts, line, each) for each in line.component.gates if each.release is not None]
    if not said:
        return [Part(cents, latest(line.credit.booked_on, *opens))]
    whole, left = sum(Fraction(each.part) for each in said), cents
    found: list[Part] = []
    for place, each in enumerate(said):
        is_last = place == len(said) - 1
        amount = left if is_last else rounded(line, Fraction(cents) * Fraction(each.part) / whole)
        left -= amount
        found += [Part(part, latest(day, *opens)) for part, day in let_out(facts, line, each, amount)]
    return found


def let_out(facts: PersonYear, line: Line, said: Instalment, amount: Decimal) -> list[tuple[Decimal, date | None]]:
    """Return an instalment by the days on which it is due: one, or that of each document that lets out more of it."""
    credit = line.credit
    if said.due not in ("invoice", "payment") or credit.document is not None or credit.line_amount <= 0:
        return [(amount, due(facts, credit, said))]
    ended = None if credit.cancelled_on is None else max(credit.cancelled_on, credit.booked_on)
    mine = [each for each in credit.settled if each.kind == said.due and (ended is None or each.on <= ended)]
    found: list[tuple[Decimal, date | None]] = []
    done = NOTHING
    days = sorted(mine, key=lambda each: (each.on, each.document_id, each.amount))
    for place, each in enumerate(days):
        come = sum((Fraction(one.amount) for one in days[: place + 1]), Fraction(0))
        share = max(Fraction(0), min(Fraction(1), come / Fraction(credit.line_amount)))
        to_date = rounded(line, Fraction(amount) * share)
        found.append((to_date - done, max(each.on, credit.booked_on)))
        done = to_date
    return [*found, (amount - done, None)]


def latest(*days: date | None) -> date | None:
    """Return the last of some days, if all of them come."""
    known = [each for each in days if each is not None]
    return max(known) if len(known) == len(days) else None


def opened_on(facts: PersonYear, line: Line, gate: Gate) -> date | None:
    """Return the day on which a gate lets go: that of the first deal that takes it there, or the interval's end."""
    measure = measure_of(line.version, gate.measure)
    around = period_of(facts.calendar, line.credit.booked_on, measure.interval)
    quota = quota_for(facts, measure, line.credit.booked_on)
    inside = [each for each in in_order(facts) if around.contains(each.booked_on)]
    there = [
        each.booked_on
        for place, each in enumerate(inside)
        if quota
        and measured(facts, line.version, measure, inside[: place + 1]) * 100
        >= Fraction(quota.amount) * Fraction(gate.at_least)
    ]
    if gate.release == "crossing":
        return there[0] if there else None
    reached = measured(facts, line.version, measure, inside) * 100 >= Fraction(quota.amount if quota else 0) * Fraction(
        gate.at_least
    )
    return around.ends_on if reached else None


def due(facts: PersonYear, credit: Credit, said: Instalment) -> date | None:
    """Return when a part is due; what was due before the booking is due with it."""
    if said.due == "field":
        days = [value for name, value in credit.fields if name == said.field and isinstance(value, date)]
        return max(credit.booked_on, days[0]) if days else None
    days_by_due = {
        "booking": credit.booked_on,
        "months": later(credit.booked_on, said.months or 0),
        "quarter_end": period_of(facts.calendar, credit.booked_on, "quarter").ends_on,
        "year_end": period_of(facts.calendar, credit.booked_on, "year").ends_on,
        "day": said.day or date.min,
        "invoice": credit.booked_on,
        "payment": credit.booked_on,
    }
    return max(credit.booked_on, days_by_due[said.due])


def later(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
