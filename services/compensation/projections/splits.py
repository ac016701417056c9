"""Which deals are split by hand, among whom, and why?"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import Column, Index, Integer, MetaData, Select, Table, Text, select

from compensation.domain.split import DealSplitByHand, HandSplitWithdrawn, SplitEvent
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.columns import Exact
from events.store.session import Reading

hand_shares = Table(
    "hand_shares",
    MetaData(),
    Column("deal_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("percent", Exact, nullable=False),
    Column("reason", Text, nullable=False),
    Column("split_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("hand_shares_by_person", "person_id"),
)


class HandShareRow(Value, tag=False):
    """A person's share of a deal that is split by hand, by whom and why. `version` is the stream's."""

    deal_id: str
    number: int
    person_id: str
    percent: Decimal
    reason: str
    split_by: str
    version: int


def project(rows: Rows[HandShareRow], recorded: Recorded[SplitEvent]) -> Rows[HandShareRow]:
    """Say who shares the deal by hand after an event."""
    for row in rows:
        rows = rows.drop(row.deal_id, row.number)
    match recorded.event:
        case DealSplitByHand() as split:
            return rows.put(*rows_of(split, recorded))
        case HandSplitWithdrawn():
            return rows


def rows_of(split: DealSplitByHand, recorded: Recorded[SplitEvent]) -> Iterable[HandShareRow]:
    """Return the rows of a split."""
    for number, share in enumerate(split.shares, 1):
        yield HandShareRow(
            deal_id=recorded.key,
            number=number,
            person_id=share.person_id,
            percent=share.percent,
            reason=split.reason,
            split_by=split.split_by,
            version=recorded.version,
        )


HAND_SHARES = Projection(table=hand_shares, row=HandShareRow, kind="split", project=project)


def by_hand(reading: Reading, deal_ids: Iterable[str]) -> dict[str, tuple[HandShareRow, ...]]:
    """Return the shares of the deals among some that are split by hand."""
    found: dict[str, list[HandShareRow]] = {}
    wanted = select(hand_shares).where(reading.among(hand_shares.c.deal_id, list(deal_ids)))
    for row in reading.rows(wanted.order_by(hand_shares.c.deal_id, hand_shares.c.number), HandShareRow):
        found.setdefault(row.deal_id, []).append(row)
    return {deal_id: tuple(rows) for deal_id, rows in found.items()}


def deals_shared_by_hand(reading: Reading, person_ids: Sequence[str]) -> Iterable[str]:
    """Return the deals that people share by hand."""
    mine = reading.among(hand_shares.c.person_id, list(person_ids))
    return [deal_id for (deal_id,) in reading.tuples(select(hand_shares.c.deal_id).where(mine).distinct())]


def listed(deal_id: str | None) -> Select[tuple[HandShareRow]]:
    """Ask for shares by hand, of one deal or of all."""
    statement = select(hand_shares)
    return statement if deal_id is None else statement.where(hand_shares.c.deal_id == deal_id)
