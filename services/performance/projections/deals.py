"""Which deals are there, and how does each stand? One row a deal."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, select

from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Amount, Instant
from events.store.session import Reading
from money.money import Money
from performance.domain.deal import DealEvent, status_after
from performance.domain.fields import CustomField
from performance.domain.lines import Line
from performance.domain.terms import KnownOwner, Split, UnmatchedOwner, owner_ref

deals = Table(
    "deals",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("owner_ref", Text, nullable=False),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("amount", Amount),
    Column("currency", Text),
    Column("splits", Text, nullable=False),
    Column("stage", Text),
    Column("account", Text),
    Column("product", Text),
    Column("opened_on", Date),
    Column("booked_on", Date),
    Column("lines", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("cancelled_on", Date),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Index("deals_by_owner", "owner_ref"),
    Index("deals_by_day", "booked_on"),
)


class DealRow(Value, tag=False):
    """How a deal stands. `updated_at` is the latest that its source said of it, by the source's clock."""

    deal_id: str
    source: str
    status: str
    owner_ref: str
    person_id: str | None
    owner_hash: str | None
    amount: Decimal | None
    currency: str | None
    splits: str
    stage: str | None
    account: str | None
    product: str | None
    opened_on: date | None
    booked_on: date | None
    lines: str
    fields: str
    cancelled_on: date | None
    updated_at: datetime
    version: int

    def money(self) -> Money | None:
        """What it is worth, if that is known."""
        if self.amount is None or self.currency is None:
            return None
        return Money(amount=self.amount, currency=self.currency)

    def shared(self) -> tuple[Split, ...]:
        """How its credit is split."""
        return _splits.decode(self.splits)

    def parts(self) -> tuple[Line, ...]:
        """Which lines it has."""
        return _lines.decode(self.lines)

    def custom(self) -> tuple[CustomField, ...]:
        """Which custom fields it has."""
        return _fields.decode(self.fields)


_splits = msgspec.json.Decoder(tuple[Split, ...])
_lines = msgspec.json.Decoder(tuple[Line, ...])
_fields = msgspec.json.Decoder(tuple[CustomField, ...])
_encode = msgspec.json.Encoder().encode


def project(rows: Rows[DealRow], recorded: Recorded[DealEvent]) -> Rows[DealRow]:
    """Say how the deal stands after an event."""
    before, event = rows.get(recorded.key), recorded.event
    terms, said_at = event.terms, event.stamp.source_at
    owner, amount = terms.owner, terms.amount
    return rows.put(
        DealRow(
            deal_id=recorded.key,
            source=source_of(recorded.key),
            status=status_after(event) or (before.status if before else "open"),
            owner_ref=owner_ref(owner),
            person_id=owner.person_id if isinstance(owner, KnownOwner) else None,
            owner_hash=owner.owner_hash if isinstance(owner, UnmatchedOwner) else None,
            amount=None if amount is None else amount.amount,
            currency=None if amount is None else amount.currency,
            splits=_encode(terms.splits).decode(),
            stage=terms.stage,
            account=terms.account,
            product=terms.product,
            opened_on=terms.opened_on,
            booked_on=terms.booked_on,
            lines=_encode(terms.lines).decode(),
            fields=_encode(terms.fields).decode(),
            cancelled_on=terms.cancelled_on,
            updated_at=said_at if before is None else max(before.updated_at, said_at),
            version=recorded.version,
        )
    )


def source_of(deal_id: str) -> str:
    """Return the source of a deal: what stands before the first point of its id."""
    return deal_id.partition(".")[0]


DEALS = Projection(table=deals, row=DealRow, kind="deal", project=project, version=2)


def deal_row(reading: Reading, deal_id: str) -> DealRow | None:
    """Return one deal."""
    return reading.one(select(deals).where(deals.c.deal_id == deal_id), DealRow)


def deals_known(reading: Reading, deal_ids: list[str]) -> list[DealRow]:
    """Return those of some deals that are known."""
    return reading.rows(select(deals).where(reading.among(deals.c.deal_id, deal_ids)), DealRow)
