"""Attributes that describe an account or a product: text by name."""

from collections.abc import Mapping

from events.domain import Value


class Attribute(Value, tag=False):
    """One attribute."""

    name: str
    value: str


def attributes_of(texts: Mapping[str, str]) -> tuple[Attribute, ...]:
    """Return attributes in the order of their names."""
    return tuple(Attribute(name=name, value=value) for name, value in sorted(texts.items()))
