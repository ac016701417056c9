"""Work that is not cut in two: a loop may be stopped at any moment, and stops when its batch is done.

Cutting a batch would lose nothing, since marks move with their effects or after them, but the next start would have to
do it again, and nobody could say how far it came.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def undivided(work: Coroutine[Any, Any, T]) -> T:
    """Do some work to its end even when the task is cancelled meanwhile; a second cancelling cuts it off."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        if not doing.cancelled():
            await finished(doing)
        raise


async def finished(doing: asyncio.Future[Any]) -> None:
    """Wait until some work has ended, however; cut it off if this is cancelled too."""
    try:
        await asyncio.wait([doing])
    except asyncio.CancelledError:
        doing.cancel()
        await asyncio.wait([doing])
        raise
    finally:
        if doing.done() and not doing.cancelled():
            doing.exception()
