"""A product: what deal lines name by its id. What is said last is what the product is."""

from typing import TypeAlias

from events.domain import Decider, Refused, Value
from performance.domain.attributes import Attribute


class ProductChanged(Value):
    """The product is described like this from now on. `line` is the family that it belongs to."""

    name: str
    line: str | None = None
    product_type: str | None = None
    attributes: tuple[Attribute, ...] = ()


EVENTS: tuple[type[ProductChanged], ...] = (ProductChanged,)


class DescribeProduct(Value):
    """Say, whole, what a product is."""

    name: str
    line: str | None
    product_type: str | None
    attributes: tuple[Attribute, ...]


class Undescribed(Value):
    """Nobody has described the product yet."""


Product: TypeAlias = Undescribed | ProductChanged


class ProductIsUnknown(Refused):
    """Nobody has described a product with this id."""


def decide(command: DescribeProduct, product: Product) -> list[ProductChanged]:
    """Describe a product. Said again as it is, it is done already."""
    changed = ProductChanged(
        name=command.name, line=command.line, product_type=command.product_type, attributes=command.attributes
    )
    return [] if product == changed else [changed]


def evolve(_product: Product, event: ProductChanged) -> Product:
    """Say what an event means. Never refuses: it has happened."""
    return event


PRODUCT = Decider[DescribeProduct, Product, ProductChanged](
    kind="product", initial=Undescribed(), decide=decide, evolve=evolve, events=EVENTS
)
