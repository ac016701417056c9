"""Which accounts are there, and how is each described? One row an account."""

import msgspec
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from performance.domain.account import AccountChanged
from performance.domain.attributes import Attribute

accounts = Table(
    "accounts",
    MetaData(),
    Column("account_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("attributes", Text, nullable=False),
    Column("parent_id", Text),
    Column("version", Integer, nullable=False),
    Index("accounts_by_parent", "parent_id"),
)


class AccountRow(Value, tag=False):
    """An account as it was described last."""

    account_id: str
    name: str
    attributes: str
    parent_id: str | None
    version: int

    def texts(self) -> dict[str, str]:
        """Return its attributes by name."""
        return {each.name: each.value for each in _attributes.decode(self.attributes)}


_attributes = msgspec.json.Decoder(tuple[Attribute, ...])


def project(rows: Rows[AccountRow], recorded: Recorded[AccountChanged]) -> Rows[AccountRow]:
    """Say what the account is after an event."""
    event = recorded.event
    return rows.put(
        AccountRow(
            account_id=recorded.key,
            name=event.name,
            attributes=msgspec.json.encode(event.attributes).decode(),
            parent_id=event.parent_id,
            version=recorded.version,
        )
    )


ACCOUNTS = Projection(table=accounts, row=AccountRow, kind="account", project=project)


def account_row(reading: Reading, account_id: str) -> AccountRow | None:
    """Return one account."""
    return reading.one(select(accounts).where(accounts.c.account_id == account_id), AccountRow)


def account_page(reading: Reading, parent_id: str | None, page: Page) -> Paged[AccountRow]:
    """Return a page of accounts, those of one parent if it is named."""
    statement = select(accounts)
    if parent_id is not None:
        statement = statement.where(accounts.c.parent_id == parent_id)
    return read_page(reading, statement, AccountRow, page, by=("account_id",))
