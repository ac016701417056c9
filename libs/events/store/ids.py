"""Ids that sort by the time they were made: UUID version 7 (RFC 9562 §5.7)."""

import os
import random
import time
from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

Ids: TypeAlias = Callable[[], UUID]

_VERSION = 7 << 76
_VARIANT = 2 << 62
_LOW_BITS = (1 << 62) - 1

_random = random.Random(os.urandom(32))  # noqa: S311 an id is unique, not a secret: who may see what is never a guess
os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_id() -> UUID:
    """Return an id of now: 48 bits of milliseconds, then 74 random bits, seeded by the system in each process."""
    bits = _random.getrandbits(74)
    return UUID(int=time.time_ns() // 1_000_000 << 80 | _VERSION | bits >> 62 << 64 | _VARIANT | bits & _LOW_BITS)
