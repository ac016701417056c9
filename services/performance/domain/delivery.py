"""Reading a delivery: what a source says of a deal, checked member by member, or every fault with its JSON pointer.

Nothing here looks anything up.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from events.domain import Value
from money.money import AMOUNT_MAX, AmountHasTooManyDigits, Money, currencies
from performance.domain.booking import PERCENT_DIGITS_MAX
from performance.domain.checks import (
    Check,
    DeliveryIsWrong,
    Fault,
    anything,
    checked,
    day_of,
    each_of,
    instant_of,
    number_of,
    or_nothing,
    text_of,
    wrong,
)
from performance.domain.terms import HUNDRED, Status

AHEAD_MAX = timedelta(days=1)
"""How far a source's clock may be ahead of ours: a later word would silence all that come before it."""
DELIVERIES_MAX = 1_000
SPLITS_MAX = 100

STATUSES: dict[str, Status | UnsetType] = {
    "deal.opened": "open",
    "deal.updated": UNSET,
    "deal.won": "won",
    "deal.lost": "lost",
    "deal.reopened": "open",
    "deal.cancelled": "cancelled",
    "deal.deleted": "deleted",
}
"""The types of deliveries, and the status that each says the deal has."""

_DEAL_ID = re.compile(r"[A-Za-z0-9._:~-]{1,60}")


class SplitSaid(Value, tag=False):
    """A share of a deal, of an owner as the source calls them."""

    owner: str
    percent: Decimal


class Said(Value, tag=False):
    """What a delivery says, checked: the fields that it has, with owners as the source calls them."""

    deal_id: str
    at: datetime
    status: Status | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    splits: tuple[SplitSaid, ...] | UnsetType = UNSET
    stage: str | UnsetType | None = UNSET
    account: str | UnsetType | None = UNSET
    product: str | UnsetType | None = UNSET
    opened_on: date | UnsetType | None = UNSET
    closed_on: date | UnsetType = UNSET

    @property
    def owners(self) -> list[str]:
        """Whom it names."""
        named = [] if isinstance(self.splits, UnsetType) else [split.owner for split in self.splits]
        return [*named, self.owner] if isinstance(self.owner, str) else named

    @property
    def needs_day(self) -> bool:
        """Say whether the booking day is the day of its instant, for which the calendar is needed."""
        return self.status == "won" and isinstance(self.closed_on, UnsetType)

    @property
    def needs_amount(self) -> bool:
        """Say whether it is understood only for a deal of which the amount is known."""
        without_amount = self.status == "won" and isinstance(self.amount, UnsetType)
        without_currency = not isinstance(self.amount, UnsetType) and isinstance(self.currency, UnsetType)
        return without_amount or without_currency


def exact(digits: str) -> Decimal:
    """Return a JSON number with every digit; one whose exponent no decimal has is as large as they come."""
    try:
        return Decimal(digits)
    except InvalidOperation:
        return Decimal("Infinity")


_json = msgspec.json.Decoder(float_hook=exact)


def parse(body: bytes) -> object:
    """Return a body's JSON, its numbers exact. Raises `DeliveryIsWrong`."""
    try:
        return _json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise wrong(f"not JSON: {error}") from error


def deliveries_in(document: object) -> list[object]:
    """Return the deliveries of a batch. Raises `DeliveryIsWrong`."""
    found, faults = checked(document, {"deliveries": batch_of}, required=("deliveries",))
    if faults:
        raise DeliveryIsWrong(faults)
    return found["deliveries"]


def read(document: object, received_at: datetime) -> Said:
    """Return what a delivery says. Raises `DeliveryIsWrong` with every fault."""
    envelope, faults = checked(document, ENVELOPE, required=tuple(ENVELOPE))
    if envelope.get("timestamp", received_at) > received_at + AHEAD_MAX:
        faults.append(Fault(pointer="/timestamp", detail="the source's time is at most a day ahead of ours"))
    fields: dict[str, Any] = {}
    if "data" in envelope:
        fields, inside = checked(envelope["data"], FIELDS, required=("deal_id",), place="/data")
        faults += inside or faults_of_amount(fields, envelope["data"])
    if faults:
        raise DeliveryIsWrong(faults)
    if envelope["type"] is UNSET and all(value is UNSET for name, value in fields.items() if name != "deal_id"):
        raise wrong("an update says something of the deal", "/data")
    return Said(at=envelope["timestamp"], status=envelope["type"], **fields)


