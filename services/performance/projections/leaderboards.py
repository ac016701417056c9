"""Who booked how much in a period? Sums of bookings, joined with people and teams as they are known today."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Join, Select, and_, case, func, literal, select

from events.domain import Refused, Value
from events.store.session import Reading
from fiscal.calendar import FiscalCalendar, Period, parse_period
from performance.projections.attainments import AttainmentRow, attained
from performance.projections.bookings import bookings
from performance.projections.calendars import calendar
from performance.projections.people import memberships, owners

WHO = bookings.outerjoin(owners, owners.c.owner_ref == bookings.c.owner_ref)
"""Bookings beside the person whose they are."""


class CalendarIsUnknown(Refused):
    """Goals has told no fiscal calendar yet, so that no period has days."""


class SumRow(Value, tag=False):
    """What a subject booked; `owner_ref` says who it was where no subject is known."""

    subject_id: str | None
    owner_ref: str
    amount: Decimal
    count: int


class Place(Value, tag=False):
    """A place on the leaderboard: equal amounts share a rank."""

    rank: int
    subject_id: str
    amount: Decimal
    count: int
    attainment: AttainmentRow | None


class Unmatched(Value, tag=False):
    """Bookings of an owner who is nobody that is known, or nobody at all."""

    owner_ref: str
    amount: Decimal
    count: int


class Leaderboard(Value, tag=False):
    """All who booked in a period, in one currency."""

    period: Period
    total: Decimal
    places: tuple[Place, ...]
    unmatched: tuple[Unmatched, ...]


def leaderboard(reading: Reading, period_name: str, by: str, currency: str) -> Leaderboard:
    """Return a period's leaderboard by `person` or `team`. Refuses an unknown period or calendar."""
    period = parse_period(calendar_of(reading), period_name)
    statement = by_person(period, currency) if by == "person" else by_team(period, currency)
    sums = [row for row in reading.rows(statement, SumRow) if row.count or row.amount]
    matched = [row for row in sums if row.subject_id is not None]
    found = attained(reading, period.name, by, [row.subject_id for row in matched if row.subject_id])
    return Leaderboard(
        period=period,
        total=sum((row.amount for row in sums), Decimal(0)),
        places=tuple(ranked(matched, found)),
        unmatched=tuple(
            Unmatched(owner_ref=row.owner_ref, amount=row.amount, count=row.count)
            for row in sorted(sums, key=lambda row: (-row.amount, row.owner_ref))
            if row.subject_id is None
        ),
    )


def calendar_of(reading: Reading) -> FiscalCalendar:
    """Return the calendar, without which no period has days."""
    known = calendar(reading)
    if known is None:
        raise CalendarIsUnknown
    return known


def by_person(period: Period, currency: str) -> Select[Any, Any, Any, Any]:
    """Ask what each person booked, and each owner who is nobody's."""
    return summed(owners.c.person_id, WHO, period, currency)


def by_team(period: Period, currency: str) -> Select[Any, Any, Any, Any]:
    """Ask what each team booked: that of its owner on the booking day."""
    that_day = and_(
        memberships.c.person_id == owners.c.person_id,
        memberships.c.starts_on <= bookings.c.booked_on,
        memberships.c.ends_on >= bookings.c.booked_on,
    )
    return summed(memberships.c.team_id, WHO.outerjoin(memberships, that_day), period, currency)


def summed(subject: Column[Any], joined: Join, period: Period, currency: str) -> Select[Any, Any, Any, Any]:
    """Ask for the sums of a period by subject, and by owner where there is no subject."""
    each = (
        select(
            subject.label("subject_id"),
            case((subject.is_(None), bookings.c.owner_ref), else_=literal("")).label("owner_ref"),
            bookings.c.amount,
            bookings.c.count,
        )
        .select_from(joined)
        .where(
            bookings.c.booked_on >= period.starts_on,
            bookings.c.booked_on <= period.ends_on,
            bookings.c.currency == currency,
        )
        .subquery()
    )
    by = (each.c.subject_id, each.c.owner_ref)
    amount, count = func.sum(each.c.amount).label("amount"), func.sum(each.c.count).label("count")
    return select(*by, amount, count).group_by(*by)


def ranked(sums: Iterable[SumRow], found: dict[str, AttainmentRow]) -> list[Place]:
    """Return the places, the largest amount first; equal amounts share a rank, and the next one is left out."""
    places: list[Place] = []
    for number, row in enumerate(sorted(sums, key=lambda row: (-row.amount, row.subject_id or "")), 1):
        subject_id = row.subject_id or ""
        tied = bool(places) and places[-1].amount == row.amount
        places.append(
            Place(
                rank=places[-1].rank if tied else number,
                subject_id=subject_id,
                amount=row.amount,
                count=row.count,
                attainment=found.get(subject_id),
            )
        )
    return places
