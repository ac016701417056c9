"""Which deals match what a page asks for, and which of them may its reader see?"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from events.domain import Value
from events.store.columns import Amount
from events.store.session import Reading
from performance.domain.terms import Status
from performance.projections.bookings import booked
from performance.projections.deals import DealRow, deals
from performance.projections.people import refs_of

Sort: TypeAlias = Literal[
    "deal_id", "-deal_id", "booked_on", "-booked_on", "amount", "-amount", "updated_at", "-updated_at"
]

KEYS = {
    "deal_id": ("deal_id",),
    "booked_on": ("booked_key", "deal_id"),
    "amount": ("amount_key", "deal_id"),
    "updated_at": ("updated_at", "deal_id"),
}
"""The columns that each order goes by; none is ever null, and together they tell any two deals apart."""

NO_DAY = date(1900, 1, 1)


class DealFilter(Value, tag=False):
    """Which deals are asked for. `seen_by` are the people whose deals the reader may see; all if it is nothing."""

    status: Status | None = None
    owner: str | None = None
    booked_from: date | None = None
    booked_to: date | None = None
    seen_by: tuple[str, ...] | None = None


class ListedRow(DealRow, tag=False):
    """A deal in a list, with what it is sorted by."""

    booked_key: date
    amount_key: Decimal


def listed(reading: Reading, asked: DealFilter) -> Select[Any]:
    """Ask for the deals that match; those without a day or an amount sort as the least."""
    statement = select(
        deals,
        func.coalesce(deals.c.booked_on, literal(NO_DAY, deals.c.booked_on.type)).label("booked_key"),
        func.coalesce(deals.c.amount, literal(Decimal(0), Amount())).label("amount_key"),
    )
    bounded = statement.where(*conditions(reading, asked))
    return select(bounded.subquery())


def conditions(reading: Reading, asked: DealFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a filter."""
    found: list[ColumnElement[bool]] = []
    if asked.status is not None:
        found.append(deals.c.status == asked.status)
    if asked.booked_from is not None:
        found.append(deals.c.booked_on >= asked.booked_from)
    if asked.booked_to is not None:
        found.append(deals.c.booked_on <= asked.booked_to)
    if asked.owner is not None:
        found.append(credited(reading, [asked.owner]))
    if asked.seen_by is not None:
        found.append(credited(reading, asked.seen_by))
    return found


def credited(reading: Reading, person_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a deal is owned by one of some people, or was won with a share for one of them."""
    refs = refs_of(reading, person_ids)
    shared = select(booked.c.deal_id).where(reading.among(booked.c.owner_ref, refs))
    return or_(reading.among(deals.c.owner_ref, refs), deals.c.deal_id.in_(shared))


def deal_seen(reading: Reading, deal_id: str, seen_by: tuple[str, ...] | None) -> DealRow | None:
    """Return one deal, if the reader may see it."""
    statement = select(deals).where(deals.c.deal_id == deal_id)
    if seen_by is not None:
        statement = statement.where(credited(reading, seen_by))
    return reading.one(statement, DealRow)
