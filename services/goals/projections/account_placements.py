"""In which territory does an account fall on which day? One row for each stretch of days."""

from datetime import date

from sqlalchemy import Column, Date, Index, Integer, MetaData, Table, Text, or_, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from goals.domain.account import AccountPlaced
from goals.domain.placement import ONE_DAY

account_placements = Table(
    "account_placements",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("starts_on", Date, primary_key=True),
    Column("ends_on", Date),
    Column("territory_id", Text),
    Column("version", Integer, nullable=False),
    Index("account_placements_by_territory", "territory_id"),
)


class AccountPlacementRow(Value, tag=False):
    """The territory of an account from one day to another, or that it has none; without a last day it goes on."""

    account: str
    starts_on: date
    ends_on: date | None
    territory_id: str | None
    version: int


class AccountPlacementFilter(Value, tag=False):
    """Which placements are asked for."""

    account: str | None = None
    territory_id: str | None = None
    effective_on: date | None = None


def project(rows: Rows[AccountPlacementRow], recorded: Recorded[AccountPlaced]) -> Rows[AccountPlacementRow]:
    """Say where the account fell when, after an event: each stretch ends on the day before the next one."""
    event = recorded.event
    told = {row.starts_on: row.territory_id for row in rows} | {event.effective_on: event.territory_id}
    days = sorted(told)
    ends = [*(day - ONE_DAY for day in days[1:]), None]
    return rows.put(
        *(
            AccountPlacementRow(
                account=recorded.key,
                starts_on=day,
                ends_on=end,
                territory_id=told[day],
                version=recorded.version,
            )
            for day, end in zip(days, ends, strict=True)
        )
    )


ACCOUNT_PLACEMENTS = Projection(table=account_placements, row=AccountPlacementRow, kind="account", project=project)


def placement_page(reading: Reading, asked: AccountPlacementFilter, page: Page) -> Paged[AccountPlacementRow]:
    """Return a page of placements, by account and first day."""
    statement = select(account_placements)
    if asked.account is not None:
        statement = statement.where(account_placements.c.account == asked.account)
    if asked.territory_id is not None:
        statement = statement.where(account_placements.c.territory_id == asked.territory_id)
    if asked.effective_on is not None:
        goes_on = or_(account_placements.c.ends_on.is_(None), account_placements.c.ends_on >= asked.effective_on)
        statement = statement.where(account_placements.c.starts_on <= asked.effective_on, goes_on)
    return read_page(reading, statement, AccountPlacementRow, page, by=("account", "starts_on"))
