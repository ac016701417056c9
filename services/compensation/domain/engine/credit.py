"""A credit: what one person has of one won deal."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from compensation.domain.document.condition import Attributes, Scalar
from compensation.domain.document.shape import Source
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
    source: Source
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
    cancelled_on: date | None = None
    """The day on which the customer cancelled the deal, if that happened after it was won."""

    @property
    def order(self) -> tuple[date, datetime, str, int, str]:
        """What credits count by: booking day, then source time, then deal id, then share."""
        return (self.booked_on, self.source_at, self.deal_id, self.number, self.source)


def attributes_of(credit: Credit) -> Attributes:
    """Return what the conditions of a plan may ask of a credit's deal."""
    known: Mapping[str, Scalar | None] = {
        "account": credit.account,
        "amount": credit.deal_amount,
        "booked_on": credit.booked_on,
        "currency": credit.currency,
        "deal_id": credit.deal_id,
        "product": credit.product,
        "share_percent": credit.percent,
    }
    return {name: value for name, value in known.items() if value is not None}
