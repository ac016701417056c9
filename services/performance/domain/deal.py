"""A deal, as deliveries describe it in whatever order they come: the last writer wins, field by field.

Who wrote last is decided by the source's own time, then by the delivery's id, never by the order of arrival. So the
state keeps a stamp for every field, the status being one of them, and an older delivery fills only what nothing newer
has set.
"""

from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from events.domain import Decider, Refused, Value
from money.money import Money
from performance.domain.terms import Owner, Split, Stamp, Status, Terms

T = TypeVar("T")


class DealFact(Value):
    """What every event of a deal says: its terms after it, whose word it was, which fields were `told` with that
    stamp, and which of status and terms that `changed`. A field that is told again as it was moves its stamp only.
    """

    stamp: Stamp
    terms: Terms
    told: tuple[str, ...]
    changed: tuple[str, ...]
    reason: str | None = None


class DealOpened(DealFact):
    """The deal is open."""


class DealStageMoved(DealFact):
    """The deal is in another stage."""


class DealAmended(DealFact):
    """The deal's terms are corrected, or confirmed as they were."""


class DealSplitSet(DealFact):
    """The deal's credit is split in another way."""


class DealOwnerChanged(DealFact):
    """The deal has another owner."""


class DealWon(DealFact):
    """The deal is won."""


class DealLost(DealFact):
    """The deal is lost."""


class DealReopened(DealFact):
    """The deal is open again: its closing is corrected."""


class DealCancelled(DealFact):
    """The customer cancelled the deal."""


class DealDeleted(DealFact):
    """The deal was never real."""


DealEvent: TypeAlias = (
    DealOpened
    | DealStageMoved
    | DealAmended
    | DealSplitSet
    | DealOwnerChanged
    | DealWon
    | DealLost
    | DealReopened
    | DealCancelled
    | DealDeleted
)

EVENTS: tuple[type[DealEvent], ...] = (
    DealOpened,
    DealStageMoved,
    DealAmended,
    DealSplitSet,
    DealOwnerChanged,
    DealWon,
    DealLost,
    DealReopened,
    DealCancelled,
    DealDeleted,
)


class TakeDelivery(Value):
    """Take what a source says of the deal: only the fields that the delivery has.

    An amount comes with its currency, but for a deal that has one; a deal that is won comes with its booking day.
    """

    stamp: Stamp
    status: Status | UnsetType = UNSET
    owner: Owner | UnsetType | None = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    splits: tuple[Split, ...] | UnsetType = UNSET
    stage: str | UnsetType | None = UNSET
    account: str | UnsetType | None = UNSET
    product: str | UnsetType | None = UNSET
    opened_on: date | UnsetType | None = UNSET
    booked_on: date | UnsetType = UNSET
    reason: str | None = None


FIELDS = (
    "status",
    "owner",
    "amount",
    "currency",
    "splits",
    "stage",
    "account",
    "product",
    "opened_on",
    "booked_on",
)
"""What a delivery may tell, each with a stamp of its own."""


class Unheard(Value):
    """No delivery has named the deal yet."""


class Known(Value):
    """What is known of the deal, and the stamp of each field that somebody told."""

    status: Status
    terms: Terms
    stamps: dict[str, Stamp]


Deal: TypeAlias = Unheard | Known

BLANK = Known(status="open", terms=Terms(), stamps={})
"""A deal is taken as open until somebody says otherwise."""


class DealHasNoCurrency(Refused):
    """An amount without a currency is understood only for a deal that has one."""


class DealIsWonWithoutAmount(Refused):
    """A deal is won for an amount."""


class DealIsWonOnNoDay(Refused):
    """A deal is won on a day."""


def decide(command: TakeDelivery, deal: Deal) -> list[DealEvent]:
    """Take what is newer than what is known. One delivery is one event, or none."""
    before = deal if isinstance(deal, Known) else BLANK
    told = told_by(command, before)
    after = terms_after(command, before.terms, told)
    check_won(command, after)
    if not told:
        return []
    status = before.status if "status" not in told or isinstance(command.status, UnsetType) else command.status
    changed = ("status",) * (status != before.status) + differences(before.terms, after)
    event = first_event(status) if isinstance(deal, Unheard) else later_event(status, changed)
    return [event(stamp=command.stamp, terms=after, told=told, changed=changed, reason=command.reason)]


