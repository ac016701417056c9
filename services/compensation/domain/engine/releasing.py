"""When what a line earns is paid: parts that are held in the period that earns them, and released in a later one.

Nothing is lost: what is released, what still waits and what lapsed are together what was held. What a deal earns does
not depend on when it is paid.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from compensation.domain.document.instalment import Instalment, due_in_words
from compensation.domain.document.shape import Component
from compensation.domain.engine.credit import Credit, fields_of
from compensation.domain.engine.exact import EXACT, quotient, total
from compensation.domain.engine.facts import PersonYear, PlanVersion
from compensation.domain.engine.held import Fate, Held, Lapsed, Released, Waiting
from compensation.domain.engine.paying import EarningLine
from compensation.domain.engine.placing import period_in
from compensation.domain.engine.sections import Earning
from fiscal.calendar import FiscalCalendar, Period, PeriodKind
from money.money import round_to_currency

ONE_DAY = timedelta(days=1)
MONTHS_IN_YEAR = 12


def held_of(facts: PersonYear, sections: Iterable[Earning]) -> tuple[Held, ...]:
    """Return what sections hold, in the order of their lines."""
    terms = {
        (version.plan_id, version.version, component.id): (version, instalments)
        for version in facts.versions
        for component in version.document.components
        if (instalments := instalments_of(version, component))
    }
    if not terms:
        return ()
    found: list[Held] = []
    for section in sections:
        for line in section.lines:
            known = terms.get((line.plan_id, line.plan_version, line.component))
            if known is not None:
                found += parts_held(facts.calendar, *known, section.period, line)
    return tuple(found)


def instalments_of(version: PlanVersion, component: Component) -> tuple[Instalment, ...]:
    """Return in which parts a component pays: as it says itself, else as its plan says for all."""
    return component.instalments or version.document.instalments


def parts_held(
    calendar: FiscalCalendar,
    version: PlanVersion,
    instalments: Sequence[Instalment],
    earned_in: Period,
    line: EarningLine,
) -> Iterator[Held]:
    """Return the parts of a line that the period which earns them does not pay."""
    document = version.document
    cents = in_cents(line.earned, instalments, version)
    for number, (instalment, amount) in enumerate(zip(instalments, cents, strict=True), 1):
        fate = fate_of(calendar, document.pays, line.credit, due_on(calendar, line.credit, instalment))
        if not amount or (isinstance(fate, Released) and fate.period == earned_in):
            continue
        yield Held(
            period=earned_in,
            plan_id=line.plan_id,
            plan_version=line.plan_version,
            component=line.component,
            currency=document.currency,
            credit=line.credit,
            number=number,
            count=len(instalments),
            due=due_in_words(instalment),
            amount=amount,
            fate=fate,
        )


def in_cents(earned: Decimal, instalments: Sequence[Instalment], version: PlanVersion) -> list[Decimal]:
    """Return a line's pay in whole cents by parts; the last has the residual. Nothing has no sign."""
    document, whole = version.document, total(each.part for each in instalments)
    shares = [quotient(EXACT.multiply(earned, each.part), whole) for each in instalments[:-1]]
    cents = [round_to_currency(each, document.currency, document.rounding.rule) for each in shares]
    cents.append(EXACT.subtract(earned, total(cents)))
    return [each or each.copy_abs() for each in cents]


def due_on(calendar: FiscalCalendar, credit: Credit, instalment: Instalment) -> date | None:
    """Return the day on which a part of a credit is due, if it is known: not before the booking."""
    booked = credit.booked_on
    match instalment.due:
        case "booking":
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


def fate_of(calendar: FiscalCalendar, pays: PeriodKind, credit: Credit, day: date | None) -> Fate:
    """Return what becomes of a part: it is released on its day, unless the customer has cancelled before that."""
    cancelled = credit.cancelled_on
    if cancelled is not None and (day is None or day > cancelled):
        return Lapsed(period=period_in(calendar, cancelled, pays), on=cancelled)
    return Waiting() if day is None else Released(period=period_in(calendar, day, pays), on=day)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the last of its month where that has no such day."""
    place = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    first = date(place // MONTHS_IN_YEAR, place % MONTHS_IN_YEAR + 1, 1)
    after = date((place + 1) // MONTHS_IN_YEAR, (place + 1) % MONTHS_IN_YEAR + 1, 1)
    return min(first + timedelta(days=day.day - 1), after - ONE_DAY)
