"""How does each deal stand, and who shares the won ones? Heard from performance."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date
from decimal import Decimal

import msgspec
from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, or_, select

from compensation.domain.deal import CANCELLED, Deal, Share
from compensation.projections import people
from compensation.projections.custom_fields import written
from compensation.projections.origins import named_as, named_by, origin_columns
from events.contracts.performance import (
    DealCancelledV1,
    DealDeletedV1,
    DealEventV1,
    DealLostV1,
    DealOpenedV1,
    DealReopenedV1,
    DealTermsV1,
    DealWonV1,
    KnownOwner,
    Owner,
    UnmatchedOwner,
)
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact, Instant
from events.store.session import Reading

DEAL = "heard-performance-deal"
WON = "won"
STATUSES: dict[type[DealEventV1], str] = {
    DealOpenedV1: "open",
    DealReopenedV1: "open",
    DealWonV1: WON,
    DealLostV1: "lost",
    DealCancelledV1: CANCELLED,
    DealDeletedV1: "deleted",
}
WORTH = frozenset({"owner", "amount", "splits", "booked_on", "lines", "fields"})
"""The terms that pay depends on."""

HUNDRED = Decimal(100)

metadata = MetaData()

deals = Table(
    "deals",
    metadata,
    Column("deal_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("amount", Exact),
    Column("currency", Text),
    Column("account", Text),
    Column("product", Text),
    Column("fields", Text),
    Column("booked_on", Date),
    Column("cancelled_on", Date),
    Column("source_at", Instant, nullable=False),
    *origin_columns(),
    Index("deals_by_account", "account"),
    Index("deals_by_product", "product"),
)

shares = Table(
    "shares",
    metadata,
    Column("deal_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person_id", Text),
    Column("owner_hash", Text),
    Column("percent", Exact, nullable=False),
    Column("by_hand", Text),
    Index("shares_by_owner", "owner_hash"),
    Index("shares_by_person", "person_id"),
)


def project_deal(rows: Rows[Deal], recorded: Recorded[Value]) -> Rows[Deal]:
    """Say how the deal stands after an event. The source's latest word gives the time that it counts by."""
    told = recorded.event
    if not isinstance(told, DealEventV1):
        return rows
    before = rows.get(recorded.key)
    after = deal_after(before, told, recorded)
    if before is not None and is_worth_the_same(before, after, told):
        after = msgspec.structs.replace(
            after,
            **named_as(before),
        )
    return rows.put(after)


def is_worth_the_same(before: Deal, after: Deal, told: DealEventV1) -> bool:
    """Say whether an event leaves a deal worth what it was: a cancellation takes back, and says nothing of worth."""
    if after.status == CANCELLED:
        return before.status in (WON, CANCELLED) and leaves_worth(told.changed)
    return before.status == after.status and leaves_worth(told.changed)


def leaves_worth(changed: Collection[str]) -> bool:
    """Say whether an event names what it changed, and pay depends on none of it."""
    return bool(changed) and WORTH.isdisjoint(changed)


def deal_after(before: Deal | None, told: DealEventV1, recorded: Recorded[Value]) -> Deal:
    """Return the deal as an event leaves it, with that event as the one that made it so."""
    amount = told.terms.amount
    return Deal(
        deal_id=recorded.key,
        status=status_after(before.status if before is not None else None, told),
        amount=None if amount is None else amount.amount,
        currency=None if amount is None else amount.currency,
        account=told.terms.account,
        product=told.terms.product,
        fields=written(told.terms.fields),
        booked_on=told.terms.booked_on,
        cancelled_on=cancelled_on(before, told),
        source_at=told.source_at if before is None else max(before.source_at, told.source_at),
        **named_by(recorded),
    )


def cancelled_on(before: Deal | None, told: DealEventV1) -> date | None:
    """Return the day on which a won deal was cancelled: what the source says, else the day of its word in UTC.

    A deal that was cancelled before it was won never paid anybody.
    """
    said = told.terms.cancelled_on
    if isinstance(told, DealCancelledV1) and before is not None and before.status == WON:
        return said or told.source_at.astimezone(UTC).date()
    if before is None or before.cancelled_on is None or STATUSES.get(type(told), CANCELLED) != CANCELLED:
        return None
    return said or before.cancelled_on


