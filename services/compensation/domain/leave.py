"""Days of leave within an assignment."""

from datetime import date
from typing import Literal, TypeAlias

from events.domain import Value

LeaveReason: TypeAlias = Literal["family", "medical", "military", "unpaid", "other"]
"""Why somebody is on leave, from a closed list: more than that nobody here needs to know."""


class Leave(Value, tag=False):
    """Days on leave, both of which belong to it."""

    first_on: date
    last_on: date
    reason: LeaveReason

    def contains(self, day: date) -> bool:
        """Say whether a day is one of them."""
        return self.first_on <= day <= self.last_on
