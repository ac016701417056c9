"""Numbers and names as they are written in the document of a plan."""

from typing import Annotated, TypeAlias

from pydantic import Field

PERCENT_PATTERN = r"^-?[0-9]{1,12}(\.[0-9]{1,12})?$"

Number: TypeAlias = Annotated[str, Field(pattern=PERCENT_PATTERN, examples=["5"], strict=True)]
PartId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["commission"], strict=True)]
"""What names a part of a plan: lower-case letters, digits and `_`, 40 at most."""
