"""Words that companies choose themselves: kinds of rates, measures, roles. Small letters, so that each is one word."""

from typing import Annotated, TypeAlias

from pydantic import Field

WORD_PATTERN = r"^[a-z][a-z0-9_]{0,39}$"

Word: TypeAlias = Annotated[str, Field(pattern=WORD_PATTERN, strict=True)]
"""A word in small letters, digits and `_`, 40 at most."""

PeriodName: TypeAlias = Annotated[str, Field(max_length=20, examples=["2025-Q1"], strict=True)]
"""The name of a fiscal year, quarter or month."""
