"""How a caller asks for a page: `limit` and the opaque `cursor` that the page before gave as `next`."""

from collections.abc import Callable
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Depends, Query

from edge.bodies import PageBody
from edge.keyset import CURSOR_LENGTH_MAX, LIMIT_DEFAULT, LIMIT_MAX, Page, Paged
from events.domain import Value

R = TypeVar("R", bound=Value)
T = TypeVar("T")


async def page_asked(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most.")] = LIMIT_DEFAULT,
    cursor: Annotated[
        str | None,
        Query(min_length=1, max_length=CURSOR_LENGTH_MAX, description="What the page before gave as `next`."),
    ] = None,
) -> Page:
    """Return the page that is asked for."""
    return Page(limit=limit, cursor=cursor)


Paging: TypeAlias = Annotated[Page, Depends(page_asked)]


def page_body(page: Paged[R], shape: Callable[[R], T]) -> PageBody[T]:
    """Return a page as the answer, each row in a shape: `page_body(page, DealAnswer.of)`."""
    return PageBody(items=[shape(row) for row in page.items], next=page.next)
