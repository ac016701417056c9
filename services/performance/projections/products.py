"""Which products are there, and how is each described? One row a product."""

import msgspec
from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, select

from edge.keyset import Page, Paged, read_page
from events.domain import Recorded, Value
from events.projector import Projection, Rows
from events.store.session import Reading
from performance.domain.attributes import Attribute
from performance.domain.product import ProductChanged

products = Table(
    "products",
    MetaData(),
    Column("product_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("line", Text),
    Column("product_type", Text),
    Column("attributes", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("products_by_line", "line"),
)


class ProductRow(Value, tag=False):
    """A product as it was described last."""

    product_id: str
    name: str
    line: str | None
    product_type: str | None
    attributes: str
    version: int

    def texts(self) -> dict[str, str]:
        """Return its attributes by name."""
        return {each.name: each.value for each in _attributes.decode(self.attributes)}


_attributes = msgspec.json.Decoder(tuple[Attribute, ...])


def project(rows: Rows[ProductRow], recorded: Recorded[ProductChanged]) -> Rows[ProductRow]:
    """Say what the product is after an event."""
    event = recorded.event
    return rows.put(
        ProductRow(
            product_id=recorded.key,
            name=event.name,
            line=event.line,
            product_type=event.product_type,
            attributes=msgspec.json.encode(event.attributes).decode(),
            version=recorded.version,
        )
    )


PRODUCTS = Projection(table=products, row=ProductRow, kind="product", project=project)


def product_row(reading: Reading, product_id: str) -> ProductRow | None:
    """Return one product."""
    return reading.one(select(products).where(products.c.product_id == product_id), ProductRow)


def product_page(reading: Reading, line: str | None, page: Page) -> Paged[ProductRow]:
    """Return a page of products, those of one line if it is named."""
    statement = select(products)
    if line is not None:
        statement = statement.where(products.c.line == line)
    return read_page(reading, statement, ProductRow, page, by=("product_id",))
