"""From what a source says to a command: owners become people of ours or keyed hashes, an instant becomes a day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import UNSET, UnsetType

from events.domain import Value
from fiscal.calendar import FiscalCalendar, day_of
from money.money import Money, round_to_currency
from performance.domain.checks import DeliveryIsWrong, wrong
from performance.domain.deal import TakeDelivery
from performance.domain.delivery import Said, SplitSaid, faults_of_digits
from performance.domain.fields import FIELDS_KEPT_MAX
from performance.domain.lines import Line, priced
from performance.domain.terms import Owner, Split, Stamp


class Facts(Value, tag=False):
    """What a delivery does not say itself: who its owners are, where days begin, what known deals are worth.

    `fields` are the names of the custom fields that a known deal has.
    """

    owners: Mapping[str, Owner]
    calendar: FiscalCalendar | None
    amounts: Mapping[str, Money]
    fields: Mapping[str, Collection[str]]


def understand(said: Said, delivery_id: str, facts: Facts) -> TakeDelivery:
    """Return the command that a delivery is. Raises `DeliveryIsWrong` with what cannot be understood yet."""
    known = facts.amounts.get(said.deal_id)
    amount = amount_of(said, known)
    check_fields(said, facts.fields.get(said.deal_id, frozenset()))
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
        lines=lines_of(said, known),
        fields=said.fields,
        cancelled_on=cancellation_day(said),
    )


def amount_of(said: Said, known: Money | None) -> Decimal | UnsetType:
    """Return the amount with its currency's digits: that which the delivery has, else the deal's.

    Insists that a deal is won for an amount.
    """
    if isinstance(said.amount, UnsetType):
        if said.needs_amount and known is None:
            raise wrong("a deal is won for an amount, and none is known of this one", "/data/amount")
        return UNSET
    currency = currency_of(said, known)
    lines = () if isinstance(said.lines, UnsetType) else said.lines
    faults = [] if currency == said.currency else faults_of_digits(said.amount, lines, currency)
    if faults:
        raise DeliveryIsWrong(faults)
    return round_to_currency(said.amount, currency)


def currency_of(said: Said, known: Money | None) -> str:
    """Return the currency of what a delivery says: its own, else the deal's."""
    if not isinstance(said.currency, UnsetType):
        return said.currency
    if known is None:
        raise wrong("an amount has a currency, and none is known of this deal", "/data/currency")
    return known.currency


def lines_of(said: Said, known: Money | None) -> tuple[Line, ...] | UnsetType:
    """Return the deal's lines with their currency's digits."""
    return priced(said.lines, currency_of(said, known)) if said.lines else said.lines


def check_fields(said: Said, known: Collection[str]) -> None:
    """Insist on no more custom fields than a deal may have."""
    if isinstance(said.fields, UnsetType) or len({*said.fields, *known}) <= FIELDS_KEPT_MAX:
        return
    raise wrong(f"a deal has {FIELDS_KEPT_MAX} custom fields at most, and {len(known)} are known", "/data/fields")


def cancellation_day(said: Said) -> date | UnsetType | None:
    """Return the day on which a cancellation took effect: the source's. A deal that stands was cancelled on none."""
    return said.cancelled_on if said.status in ("cancelled", UNSET) else None


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
