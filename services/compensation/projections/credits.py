"""Who is credited with what of which line of which won deal? Derived: exact shares, and those that are nobody's yet."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text, select

from compensation.domain.deal import Deal, DealLine
from compensation.domain.engine.credit import Credit, CreditSource
from compensation.domain.engine.document import Invoice, Payment
from compensation.domain.engine.given import Given
from compensation.domain.engine.line import Line
from compensation.domain.engine.settling import Settlement
from compensation.projections.custom_fields import fields_in
from compensation.projections.origins import origin_of
from events.domain import Value
from events.store.columns import Exact
from events.store.session import Reading

credits_table = Table(
    "credits",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("line_number", Integer, primary_key=True),
    Column("document_kind", Text, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("person_year", Text),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("booked_on", Date),
    Column("amount", Exact),
    Column("currency", Text),
    Column("percent", Exact, nullable=False),
    Column("cancelled_on", Date),
    Column("line_id", Text),
    Column("deal", Text, nullable=False),
    Column("line", Text),
    Column("credited_as", Text),
    Column("known", Text),
    Column("by_hand", Text),
    Column("given", Text),
    Column("excluded", Text),
    Column("document", Text),
    Column("settled", Text),
    Column("overlaps", Boolean),
    Column("problem", Text),
    Index("credits_by_person_year", "person_year"),
    Index("credits_by_person", "person_id"),
    Index("credits_by_problem", "problem"),
    sqlite_with_rowid=False,
)


class DealSaid(Value, tag=False, array_like=True):
    """What a deal says of all its credits, and the event that made it, or another document of it, what it is."""

    source_at: datetime
    amount: Decimal | None
    account: str | None
    product: str | None
    fields: str | None
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int


_deal = msgspec.json.Decoder(DealSaid)
_line = msgspec.json.Decoder(DealLine)
_documents = msgspec.json.Decoder(Invoice | Payment)
_settled = msgspec.json.Decoder(tuple[Settlement, ...])


class CreditRow(Value, tag=False):
    """One share of a line of a won deal; the line is 0, and has no id, where it is of the whole deal.

    Without a person's year it is nobody's credit yet, and `problem` says why. What is `excluded` counts for nothing.
    Of an invoice or a payment it is what that has of the line; `document` is then that, as JSON, and `booked_on` its
    day. It `overlaps` where the person is credited with the deal from other sources too. What all credits of a deal
    have in common is one text, `deal`, and so is what all shares of a line have, `line`.
    """

    deal_id: str
    source: CreditSource
    number: int
    line_number: int
    document_kind: str
    document_id: str
    person_year: str | None
    person_id: str | None
    owner_hash: str | None
    booked_on: date | None
    amount: Decimal | None
    currency: str | None
    percent: Decimal
    cancelled_on: date | None
    line_id: str | None
    deal: str
    line: str | None
    credited_as: str | None
    known: str | None
    by_hand: str | None
    given: str | None
    excluded: str | None
    document: str | None
    settled: str | None
    overlaps: bool | None
    problem: str | None


def line_of(row: CreditRow) -> Line | None:
    """Return the line that a credit is of; none if it is of the whole deal."""
    if row.line is None:
        return None
    said = _line.decode(row.line)
    return Line(
        number=said.number,
        line_id=said.line_id,
        amount=said.amount,
        product_id=said.product_id,
        type=said.type,
        quantity=said.quantity,
        margin=said.margin,
        value_per_year=said.value_per_year,
        term_months=said.term_months,
        renewal=said.renewal,
        fields=fields_in(said.fields),
    )


def credit_of(row: CreditRow) -> Credit | None:
    """Return a row as the pay engine reads it; none if it is nobody's credit yet."""
    if row.person_id is None or row.booked_on is None or row.currency is None:
        return None
    said = _deal.decode(row.deal)
    if row.amount is None or said.amount is None:
        return None
    return Credit(
        deal_id=row.deal_id,
        number=row.number,
        source=row.source,
        person_id=row.person_id,
        booked_on=row.booked_on,
        source_at=said.source_at,
        amount=row.amount,
        currency=row.currency,
        percent=row.percent,
        deal_amount=said.amount,
        account=said.account,
        product=said.product,
        cancelled_on=row.cancelled_on,
        origin=origin_of(said),
        line=line_of(row),
        fields=fields_in(said.fields),
        credited_as=row.credited_as,
        known=fields_in(row.known),
        by_hand=row.by_hand,
        given=None if row.given is None else msgspec.json.decode(row.given, type=Given),
        excluded=row.excluded,
        document=None if row.document is None else _documents.decode(row.document),
        settled=() if row.settled is None else _settled.decode(row.settled),
    )


def said_by(deal: Deal) -> DealSaid:
    """Return what a deal says of all its credits."""
    return DealSaid(
        source_at=deal.source_at,
        amount=deal.amount,
        account=deal.account,
        product=deal.product,
        fields=deal.fields,
        event_id=deal.event_id,
        event_type=deal.event_type,
        event_version=deal.event_version,
        event_source=deal.event_source,
        event_at=deal.event_at,
        event_position=deal.event_position,
    )


def as_json(said: Value) -> str:
    """Return what is said of a credit, or of several, as a row keeps it."""
    return msgspec.json.encode(said).decode()


def credits_of_years(reading: Reading, keys: Iterable[str]) -> dict[str, list[Credit]]:
    """Return the credits of people's fiscal years, also those that are excluded, by the year's key."""
    found: dict[str, list[Credit]] = {}
    statement = select(credits_table).where(reading.among(credits_table.c.person_year, keys))
    for row in reading.rows(statement, CreditRow):
        credit = credit_of(row)
        if credit is not None and row.person_year is not None:
            found.setdefault(row.person_year, []).append(credit)
    return found


def years_with_credits_of(reading: Reading, person_ids: Iterable[str]) -> list[str]:
    """Return the fiscal years in which people have credits."""
    wanted = select(credits_table.c.person_year).distinct()
    mine = reading.among(credits_table.c.person_id, person_ids)
    return [key for (key,) in reading.tuples(wanted.where(mine, credits_table.c.person_year.is_not(None)))]


def years_with_credits(reading: Reading) -> list[str]:
    """Return every fiscal year in which somebody has credits, in the order of their keys."""
    wanted = select(credits_table.c.person_year).distinct().where(credits_table.c.person_year.is_not(None))
    return sorted(key for (key,) in reading.tuples(wanted))