def told_by(command: TakeDelivery, deal: Known) -> tuple[str, ...]:
    """Return the fields that the delivery has and that nothing newer has set."""
    return tuple(
        name for name in FIELDS if getattr(command, name) is not UNSET and command.stamp.beats(deal.stamps.get(name))
    )


def terms_after(command: TakeDelivery, terms: Terms, told: tuple[str, ...]) -> Terms:
    """Return the terms with what was told."""
    changes: dict[str, Any] = {name: getattr(command, name) for name in told if name not in ("status", "currency")}
    if "amount" in told or "currency" in told:
        changes["amount"] = amount_after(command, terms.amount, told)
    return msgspec.structs.replace(terms, **changes)


def amount_after(command: TakeDelivery, before: Money | None, told: tuple[str, ...]) -> Money:
    """Return the amount: number and currency have stamps of their own, since a delivery may bring the number alone."""
    number = command.amount if "amount" in told else UNSET
    currency = command.currency if "currency" in told else UNSET
    if before is not None:
        return Money(amount=_said(number, before.amount), currency=_said(currency, before.currency))
    if isinstance(number, UnsetType) or isinstance(currency, UnsetType):
        raise DealHasNoCurrency
    return Money(amount=number, currency=currency)


def check_won(command: TakeDelivery, after: Terms) -> None:
    """Refuse a deal that is said to be won for nothing, or on no day."""
    if command.status != "won":
        return
    if after.amount is None:
        raise DealIsWonWithoutAmount
    if isinstance(command.booked_on, UnsetType):
        raise DealIsWonOnNoDay


def differences(before: Terms, after: Terms) -> tuple[str, ...]:
    """Return the names of the terms that differ."""
    return tuple(name for name in Terms.__struct_fields__ if getattr(before, name) != getattr(after, name))


def first_event(status: Status) -> type[DealEvent]:
    """Return what a deal begins with."""
    return DealOpened if status == "open" else CLOSINGS[status]


def later_event(status: Status, changed: tuple[str, ...]) -> type[DealEvent]:
    """Return what a delivery's event is called: by its weightiest change; it carries the others too."""
    if "status" in changed:
        return DealReopened if status == "open" else CLOSINGS[status]
    if "owner" in changed:
        return DealOwnerChanged
    if "splits" in changed:
        return DealSplitSet
    return DealStageMoved if changed == ("stage",) else DealAmended


def evolve(deal: Deal, event: DealEvent) -> Deal:
    """Say what an event means. Never refuses: it has happened."""
    before = deal if isinstance(deal, Known) else BLANK
    status = status_after(event)
    stamps = before.stamps | dict.fromkeys(event.told, event.stamp)
    return Known(status=before.status if status is None else status, terms=event.terms, stamps=stamps)


def status_after(event: DealEvent) -> Status | None:
    """Return the status that an event brings, or nothing where it leaves it as it was."""
    match event:
        case DealOpened() | DealReopened():
            return "open"
        case DealWon():
            return "won"
        case DealLost():
            return "lost"
        case DealCancelled():
            return "cancelled"
        case DealDeleted():
            return "deleted"
        case DealStageMoved() | DealAmended() | DealSplitSet() | DealOwnerChanged():
            return None


def _said(told: T | UnsetType, before: T) -> T:
    return before if isinstance(told, UnsetType) else told


CLOSINGS: dict[Status, type[DealEvent]] = {
    "won": DealWon,
    "lost": DealLost,
    "cancelled": DealCancelled,
    "deleted": DealDeleted,
}

DEAL = Decider[TakeDelivery, Deal, DealEvent](
    kind="deal", initial=Unheard(), decide=decide, evolve=evolve, events=EVENTS
)
