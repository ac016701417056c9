"""A credit: what one person has of one line of one won deal, or of another document."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Literal, TypeAlias

from compensation.domain.document.condition import CUSTOM, Attributes, Condition, Scalar, holds
from compensation.domain.document.credit_rule import Source
from compensation.domain.engine.document import DOCUMENT_KINDS, Document, DocumentKind, said_by
from compensation.domain.engine.exact import ratio_percent
from compensation.domain.engine.given import Given
from compensation.domain.engine.line import Fields, Line
from compensation.domain.engine.rate import Exchanged
from compensation.domain.engine.settling import Settlement
from events.domain import Value

CreditSource: TypeAlias = Source | Literal["by_hand"]
"""Whose a credit is, as credit rules say it; or that somebody has given it by hand."""


class Origin(Value, tag=False):
    """The event that made a deal worth what it is: which one, where from, and where in our own log it stands."""

    event_id: str
    event_type: str
    version: int
    source: str
    occurred_at: datetime
    position: int


class Credit(Value, tag=False):
    """A person's share of a line of a won deal, or of the whole deal where it has no lines.

    `amount` is `percent` of the line's amount, exact. `number` counts the deal's shares, `fields` are the deal's own.

    A credit may come from another document: `booked_on` is then that one's day, `deal_id` the deal that it is about, if
    any, and `fields` are its own. One that is no money has no currency, and amounts of nothing.
    """

    deal_id: str
    number: int
    source: CreditSource
    person_id: str
    booked_on: date
    source_at: datetime
    amount: Decimal
    currency: str
    percent: Decimal
    deal_amount: Decimal
    account: str | None
    product: str | None
    origin: Origin
    cancelled_on: date | None = None
    """The day on which the customer cancelled the deal, if that happened after it was won."""
    line: Line | None = None
    fields: Fields = ()
    credited_as: str | None = None
    """As what the person is credited, where the source alone does not say it: `sales_engineer`, `owner`."""
    known: Fields = ()
    """What else conditions ask: how account, product and person are described, by the name that conditions use."""
    by_hand: str | None = None
    """Who split the deal, or gave the credit, by hand, and why; nothing where the CRM said so."""
    given: Given | None = None
    """What a credit by hand says; nothing for what deals bring."""
    excluded: str | None = None
    """Who has excluded it by hand, and why."""
    left: Decimal | None = None
    """The percent that counts in a measure, where the person's other credits of the line leave no more; so `amount`."""
    exchanged: Exchanged | None = None
    """How its money becomes that of the plan that looks at it, where that is another currency."""
    document: Document | None = None
    """What the credit comes from where that is not the booking of its deal."""

    settled: tuple[Settlement, ...] = ()
    """What is billed and paid of the line, as far as some plan pays what it earned by that."""

    @property
    def document_kind(self) -> DocumentKind:
        """What kind of document the credit comes from."""
        return "deal" if self.document is None else DOCUMENT_KINDS[type(self.document)]

    @property
    def document_id(self) -> str:
        """The id of the document that the credit comes from, among those of its kind."""
        return self.deal_id if self.document is None else self.document.document_id

    @property
    def document_key(self) -> str:
        """What tells documents of all kinds apart."""
        return f"{self.document_kind}~{self.document_id}"

    @property
    def is_money(self) -> bool:
        """Say whether the credit is an amount of money."""
        return bool(self.currency)

    @property
    def ended_on(self) -> date | None:
        """The day on which a cancellation ends it: that of the deal, or its own where a bill or cash came later."""
        return None if self.cancelled_on is None else max(self.cancelled_on, self.booked_on)

    @property
    def order(self) -> tuple[date, datetime, str, str, bool, int, str, int]:
        """What credits count by: day, source time, then the document's id, own shares before others', and lines."""
        return (*self.share, 0 if self.line is None else self.line.number)

    @property
    def share(self) -> tuple[date, datetime, str, str, bool, int, str]:
        """What the credits of one share of a document have in common."""
        others = self.source != "own"
        document = (self.booked_on, self.source_at, self.document_id, self.document_kind)
        return (*document, others, self.number, self.source)

    @property
    def is_direct(self) -> bool:
        """Say whether it is the person's own, or given to the person by hand; not by way of somebody else's deal."""
        return self.source in ("own", "by_hand")

    @property
    def named(self) -> str:
        """What people call what is credited: a deal, or a credit by hand that is for none."""
        is_by_itself = self.given is not None and not self.given.is_of_deal
        return f"credit {self.given.credit_id}" if is_by_itself and self.given else f"deal {self.deal_id}"

    @property
    def counted_percent(self) -> Decimal:
        """What of the line counts: the share, or what other credits leave of it."""
        return self.percent if self.left is None else self.left

    @property
    def credited(self) -> Decimal:
        """What it counts for towards attainment, in the plan's currency."""
        return self.amount if self.exchanged is None else self.exchanged.attainment.of(self.amount)

    @property
    def line_amount(self) -> Decimal:
        """What all of the line is worth; all of the deal where it has no lines."""
        return self.deal_amount if self.line is None else self.line.amount


