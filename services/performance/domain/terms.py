"""What a deal's terms are made of: owners, splits, and the stamp that says who may overwrite whom."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from events.domain import Value
from money.money import Money
from performance.domain.fields import CustomField
from performance.domain.lines import Line

HUNDRED = Decimal(100)

Status: TypeAlias = Literal["open", "won", "lost", "cancelled", "deleted"]


class KnownOwner(Value):
    """An owner who is a person of ours."""

    person_id: str


class UnmatchedOwner(Value):
    """An owner whom no person of ours has claimed yet, by the keyed hash of the CRM's name for them."""

    owner_hash: str


Owner: TypeAlias = KnownOwner | UnmatchedOwner


class Split(Value, tag=False):
    """An owner's share of a deal in percent; a deal's splits are exactly 100 together."""

    owner: Owner
    percent: Decimal


class Terms(Value, tag=False):
    """A deal as a source describes it. `booked_on` is the day that decides the period; the days are the source's.

    `cancelled_on` is the day on which a cancellation took effect.
    """

    owner: Owner | None = None
    amount: Money | None = None
    splits: tuple[Split, ...] = ()
    stage: str | None = None
    account: str | None = None
    product: str | None = None
    opened_on: date | None = None
    booked_on: date | None = None
    lines: tuple[Line, ...] = ()
    fields: tuple[CustomField, ...] = ()
    cancelled_on: date | None = None


class Stamp(Value, tag=False):
    """When the source says that something was so, and in which delivery. Of two at one instant the greater id wins."""

    source_at: datetime
    delivery_id: str

    def beats(self, other: "Stamp | None") -> bool:
        """Say whether this one may overwrite what the other one said."""
        return other is None or (self.source_at, self.delivery_id) > (other.source_at, other.delivery_id)


def owner_ref(owner: Owner | None) -> str:
    """Return an owner as one word: `person:<id>`, `owner:<hash>`, or nothing for a deal without an owner."""
    match owner:
        case None:
            return ""
        case KnownOwner(person_id=person_id):
            return f"person:{person_id}"
        case UnmatchedOwner(owner_hash=owner_hash):
            return f"owner:{owner_hash}"
