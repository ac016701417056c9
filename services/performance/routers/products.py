"""Products: what deal lines name by its id."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Id, Name, PageBody
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.execute import execute
from performance.domain.attributes import attributes_of
from performance.domain.product import PRODUCT, DescribeProduct, ProductIsUnknown
from performance.projections.products import ProductRow, product_page, product_row
from performance.routers.readers import COLLEAGUES, RECORDERS
from performance.routers.words import Attributes

router = APIRouter(prefix="/v1/products", tags=["products"])


class ProductBody(Body):
    """All that is known of a product. What is not said is not so any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "product_id": "gtx-pro",
                    "name": "GTX Pro",
                    "line": "GTX",
                    "product_type": "license",
                    "attributes": {"tier": "premium"},
                }
            ]
        },
    )

    product_id: Id
    name: Name
    line: Annotated[Name | None, Field(description="The family that it belongs to.")] = None
    product_type: Name | None = None
    attributes: Attributes = {}


class ProductAnswer(Answer):
    """A product as it was described last."""

    product_id: str
    name: str
    line: str | None
    product_type: str | None
    attributes: dict[str, str]
    version: int


@router.post("", status_code=201, summary="Describe a product")
async def describe_product(body: ProductBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say, whole, what a product is. Said again as it is, it is done already."""
    asker.needs(*RECORDERS)
    command = DescribeProduct(
        name=body.name,
        line=body.line,
        product_type=body.product_type,
        attributes=attributes_of(body.attributes),
    )
    return done(response, await execute(store, PRODUCT, body.product_id, command, asker))


@router.get("", summary="List products")
async def list_products(
    store: Store,
    asker: Asker,
    page: Paging,
    line: Annotated[Name | None, Query(description="Those of this product line only.")] = None,
) -> PageBody[ProductAnswer]:
    """List products by their ids."""
    asker.needs(*COLLEAGUES)
    return page_body(await store.read(lambda reading: product_page(reading, line, page)), answer_of)


@router.get("/{product_id}", summary="Show a product")
async def show_product(
    product_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> ProductAnswer:
    """Show a product as it was described last; its version is the ETag."""
    asker.needs(*COLLEAGUES)
    row = await store.read(lambda reading: product_row(reading, product_id))
    if row is None:
        raise ProductIsUnknown(product_id=product_id)
    shown(request, response, row.version)
    return answer_of(row)


def answer_of(row: ProductRow) -> ProductAnswer:
    """Return a product as it is answered."""
    return ProductAnswer(
        product_id=row.product_id,
        name=row.name,
        line=row.line,
        product_type=row.product_type,
        attributes=row.texts(),
        version=row.version,
    )