def faults_of_amount(fields: Mapping[str, Any], members: Mapping[str, object]) -> list[Fault]:
    """Return what is wrong with amount and currency together."""
    amount, currency = fields.get("amount", UNSET), fields.get("currency", UNSET)
    if currency is not UNSET and "amount" not in members:
        return [Fault(pointer="/data/currency", detail="a currency comes with its amount")]
    return [] if amount is UNSET or currency is UNSET else faults_of_digits(amount, currency)


def faults_of_digits(amount: Decimal, currency: str) -> list[Fault]:
    """Return the fault of an amount that its currency cannot pay."""
    try:
        Money.parse(amount, currency)
    except AmountHasTooManyDigits as refused:
        digits = refused.details["digits_max"]
        return [Fault(pointer="/data/amount", detail=f"{currency} has {digits} digits after the point")]
    return []


def status_of(written: object) -> Status | UnsetType:
    """Return the status that a delivery's type brings."""
    if not isinstance(written, str) or written not in STATUSES:
        raise wrong(f"the type is one of {', '.join(STATUSES)}")
    return STATUSES[written]


def deal_id_of(written: object) -> str:
    """Return the source's id of a deal."""
    if not isinstance(written, str) or not _DEAL_ID.fullmatch(written):
        raise wrong("an id has 1 to 60 letters, digits and . _ : ~ -")
    return written


def amount_of(written: object) -> Decimal:
    """Return an amount of money."""
    amount = number_of(written)
    if amount < 0:
        raise wrong("an amount is not negative")
    if amount > AMOUNT_MAX:
        raise wrong("an amount is a trillion at most")
    return amount


def currency_of(written: object) -> str:
    """Return a currency."""
    if not isinstance(written, str) or written not in currencies():
        raise wrong("a currency is a code of ISO 4217, such as USD")
    return written


def percent_of(written: object) -> Decimal:
    """Return a percent."""
    percent = number_of(written)
    if not 0 < percent <= HUNDRED:
        raise wrong("a percent is above 0 and 100 at most")
    if percent != round(percent, PERCENT_DIGITS_MAX):
        raise wrong(f"a percent has {PERCENT_DIGITS_MAX} digits after the point at most")
    return percent


def split_of(written: object) -> SplitSaid:
    """Return one share of a deal."""
    found, faults = checked(written, {"owner": text_of, "percent": percent_of}, required=("owner", "percent"))
    if faults:
        raise DeliveryIsWrong(faults)
    return SplitSaid(**found)


def splits_of(written: object) -> tuple[SplitSaid, ...]:
    """Return how a deal is split: not at all, or among different owners whose shares are exactly 100 percent."""
    splits = tuple(each_of(written, split_of, SPLITS_MAX))
    faults = faults_of_splits(splits, "owner")
    if faults:
        raise DeliveryIsWrong(faults)
    return splits


def faults_of_splits(splits: Sequence[SplitSaid], member: str) -> list[Fault]:
    """Return what is wrong with splits together: an owner who has two shares, or not 100 percent."""
    owners = [split.owner for split in splits]
    twice = [place for place, owner in enumerate(owners) if owner in owners[:place]]
    faults = [Fault(pointer=f"/{place}/{member}", detail="an owner has one share") for place in twice]
    total = sum(split.percent for split in splits)
    if splits and total != HUNDRED:
        faults.append(Fault(pointer="", detail=f"splits are 100 percent together, not {total:f}"))
    return faults


def batch_of(written: object) -> list[object]:
    """Return the deliveries of a batch, unread."""
    deliveries = each_of(written, anything, DELIVERIES_MAX)
    if not deliveries:
        raise wrong("a batch has one delivery at least")
    return deliveries


ENVELOPE: dict[str, Check] = {"type": status_of, "timestamp": instant_of, "data": anything}
FIELDS: dict[str, Check] = {
    "deal_id": deal_id_of,
    "owner": or_nothing(text_of),
    "amount": or_nothing(amount_of, UNSET),
    "currency": or_nothing(currency_of, UNSET),
    "splits": or_nothing(splits_of, ()),
    "stage": or_nothing(text_of),
    "account": or_nothing(text_of),
    "product": or_nothing(text_of),
    "opened_on": or_nothing(day_of),
    "closed_on": or_nothing(day_of, UNSET),
}
"""The members of a delivery's data. Null takes a value away; an amount, its currency and a closing stay as known."""
