"""A deal, as deliveries describe it in whatever order they come: the last writer wins, field by field.

Who wrote last is decided by the source's own time, then by the delivery's id, never by the order of arrival. So the
state keeps a stamp for every field, the status being one of them, and an older delivery fills only what nothing newer
has set.
"""

from typing import TypeAlias

from msgspec import UnsetType

from events.domain import Decider, Refused, Value
from performance.domain.telling import TakeDelivery, differences, terms_after, told_by
from performance.domain.terms import Stamp, Status, Terms


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


class DealIsWonWithoutAmount(Refused):
    """A deal is won for an amount."""


class DealIsWonOnNoDay(Refused):
    """A deal is won on a day."""


def decide(command: TakeDelivery, deal: Deal) -> list[DealEvent]:
    """Take what is newer than what is known. One delivery is one event, or none."""
    before = deal if isinstance(deal, Known) else BLANK
    told = told_by(command, before.stamps)
    after = terms_after(command, before.terms, told)
    check_won(command, after)
    if not told:
        return []
    status = before.status if "status" not in told or isinstance(command.status, UnsetType) else command.status
    changed = ("status",) * (status != before.status) + differences(before.terms, after)
    event = first_event(status) if isinstance(deal, Unheard) else later_event(status, changed)
    return [event(stamp=command.stamp, terms=after, told=told, changed=changed, reason=command.reason)]


def check_won(command: TakeDelivery, after: Terms) -> None:
    """Refuse a deal that is said to be won for nothing, or on no day."""
    if command.status != "won":
        return
    if after.amount is None:
        raise DealIsWonWithoutAmount
    if isinstance(command.booked_on, UnsetType):
        raise DealIsWonOnNoDay


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


CLOSINGS: dict[Status, type[DealEvent]] = {
    "won": DealWon,
    "lost": DealLost,
    "cancelled": DealCancelled,
    "deleted": DealDeleted,
}

DEAL = Decider[TakeDelivery, Deal, DealEvent](
    kind="deal", initial=Unheard(), decide=decide, evolve=evolve, events=EVENTS
)
