"""Corrections of a deal by hand, checked as deliveries are: they count until its source says something later."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from performance.domain.checks import DeliveryIsWrong, Fault, wrong
from performance.domain.delivery import SplitSaid, faults_of_splits, percent_of
from performance.domain.fields import FIELDS_KEPT_MAX, FIELDS_MAX, CustomField, by_name
from performance.domain.lines import faults_of_digits, lines_of, priced, total_of
from performance.domain.telling import DealHasNoCurrency, TakeDelivery
from performance.domain.terms import KnownOwner, Split, Stamp


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


def lines_by_hand(
    written: Sequence[Mapping[str, Any]],
    custom: Sequence[tuple[CustomField, ...]],
    currency: str | None,
    stamp: Stamp,
    reason: str,
) -> TakeDelivery:
    """Return the correction of a deal's lines, `custom` being their fields. Raises `DeliveryIsWrong` with every fault.

    Refuses `DealHasNoCurrency`.
    """
    if currency is None:
        raise DealHasNoCurrency
    faults: Sequence[Fault] = ()
    try:
        lines = lines_of(list(written))
        faults = faults_of_digits(lines, currency)
    except DeliveryIsWrong as error:
        lines, faults = (), error.faults
    if faults:
        raise DeliveryIsWrong([Fault(pointer=f"/lines{each.pointer}", detail=each.detail) for each in faults])
    whole = [msgspec.structs.replace(line, fields=fields) for line, fields in zip(lines, custom, strict=True)]
    found = priced(whole, currency)
    if not found:
        return TakeDelivery(stamp=stamp, lines=(), reason=reason)
    return TakeDelivery(stamp=stamp, lines=found, amount=total_of(found), currency=currency, reason=reason)


def fields_by_hand(
    fields: Sequence[CustomField], removed: Sequence[str], known: Collection[str], stamp: Stamp, reason: str
) -> TakeDelivery:
    """Return the correction of a deal's custom fields. Raises `DeliveryIsWrong`."""
    told = dict.fromkeys(removed) | by_name(fields)
    if len(told) < len(fields) + len(removed):
        raise wrong("a field is set or removed, and named once", "/removed")
    if len(told) > FIELDS_MAX:
        raise wrong(f"there are {FIELDS_MAX} custom fields at most", "/fields")
    if len({*told, *known}) > FIELDS_KEPT_MAX:
        raise wrong(f"a deal has {FIELDS_KEPT_MAX} custom fields at most, and {len(known)} are known", "/fields")
    return TakeDelivery(stamp=stamp, fields=told, reason=reason)
