"""How a caller asks for a page: `limit` and the opaque `cursor` that the page before gave as `next`."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from edge.keyset import CURSOR_LENGTH_MAX, LIMIT_DEFAULT, LIMIT_MAX, Page


def page_asked(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")] = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None,
        Query(min_length=1, max_length=CURSOR_LENGTH_MAX, description="What the page before gave as `next`."),
    ] = None,
) -> Page:
    """Return the page that is asked for."""
    return Page(limit=limit, cursor=cursor)


Paging: TypeAlias = Annotated[Page, Depends(page_asked)]
