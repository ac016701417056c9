"""What others hear of deals, their cash, and what stands beside them: each event as its contract, and back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from events.contracts import performance as told
from events.domain import Recorded, Value
from performance.domain import account, activity, deal, invoice, payment, product, result, terms
from performance.domain.fields import CustomField
from performance.domain.lines import Line

T = TypeVar("T")
V = TypeVar("V", bound=Value)

CONTRACTS: dict[type[deal.DealEvent], type[told.DealEventV1]] = {
    deal.DealOpened: told.DealOpenedV1,
    deal.DealStageMoved: told.DealStageMovedV1,
    deal.DealAmended: told.DealAmendedV1,
    deal.DealSplitSet: told.DealSplitSetV1,
    deal.DealOwnerChanged: told.DealOwnerChangedV1,
    deal.DealWon: told.DealWonV1,
    deal.DealLost: told.DealLostV1,
    deal.DealReopened: told.DealReopenedV1,
    deal.DealCancelled: told.DealCancelledV1,
    deal.DealDeleted: told.DealDeletedV1,
}

EXACT = (Decimal, date)
"""What stays as it is from one class to another."""

EVENTS = {contract: event for event, contract in CONTRACTS.items()}


PLAIN: Mapping[type[Value], tuple[type[Value], str]] = {
    invoice.InvoiceIssued: (told.InvoiceIssuedV1, "invoice_id"),
    invoice.InvoiceAmended: (told.InvoiceAmendedV1, "invoice_id"),
    invoice.InvoiceVoided: (told.InvoiceVoidedV1, "invoice_id"),
    payment.PaymentReceived: (told.PaymentReceivedV1, "payment_id"),
    payment.PaymentRefunded: (told.PaymentRefundedV1, "payment_id"),
    account.AccountChanged: (told.AccountChangedV1, "account_id"),
    product.ProductChanged: (told.ProductChangedV1, "product_id"),
    activity.ActivityRecorded: (told.ActivityRecordedV1, "activity_id"),
    activity.ActivityWithdrawn: (told.ActivityWithdrawnV1, "activity_id"),
    result.ResultRecorded: (told.ResultRecordedV1, "result_id"),
}
"""Events whose contract has the same members, and their stream's key under this name."""

PLAIN_EVENTS: Mapping[type[Value], type[Value]] = {contract: event for event, (contract, _) in PLAIN.items()}


def publish(recorded: Recorded[Any]) -> Value | None:
    """Return the contract of an event; none for a word on a deal that only confirms what was known."""
    event: Value = recorded.event
    if type(event) in PLAIN:
        contract, key = PLAIN[type(event)]
        return renamed(event, contract, {key: recorded.key})
    return deal_told(recorded)


def deal_told(recorded: Recorded[deal.DealEvent]) -> Value | None:
    """Return what others hear of a deal."""
    event = recorded.event
    if recorded.version > 1 and not event.changed:
        return None
    return CONTRACTS[type(event)](
        deal_id=recorded.key,
        source_at=event.stamp.source_at,
        terms=terms_told(event.terms),
        changed=event.changed,
        delivery_id=event.stamp.delivery_id,
        told=event.told,
        reason=event.reason,
    )


def recover(recorded: Recorded[Value]) -> Value | None:
    """Return the event of a contract; none for one that does not say whose word it was, as the first ones did not."""
    contract = recorded.event
    plain = PLAIN_EVENTS.get(type(contract))
    if plain is not None:
        return renamed(contract, plain)
    if not isinstance(contract, told.DealEventV1) or contract.delivery_id is None:
        return None
    return EVENTS[type(contract)](
        stamp=terms.Stamp(source_at=contract.source_at, delivery_id=contract.delivery_id),
        terms=terms_recovered(contract.terms),
        told=contract.told,
        changed=contract.changed,
        reason=contract.reason,
    )


def terms_told(own: terms.Terms) -> told.DealTermsV1:
    """Return a deal's terms as others read them."""
    return told.DealTermsV1(
        owner=None if own.owner is None else owner_told(own.owner),
        amount=own.amount,
        splits=tuple(told.SplitV1(owner=owner_told(each.owner), percent=each.percent) for each in own.splits),
        stage=own.stage,
        account=own.account,
        product=own.product,
        opened_on=own.opened_on,
        booked_on=own.booked_on,
        lines=converted(own.lines, tuple[told.LineV1, ...]) if own.lines else (),
        fields=converted(own.fields, tuple[told.CustomField, ...]) if own.fields else (),
        cancelled_on=own.cancelled_on,
    )


def renamed(value: Value, into: type[V], more: Mapping[str, str] = MappingProxyType({})) -> V:
    """Return a value's members, and some more, as another class has them; what that one has not is left out."""
    members: dict[str, Any] = msgspec.to_builtins(value, builtin_types=EXACT)
    return msgspec.convert({**members, **more} | {"type": into.__name__}, into)


def converted(values: tuple[Value, ...], into: type[T]) -> T:
    """Return values as those of another class with the same members, ours as others read them or the other way."""
    return msgspec.convert(msgspec.to_builtins(values, builtin_types=EXACT), into)


def owner_told(owner: terms.Owner) -> told.Owner:
    """Return an owner as others read them."""
    match owner:
        case terms.KnownOwner(person_id=person_id):
            return told.KnownOwner(person_id=person_id)
        case terms.UnmatchedOwner(owner_hash=owner_hash):
            return told.UnmatchedOwner(owner_hash=owner_hash)


def terms_recovered(contract: told.DealTermsV1) -> terms.Terms:
    """Return terms that others read as a deal's own."""
    return terms.Terms(
        owner=None if contract.owner is None else owner_recovered(contract.owner),
        amount=contract.amount,
        splits=tuple(terms.Split(owner=owner_recovered(each.owner), percent=each.percent) for each in contract.splits),
        stage=contract.stage,
        account=contract.account,
        product=contract.product,
        opened_on=contract.opened_on,
        booked_on=contract.booked_on,
        lines=converted(contract.lines, tuple[Line, ...]) if contract.lines else (),
        fields=converted(contract.fields, tuple[CustomField, ...]) if contract.fields else (),
        cancelled_on=contract.cancelled_on,
    )


def owner_recovered(owner: told.Owner) -> terms.Owner:
    """Return an owner that others read as a deal's own."""
    match owner:
        case told.KnownOwner(person_id=person_id):
            return terms.KnownOwner(person_id=person_id)
        case told.UnmatchedOwner(owner_hash=owner_hash):
            return terms.UnmatchedOwner(owner_hash=owner_hash)
