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
from money.money import currencies
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
from performance.domain.fields import CustomField, fields_told
from performance.domain.lines import Line, amount_of, lines_of, too_fine, total_of
from performance.domain.lines import faults_of_digits as lines_too_fine
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
    lines: tuple[Line, ...] | UnsetType = UNSET
    fields: Mapping[str, CustomField | None] | UnsetType = UNSET
    cancelled_on: date | UnsetType | None = UNSET

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
    def needs_deal(self) -> bool:
        """Say whether what is known of the deal is needed to understand it."""
        return self.needs_amount or not isinstance(self.fields, UnsetType)

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
    if fields.get("lines", UNSET) and fields.get("amount", UNSET) is UNSET:
        fields["amount"] = total_of(fields["lines"])
    return Said(at=envelope["timestamp"], status=envelope["type"], **fields)


def faults_of_amount(fields: Mapping[str, Any], members: Mapping[str, object]) -> list[Fault]:
    """Return what is wrong with amount, lines and currency together."""
    amount: Decimal | UnsetType = fields.get("amount", UNSET)
    currency: str | UnsetType = fields.get("currency", UNSET)
    lines: tuple[Line, ...] = fields.get("lines", UNSET) or ()
    if not isinstance(currency, UnsetType) and "amount" not in members and not lines:
        return [Fault(pointer="/data/currency", detail="a currency comes with its amount")]
    if isinstance(amount, UnsetType):
        amount = total_of(lines)
    if lines and amount != total_of(lines):
        detail = f"the lines are {total_of(lines):f} together, and the amount is {amount:f}"
        return [Fault(pointer="/data/amount", detail=detail)]
    return [] if isinstance(currency, UnsetType) else faults_of_digits(amount, lines, currency)


def faults_of_digits(amount: Decimal, lines: Sequence[Line], currency: str) -> list[Fault]:
    """Return the faults of amounts that their currency cannot pay; those of the lines if there are any."""
    if lines:
        return [
            Fault(pointer=f"/data/lines{each.pointer}", detail=each.detail) for each in lines_too_fine(lines, currency)
        ]
    return [Fault(pointer="/data/amount", detail=detail) for detail in too_fine(amount, currency)]


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
    "lines": or_nothing(lines_of, ()),
    "fields": or_nothing(fields_told, UNSET),
    "cancelled_on": or_nothing(day_of),
}
"""The members of a delivery's data. Null takes a value away; amount, currency, closing and all fields at once stay."""
