"""How are accounts and products described, as performance told it last?"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Column, MetaData, Table, Text, select

from compensation.domain.document.described import ACCOUNT, PRODUCT
from compensation.domain.engine.line import Fields
from events.contracts.performance import AccountChangedV1, AttributeV1, ProductChangedV1
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Text),
    Column("attributes", Text, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("product_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("line", Text),
    Column("product_type", Text),
    Column("attributes", Text, nullable=False),
)


class AccountRow(Value, tag=False):
    """An account, and the one that it belongs to."""

    account_id: str
    name: str
    parent_id: str | None
    attributes: str

    def fields(self) -> Fields:
        """Return what conditions may ask of it; what every account has goes before attributes of the same name."""
        known = attributes_in(self.attributes) | {"name": self.name}
        return prefixed(ACCOUNT, known | ({} if self.parent_id is None else {"parent": self.parent_id}))


class ProductRow(Value, tag=False):
    """A product; `line` is its family."""

    product_id: str
    name: str
    line: str | None
    product_type: str | None
    attributes: str

    def fields(self) -> Fields:
        """Return what conditions may ask of it; what every product has goes before attributes of the same name."""
        own = {"name": self.name, "line": self.line, "product_type": self.product_type}
        said = {name: value for name, value in own.items() if value is not None}
        return prefixed(PRODUCT, attributes_in(self.attributes) | said)


def project_account(rows: Rows[AccountRow], recorded: Recorded[Value]) -> Rows[AccountRow]:
    """Say how the account is described after an event."""
    match recorded.event:
        case AccountChangedV1(name=name, parent_id=parent_id, attributes=attributes):
            row = AccountRow(account_id=recorded.key, name=name, parent_id=parent_id, attributes=written(attributes))
            return rows.put(row)
        case _:
            return rows


def project_product(rows: Rows[ProductRow], recorded: Recorded[Value]) -> Rows[ProductRow]:
    """Say how the product is described after an event."""
    match recorded.event:
        case ProductChangedV1() as told:
            row = ProductRow(
                product_id=recorded.key,
                name=told.name,
                line=told.line,
                product_type=told.product_type,
                attributes=written(told.attributes),
            )
            return rows.put(row)
        case _:
            return rows


ACCOUNTS = Projection(table=accounts, row=AccountRow, kind="heard-performance-account", project=project_account)
PRODUCTS = Projection(table=products, row=ProductRow, kind="heard-performance-product", project=project_product)


def written(attributes: Iterable[AttributeV1]) -> str:
    """Return attributes as a row keeps them."""
    return msgspec.json.encode({each.name: each.value for each in attributes}).decode()


def attributes_in(text: str) -> dict[str, str]:
    """Return the attributes that a row keeps."""
    return msgspec.json.decode(text, type=dict[str, str])


def prefixed(prefix: str, texts: dict[str, str]) -> Fields:
    """Return texts as fields that conditions name."""
    return tuple((f"{prefix}{name}", value) for name, value in sorted(texts.items()))


def accounts_among(reading: Reading, account_ids: Iterable[str]) -> dict[str, Fields]:
    """Return how accounts are described."""
    wanted = select(accounts).where(reading.among(accounts.c.account_id, sorted(set(account_ids))))
    return {row.account_id: row.fields() for row in reading.rows(wanted, AccountRow)}


def products_among(reading: Reading, product_ids: Iterable[str]) -> dict[str, Fields]:
    """Return how products are described."""
    wanted = select(products).where(reading.among(products.c.product_id, sorted(set(product_ids))))
    return {row.product_id: row.fields() for row in reading.rows(wanted, ProductRow)}