def shares_of(credits_: Iterable[Credit]) -> Iterator[tuple[Credit, ...]]:
    """Return credits in the order in which they count, those of the lines of one share together."""
    several = list(credits_)
    placed = [(each.share, 0 if each.line is None else each.line.number, number) for number, each in enumerate(several)]
    for _, lines in groupby(sorted(placed), key=itemgetter(0)):
        yield tuple(several[number] for *_, number in lines)


def meets(condition: Condition | None, credit: Credit) -> bool:
    """Say whether a condition holds for a credit's line and deal; none holds always."""
    return condition is None or holds(condition, attributes_of(credit))


def attributes_of(credit: Credit) -> Attributes:
    """Return what the conditions of a plan may ask of a credit's deal and line, and of those in it."""
    if credit.document is None and credit.is_money:
        return lambda field: attribute_of_deal(credit, field)
    return attributes_of_document(credit).get


def attribute_of_deal(credit: Credit, field: str) -> Scalar | None:
    """Return what a condition asks of a deal, if it is known: its own or its line's; a custom field; of those in it."""
    line, read = credit.line, OF_DEAL.get(field)
    if line is not None and field in OF_LINE:
        found = OF_LINE[field](credit, line)
    else:
        found = None if read is None else read(credit)
    if found is None and field.startswith(CUSTOM):
        found = fields_of(credit).get(field.removeprefix(CUSTOM))
    return dict(credit.known).get(field) if found is None and credit.known else found


def attributes_of_document(credit: Credit) -> Mapping[str, Scalar]:
    """Return what conditions may ask of a credit that comes from another document than a deal."""
    known: Mapping[str, Scalar | None] = {
        "account": credit.account,
        "deal_id": credit.deal_id or None,
        "share_percent": credit.percent,
        **({name: read(credit) for name, read in OF_DEAL.items()} if credit.is_money else {}),
        **({} if credit.document is None else said_by(credit.document, credit.booked_on, partial(money_of, credit))),
        **({} if credit.line is None else {name: read(credit, credit.line) for name, read in OF_LINE.items()}),
    }
    custom = {f"{CUSTOM}{name}": value for name, value in fields_of(credit).items()}
    return dict(credit.known) | custom | {name: value for name, value in known.items() if value is not None}


def money_of(credit: Credit, amount: Decimal | None) -> Decimal | None:
    """Return money of a credit's deal as the plan looks at it: in its currency, by the rate that is paid on."""
    return amount if amount is None or credit.exchanged is None else credit.exchanged.pay.of(amount)


def margin_percent(line: Line) -> Decimal | None:
    """Return the margin of a line in percent of its amount, if it has one."""
    return ratio_percent(line.margin, line.amount) if line.margin is not None and line.amount else None


OF_DEAL: Mapping[str, Callable[[Credit], Scalar | None]] = {
    "account": lambda credit: credit.account,
    "amount": lambda credit: money_of(credit, credit.deal_amount),
    "booked_on": lambda credit: credit.booked_on,
    "currency": lambda credit: credit.currency,
    "deal_id": lambda credit: credit.deal_id or None,
    "line_amount": lambda credit: money_of(credit, credit.line_amount),
    "product": lambda credit: credit.product,
    "share_percent": lambda credit: credit.percent,
}
"""What conditions may ask of every credit of a deal."""

OF_LINE: Mapping[str, Callable[[Credit, Line], Scalar | None]] = {
    "margin": lambda credit, line: money_of(credit, line.margin),
    "margin_percent": lambda _credit, line: margin_percent(line),
    "product_id": lambda _credit, line: line.product_id,
    "quantity": lambda _credit, line: line.quantity,
    "renewal": lambda _credit, line: line.renewal,
    "term_months": lambda _credit, line: None if line.term_months is None else Decimal(line.term_months),
    "type": lambda _credit, line: line.type,
    "value_per_year": lambda credit, line: money_of(credit, line.value_per_year),
}
"""What they may ask of a credit of a line."""


def fields_of(credit: Credit) -> dict[str, Scalar]:
    """Return the custom fields by name: the line's own before the deal's."""
    return dict(credit.fields) | ({} if credit.line is None else dict(credit.line.fields))
