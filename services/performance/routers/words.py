"""Words that companies choose themselves, and texts by name."""

from typing import Annotated, TypeAlias

from pydantic import Field

from edge.bodies import Name
from performance.routers.custom_fields import FieldName

Word: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", strict=True)]
"""A word in small letters, digits and `_`, 40 at most."""

PeriodName: TypeAlias = Annotated[str, Field(max_length=20, examples=["2017-Q1"], strict=True)]
"""The name of a fiscal year, quarter or month."""

Attributes: TypeAlias = Annotated[
    dict[FieldName, Name], Field(max_length=50, examples=[{"industry": "retail", "segment": "enterprise"}])
]
"""Texts by name, 50 at most."""
