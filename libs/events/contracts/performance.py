"""What performance tells the others: what became of deals, each time with all their terms, and what they brought in."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from events.domain import Instant, Value
from money.money import Money


class KnownOwner(Value):
    """An owner who is a person of ours."""

    person_id: str


class UnmatchedOwner(Value):
    """An owner whom no person of ours has claimed yet, by keyed hash."""

    owner_hash: str


Owner: TypeAlias = KnownOwner | UnmatchedOwner


class SplitV1(Value, tag=False):
    """An owner's share of a deal in percent; a deal's splits are 100 together."""

    owner: Owner
    percent: Decimal


class TextField(Value):
    """A custom field that holds a line of text."""

    name: str
    value: str


class NumberField(Value):
    """A custom field that holds a number."""

    name: str
    value: Decimal


class FlagField(Value):
    """A custom field that holds yes or no."""

    name: str
    value: bool


class DayField(Value):
    """A custom field that holds a day."""

    name: str
    value: date


CustomField: TypeAlias = TextField | NumberField | FlagField | DayField


class LineV1(Value, tag=False):
    """A part of a deal. Amounts are in the deal's currency; a margin may be a loss.

    What recurs has a value per year, a term in months, and is new or a renewal. `fields` are the CRM's own, by name.
    """

    line_id: str
    amount: Decimal
    product_id: str | None = None
    type: str | None = None
    quantity: Decimal | None = None
    margin: Decimal | None = None
    value_per_year: Decimal | None = None
    term_months: int | None = None
    renewal: bool | None = None
    fields: tuple[CustomField, ...] = ()


class DealTermsV1(Value, tag=False):
    """A deal as it is after an event. Days are the source's; `booked_on` is the day that decides everything.

    `account` is the account's id. Lines that were told with the amount add up to it; an amount that was corrected
    alone leaves them as they were. `fields` are the CRM's own, by name. `cancelled_on` is the day on which a
    cancellation took effect.
    """

    owner: Owner | None = None
    amount: Money | None = None
    splits: tuple[SplitV1, ...] = ()
    stage: str | None = None
    account: str | None = None
    product: str | None = None
    opened_on: date | None = None
    booked_on: date | None = None
    lines: tuple[LineV1, ...] = ()
    fields: tuple[CustomField, ...] = ()
    cancelled_on: date | None = None


class DealEventV1(Value):
    """What every contract about a deal says. `source_at` is the source's own time, `changed` names the terms.

    `delivery_id` is the delivery whose word it was, `told` are all the terms that it named, `reason` is the source's.
    """

    deal_id: str
    source_at: Instant
    terms: DealTermsV1
    changed: tuple[str, ...] = ()
    delivery_id: str | None = None
    told: tuple[str, ...] = ()
    reason: str | None = None


class DealOpenedV1(DealEventV1):
    """A deal is open."""


class DealStageMovedV1(DealEventV1):
    """A deal is in another stage."""


class DealAmendedV1(DealEventV1):
    """A deal's terms are corrected."""


class DealSplitSetV1(DealEventV1):
    """A deal's credit is split in another way."""


class DealOwnerChangedV1(DealEventV1):
    """A deal has another owner."""


class DealWonV1(DealEventV1):
    """A deal is won."""


class DealLostV1(DealEventV1):
    """A deal is lost."""


class DealReopenedV1(DealEventV1):
    """A deal that was won or lost is open again: the closing is corrected."""


class DealCancelledV1(DealEventV1):
    """A won deal is cancelled by the customer."""


class DealDeletedV1(DealEventV1):
    """A deal was never real."""


class InvoicedLineV1(Value, tag=False):
    """What is billed of one line of the deal, in the invoice's currency."""

    line_id: str
    amount: Decimal


class InvoiceIssuedV1(Value):
    """A customer is billed for a deal. Lines, if there are any, are the amount together."""

    invoice_id: str
    deal_id: str
    amount: Money
    issued_on: date
    lines: tuple[InvoicedLineV1, ...] = ()


class InvoiceAmendedV1(Value):
    """An invoice was wrong: this is what it says, whole."""

    invoice_id: str
    deal_id: str
    amount: Money
    issued_on: date
    reason: str
    lines: tuple[InvoicedLineV1, ...] = ()


class InvoiceVoidedV1(Value):
    """An invoice counts for nothing, from the beginning. The rest is what it said."""

    invoice_id: str
    deal_id: str
    amount: Money
    issued_on: date
    voided_on: date
    reason: str
    lines: tuple[InvoicedLineV1, ...] = ()


class PaymentReceivedV1(Value):
    """Cash came in for a deal; for one of its invoices, in that one's currency, if it is named."""

    payment_id: str
    deal_id: str
    amount: Money
    received_on: date
    invoice_id: str | None = None


class PaymentRefundedV1(Value):
    """Some of a payment, or all of it, went back. `received` is what the payment was, before any refund.

    All refunds of a payment are never more than it was.
    """

    payment_id: str
    refund_id: str
    deal_id: str
    amount: Money
    refunded_on: date
    reason: str
    received: Money
    received_on: date
    invoice_id: str | None = None


class AttributeV1(Value, tag=False):
    """A text that describes an account or a product, under a name."""

    name: str
    value: str


class AccountChangedV1(Value):
    """A customer is described like this from now on. Deals name it in `account` by its id."""

    account_id: str
    name: str
    attributes: tuple[AttributeV1, ...] = ()
    parent_id: str | None = None


class ProductChangedV1(Value):
    """A product is described like this from now on. Deal lines name it by its id; `line` is its family."""

    product_id: str
    name: str
    line: str | None = None
    product_type: str | None = None
    attributes: tuple[AttributeV1, ...] = ()


class ActivityRecordedV1(Value):
    """Somebody did something, `count` times on a day: a meeting, a call, a demo. `account` is an account's id."""

    activity_id: str
    kind: str
    owner: Owner
    done_on: date
    count: int = 1
    deal_id: str | None = None
    account: str | None = None
    fields: tuple[CustomField, ...] = ()


class ActivityWithdrawnV1(Value):
    """An activity was never done. The rest is what was recorded."""

    activity_id: str
    reason: str
    kind: str
    owner: Owner
    done_on: date
    count: int = 1
    deal_id: str | None = None
    account: str | None = None


class ResultRecordedV1(Value):
    """What a company, team, territory or person reached in a fiscal period, both of whose days belong to it.

    Numbers are of the currency, plain ones without; there may be no target. With a reason it corrects what was posted
    before. The company's `subject_id` is `company`.
    """

    result_id: str
    name: str
    subject_kind: str
    subject_id: str
    period: str
    starts_on: date
    ends_on: date
    value: Decimal
    target: Decimal | None = None
    currency: str | None = None
    reason: str | None = None
