"""Ids that sort by the time they were made: UUID version 7 (RFC 9562 §5.7)."""

import os
import time
from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

Ids: TypeAlias = Callable[[], UUID]

_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM_BITS = (1 << 74) - 1
_LOW_BITS = (1 << 62) - 1


def new_id() -> UUID:
    """Return an id of now: 48 bits of milliseconds, then 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big") & _RANDOM_BITS
    milliseconds = time.time_ns() // 1_000_000
    return UUID(int=milliseconds << 80 | _VERSION | (random >> 62) << 64 | _VARIANT | random & _LOW_BITS)
