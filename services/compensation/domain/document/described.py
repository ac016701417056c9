"""What conditions may ask beside the deal: how its account, its products and the person credited are described."""

import re
from typing import Any

import msgspec

ACCOUNT, PRODUCT, PERSON = "account.", "product.", "person."
"""What a condition writes before the name of an attribute: of the account, of the line's product, of the person."""

TERRITORY = "territory"
"""The territory in which the account falls on the booking day."""

OF_PERSON = ("person.hired_on", "person.team", "person.tenure_months")
"""What is known of a person on the booking day; months of tenure are whole ones."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:-]{0,59}")


def is_described(field: str) -> bool:
    """Say whether a field may describe an account, a product or a person, or is the territory."""
    if field == TERRITORY or field in OF_PERSON:
        return True
    return any(field.startswith(each) and _NAME.fullmatch(field.removeprefix(each)) for each in (ACCOUNT, PRODUCT))


def asked_in(part: Any) -> frozenset[str]:
    """Return the described fields that the conditions of a plan document ask, wherever they stand in it."""
    if isinstance(part, tuple | list):
        return frozenset[str]().union(*(asked_in(each) for each in part))  # pyright: ignore[reportUnknownVariableType] parts of any type
    if not isinstance(part, msgspec.Struct):
        return frozenset()
    members = [getattr(part, name) for name in part.__struct_fields__]
    field = getattr(part, "field", None)
    mine = {field} if isinstance(field, str) and is_described(field) else set[str]()
    return frozenset(mine).union(*(asked_in(each) for each in members))
