"""A credit: what one person has of one won deal."""

from datetime import date, datetime
from decimal import Decimal

from events.domain import Value


class Origin(Value, tag=False):
    """The event that made a deal worth what it is: which one, where from, and where in our own log it stands."""

    event_id: str
    event_type: str
    version: int
    source: str
    occurred_at: datetime
    position: int


class Credit(Value, tag=False):
    """A person's share of a won deal: `percent` of `deal_amount`, exact. `number` counts the deal's shares."""

    deal_id: str
    number: int
    person_id: str
    booked_on: date
    source_at: datetime
    amount: Decimal
    currency: str
    percent: Decimal
    deal_amount: Decimal
    account: str | None
    product: str | None
    origin: Origin

    @property
    def order(self) -> tuple[date, datetime, str, int]:
        """What credits count by: booking day, then source time, then deal id, then share."""
        return (self.booked_on, self.source_at, self.deal_id, self.number)
