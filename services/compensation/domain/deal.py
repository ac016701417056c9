"""A deal, its lines and its shares, as performance last told of them."""

from datetime import date, datetime
from decimal import Decimal

from events.domain import Value

CANCELLED = "cancelled"
"""The status of a deal that its customer took back."""


class Deal(Value, tag=False):
    """A deal as performance last told of it. `event_…` name the event that made it worth what it is.

    `fields` are the CRM's own, as JSON; none if there are none.
    """

    deal_id: str
    status: str
    amount: Decimal | None
    currency: str | None
    account: str | None
    product: str | None
    fields: str | None
    booked_on: date | None
    cancelled_on: date | None
    source_at: datetime
    event_id: str
    event_type: str
    event_version: int
    event_source: str
    event_at: datetime
    event_position: int

    @property
    def ended_on(self) -> date | None:
        """The day on which its customer took it back; none if the deal stands."""
        return self.cancelled_on if self.status == CANCELLED else None


class DealLine(Value, tag=False, array_like=True):
    """A line of a deal as performance last told of it. `fields` are the CRM's own, as JSON; none if there are none."""

    deal_id: str
    number: int
    line_id: str
    amount: Decimal
    product_id: str | None
    type: str | None
    quantity: Decimal | None
    margin: Decimal | None
    value_per_year: Decimal | None
    term_months: int | None
    renewal: bool | None
    fields: str | None


class Share(Value, tag=False):
    """An owner's share of a won deal in percent: a person of ours, or the keyed hash of the CRM's name of them."""

    deal_id: str
    number: int
    person_id: str | None
    owner_hash: str | None
    percent: Decimal
    by_hand: str | None = None
    """Who split the deal by hand, and why; nothing where the CRM said so."""