def status_after(before: str | None, told: DealEventV1) -> str:
    """Return the status that an event brings; most events leave it as it was, and a deal begins open."""
    return STATUSES.get(type(told)) or before or "open"


def project_shares(rows: Rows[Share], recorded: Recorded[Value]) -> Rows[Share]:
    """Say who shares the deal after an event, as it would be if the deal were won."""
    told = recorded.event
    if not isinstance(told, DealEventV1):
        return rows
    found = shares_of(recorded.key, told.terms)
    for row in rows:
        if row.number > len(found):
            rows = rows.drop(row.deal_id, row.number)
    return rows.put(*found)


def shares_of(deal_id: str, terms: DealTermsV1) -> list[Share]:
    """Return a deal's shares: its splits, else all of it for its owner."""
    if not terms.splits:
        return [share_of(deal_id, 1, terms.owner, HUNDRED)]
    return [share_of(deal_id, number, each.owner, each.percent) for number, each in enumerate(terms.splits, 1)]


def share_of(deal_id: str, number: int, owner: Owner | None, percent: Decimal) -> Share:
    """Return one share."""
    return Share(
        deal_id=deal_id,
        number=number,
        person_id=owner.person_id if isinstance(owner, KnownOwner) else None,
        owner_hash=owner.owner_hash if isinstance(owner, UnmatchedOwner) else None,
        percent=percent,
    )


DEALS = Projection(table=deals, row=Deal, kind=DEAL, project=project_deal, version=4)
SHARES = Projection(table=shares, row=Share, kind=DEAL, project=project_shares, version=2)


def won_among(reading: Reading, deal_ids: Sequence[str]) -> dict[str, tuple[Deal, tuple[Share, ...]]]:
    """Return the won deals among some, with their shares; also those that were cancelled after they were booked."""
    booked = or_(deals.c.status == WON, (deals.c.status == CANCELLED) & deals.c.cancelled_on.is_not(None))
    won = select(deals).where(reading.among(deals.c.deal_id, deal_ids), booked)
    found = reading.rows(won, Deal)
    shared: dict[str, list[Share]] = {deal.deal_id: [] for deal in found}
    wanted = select(shares).where(reading.among(shares.c.deal_id, list(shared)))
    for share in reading.rows(wanted.order_by(shares.c.deal_id, shares.c.number), Share):
        shared[share.deal_id].append(share)
    return {deal.deal_id: (deal, tuple(shared[deal.deal_id])) for deal in found}


def deals_of_owner(reading: Reading, owner_hash: str) -> Iterable[str]:
    """Return the deals that an owner shares."""
    wanted = select(shares.c.deal_id).where(shares.c.owner_hash == owner_hash)
    return [deal_id for (deal_id,) in reading.tuples(wanted)]


def won_deals(reading: Reading, _everyone: str) -> Iterable[str]:
    """Return all won deals."""
    return [deal_id for (deal_id,) in reading.tuples(select(deals.c.deal_id).where(deals.c.booked_on.is_not(None)))]


def won_deals_of(reading: Reading, person_ids: Sequence[str]) -> Iterable[str]:
    """Return the won deals that people share, also by what CRMs call them."""
    hashes = people.hashes_of(reading, person_ids)
    theirs = or_(reading.among(shares.c.person_id, person_ids), reading.among(shares.c.owner_hash, hashes))
    wanted = select(shares.c.deal_id).join(deals, deals.c.deal_id == shares.c.deal_id)
    return [deal_id for (deal_id,) in reading.tuples(wanted.where(deals.c.booked_on.is_not(None), theirs).distinct())]


def deals_of_accounts(reading: Reading, accounts: Iterable[str]) -> Iterable[str]:
    """Return the won deals of accounts."""
    theirs = reading.among(deals.c.account, sorted(set(accounts)))
    return [
        deal_id for (deal_id,) in reading.tuples(select(deals.c.deal_id).where(deals.c.booked_on.is_not(None), theirs))
    ]
