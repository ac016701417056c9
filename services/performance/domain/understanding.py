"""From what a source says to a command: owners become people of ours or keyed hashes, an instant becomes a day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import UNSET, UnsetType

from events.domain import Value
from fiscal.calendar import FiscalCalendar, day_of
from money.money import Money, round_to_currency
from performance.domain.checks import DeliveryIsWrong, Fault, wrong
from performance.domain.deal import TakeDelivery
from performance.domain.delivery import Said, SplitSaid, faults_of_digits, faults_of_splits, percent_of
from performance.domain.terms import KnownOwner, Owner, Split, Stamp


class Facts(Value, tag=False):
    """What a delivery does not say itself: who its owners are, where days begin, what known deals are worth."""

    owners: Mapping[str, Owner]
    calendar: FiscalCalendar | None
    amounts: Mapping[str, Money]


def understand(said: Said, delivery_id: str, facts: Facts) -> TakeDelivery:
    """Return the command that a delivery is. Raises `DeliveryIsWrong` with what cannot be understood yet."""
    amount = amount_of(said, facts.amounts.get(said.deal_id))
    return TakeDelivery(
        stamp=Stamp(source_at=said.at, delivery_id=delivery_id),
        status=said.status,
        owner=facts.owners[said.owner] if isinstance(said.owner, str) else said.owner,
        amount=amount,
        currency=said.currency,
        splits=said.splits if isinstance(said.splits, UnsetType) else known_splits(said.splits, facts.owners),
        stage=said.stage,
        account=said.account,
        product=said.product,
        opened_on=said.opened_on,
        booked_on=booking_day(said, facts.calendar),
    )


def amount_of(said: Said, known: Money | None) -> Decimal | UnsetType:
    """Return the amount with its currency's digits: that which the delivery has, else the deal's.

    Insists that a deal is won for an amount.
    """
    if isinstance(said.amount, UnsetType):
        if said.needs_amount and known is None:
            raise wrong("a deal is won for an amount, and none is known of this one", "/data/amount")
        return UNSET
    currency = known.currency if isinstance(said.currency, UnsetType) and known is not None else said.currency
    if isinstance(currency, UnsetType):
        raise wrong("an amount has a currency, and none is known of this deal", "/data/currency")
    faults = [] if currency == said.currency else faults_of_digits(said.amount, currency)
    if faults:
        raise DeliveryIsWrong(faults)
    return round_to_currency(said.amount, currency)


def booking_day(said: Said, calendar: FiscalCalendar | None) -> date | UnsetType:
    """Return the day that a delivery books the deal on: the source's, else that of the instant where days are ours.

    A delivery that neither wins the deal nor updates it says nothing of its booking.
    """
    if said.status not in ("won", UNSET):
        return UNSET
    if not said.needs_day:
        return said.closed_on
    if calendar is None:
        raise wrong("no calendar is known yet that says which day the instant is; name the day", "/data/closed_on")
    return day_of(calendar, said.at)


def known_splits(splits: Sequence[SplitSaid], owners: Mapping[str, Owner]) -> tuple[Split, ...]:
    """Return splits among owners as we know them. Two names of one person are one share."""
    shares: dict[Owner, Split] = {}
    for split in splits:
        owner = owners[split.owner]
        before = shares.get(owner)
        whole = split.percent if before is None else before.percent + split.percent
        shares[owner] = Split(owner=owner, percent=whole)
    return tuple(shares.values())


def amount_known(said: Said, before: Money | None) -> Money | None:
    """Return an amount that the deal has once this delivery is taken, for those that follow in its batch."""
    if isinstance(said.amount, UnsetType) or isinstance(said.currency, UnsetType):
        return before
    return Money(amount=said.amount, currency=said.currency)


def split_by_hand(shares: Sequence[SplitSaid], people: Collection[str], stamp: Stamp, reason: str) -> TakeDelivery:
    """Return the correction of a deal's splits among people of ours. Raises `DeliveryIsWrong` with every fault."""
    unknown = [place for place, share in enumerate(shares) if share.owner not in people]
    faults = [Fault(pointer=f"/{place}/person_id", detail="nobody of this id is known") for place in unknown]
    for place, share in enumerate(shares):
        try:
            percent_of(share.percent)
        except DeliveryIsWrong as error:
            faults += [Fault(pointer=f"/{place}/percent", detail=each.detail) for each in error.faults]
    faults += faults_of_splits(shares, "person_id")
    if faults:
        raise DeliveryIsWrong([Fault(pointer=f"/splits{each.pointer}", detail=each.detail) for each in faults])
    splits = tuple(Split(owner=KnownOwner(person_id=share.owner), percent=share.percent) for share in shares)
    return TakeDelivery(stamp=stamp, splits=splits, reason=reason)
