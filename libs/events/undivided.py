"""Work that is not cut in two: a loop may be stopped at any moment, and stops when its batch is done.

Cutting a batch would lose nothing, since marks move with their effects or after them, but the next start would have to
do it again, and nobody could say how far it came.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

GRACE_SECONDS_MAX = 1.0
"""How long work may go on after its task was cancelled: longer than any batch takes, unless the wire is away."""


async def undivided(work: Coroutine[Any, Any, T], grace_seconds: float = GRACE_SECONDS_MAX) -> T:
    """Do some work to its end even when the task is cancelled meanwhile; cut it off only when it takes too long."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await end(doing, grace_seconds)
        raise


async def end(doing: asyncio.Future[Any], grace_seconds: float) -> None:
    """Wait until some work has ended, however; cut it off when it takes too long, or when this is cancelled too."""
    try:
        await asyncio.wait([doing], timeout=grace_seconds)
    finally:
        if not doing.done():
            doing.cancel()
            await asyncio.wait([doing])
