"""The only place that asks what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""Returns the instant that it is, in UTC."""


def utc_now() -> datetime:
    """Return the instant that it is, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 this is the clock that all others are told to use
