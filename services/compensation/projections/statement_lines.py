"""Which lines do all statements of a period have? Computed on reading, for many people at a time."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import PersonYear, person_and_year
from compensation.projections import calendars
from compensation.projections.quotas import YEAR_DIGITS
from compensation.projections.years import all_years, person_years
from events.domain import Value
from events.store.session import Reading
from fiscal.calendar import Period, parse_period


class StatementLine(Value, tag=False):
    """What a component pays for one credit, and the event that it comes from."""

    person_id: str
    period: str
    plan_id: str
    plan_version: int
    component: str
    rule: str
    deal_id: str
    document_kind: str
    document_id: str
    line_id: str | None
    source: str
    booked_on: date
    credited: Decimal
    currency: str
    earned: Decimal
    event_id: str


def years_of(reading: Reading, period: str) -> list[str]:
    """Return the fiscal years of people, by their keys, in which a period falls."""
    return [key for key in all_years(reading) if person_and_year(key)[1] == period[:YEAR_DIGITS]]


def lines_of(reading: Reading, keys: Sequence[str], period: str) -> list[StatementLine]:
    """Return the lines of people's statements for a period; none while there is no calendar."""
    calendar = calendars.calendar(reading)
    if calendar is None:
        return []
    within = parse_period(calendar, period)
    years = person_years(reading, keys)
    return [line for key in keys if key in years for line in lines_within(years[key], within)]


def lines_within(year: PersonYear, period: Period) -> Iterator[StatementLine]:
    """Yield the lines that were booked in a period."""
    for section in earn(year).earned:
        for line in section.lines:
            credit = line.credit
            if period.contains(credit.booked_on):
                yield StatementLine(
                    person_id=year.person_id,
                    period=section.period.name,
                    plan_id=line.plan_id,
                    plan_version=line.plan_version,
                    component=line.component,
                    rule=line.rule,
                    deal_id=credit.deal_id,
                    document_kind=credit.document_kind,
                    document_id=credit.document_id,
                    line_id=None if credit.line is None else credit.line.line_id,
                    source=credit.source,
                    booked_on=credit.booked_on,
                    credited=credit.credited,
                    currency=section.currency,
                    earned=line.earned,
                    event_id=credit.origin.event_id,
                )
