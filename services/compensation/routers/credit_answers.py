"""A credit as JSON: whose share of which line of which deal or document it is, and the event that made it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

import msgspec
from pydantic import Field

from compensation.domain.document.condition import Scalar
from compensation.domain.engine.credit import Credit, fields_of
from compensation.domain.engine.exact import plain_money
from compensation.domain.engine.line import Line
from compensation.domain.engine.rate import Conversion, Exchanged
from compensation.domain.engine.trace import plain_number
from compensation.routers.document_answers import DocumentAnswer, document_answer
from edge.bodies import Answer, MoneyAnswer

T = TypeVar("T", bound=msgspec.Struct)


class OriginAnswer(Answer):
    """The event that made the credit what it is: which one, where from, and its place in this service's log."""

    event_id: str
    event_type: Annotated[str, Field(examples=["DealWonV1"])]
    version: int
    source: Annotated[str, Field(examples=["/services/performance"])]
    occurred_at: datetime
    position: int


class DealLineAnswer(Answer):
    """A line of a deal, all of it: no share is taken of it."""

    line_id: str
    amount: MoneyAnswer
    product_id: str | None
    type: str | None
    quantity: Annotated[str | None, Field(examples=["12"])]
    margin: MoneyAnswer | None
    value_per_year: MoneyAnswer | None
    term_months: int | None
    renewal: bool | None


class RateAnswer(Answer):
    """An exchange rate as goals told it: one unit of `base` is so many of `quote` from a day on."""

    base: str
    quote: str
    kind: Annotated[str, Field(examples=["daily"])]
    effective_on: date
    rate: Annotated[str, Field(examples=["1.22"])]
    source: str


class ConversionAnswer(Answer):
    """An amount in the plan's currency, by the rate that held on a day or by two. One told the other way divides."""

    amount: MoneyAnswer
    on: date
    rates: list[RateAnswer]


class ExchangedAnswer(Answer):
    """What a credit is in the plan's currency: to pay on, and towards attainment."""

    pay: ConversionAnswer
    attainment: ConversionAnswer


class CreditAnswer(Answer):
    """A person's share of a line of a deal: `percent` of the line's amount, or of `deal_amount` where the deal has no
    lines; its own, or what the reporting line has of it. `fields` are the CRM's: the line's own before the deal's.

    `document` is what the credit comes from. One that is no money has no amounts.
    """

    document: DocumentAnswer

    source: Annotated[str, Field(examples=["own"])]
    credited_as: Annotated[str | None, Field(examples=["sales_engineer"])]
    by_hand: Annotated[str | None, Field(examples=["carol: Both closed it"])]
    credit_id: Annotated[str | None, Field(description="That of a credit by hand.", examples=["c-17"])]
    excluded: Annotated[str | None, Field(examples=["carol: A house account"])]
    deal_id: str | None
    account: str | None
    product: str | None
    booked_on: date
    source_at: datetime
    amount: MoneyAnswer | None
    deal_amount: MoneyAnswer | None
    exchanged: ExchangedAnswer | None
    percent: Annotated[str, Field(examples=["60"])]
    line: DealLineAnswer | None
    fields: Annotated[dict[str, str | bool], Field(examples=[{"region": "West"}])]
    event: OriginAnswer


def credit_answer(credit: Credit) -> CreditAnswer:
    """Return a credit with the event that made it."""
    return CreditAnswer(
        document=document_answer(credit),
        source=credit.source,
        credited_as=credit.credited_as,
        by_hand=credit.by_hand,
        credit_id=None if credit.given is None else credit.given.credit_id,
        excluded=credit.excluded,
        deal_id=credit.deal_id or None,
        account=credit.account,
        product=credit.product,
        booked_on=credit.booked_on,
        source_at=credit.source_at,
        amount=money(credit.amount, credit.currency) if credit.is_money else None,
        deal_amount=money(credit.deal_amount, credit.currency) if credit.is_money else None,
        exchanged=None if credit.exchanged is None else exchanged_answer(credit.amount, credit.exchanged),
        percent=format(credit.counted_percent, "f"),
        line=None if credit.line is None else deal_line_answer(credit.line, credit.currency),
        fields={name: field_answer(value) for name, value in fields_of(credit).items()},
        event=OriginAnswer.of(credit.origin),
    )


def exchanged_answer(amount: Decimal, exchanged: Exchanged) -> ExchangedAnswer:
    """Return what an amount is in the plan's currency."""
    return ExchangedAnswer(
        pay=conversion_answer(amount, exchanged.pay), attainment=conversion_answer(amount, exchanged.attainment)
    )


def conversion_answer(amount: Decimal, conversion: Conversion) -> ConversionAnswer:
    """Return an amount in another currency, with the rates that make it so."""
    return paid_answer(conversion.of(amount), conversion)


def paid_answer(amount: Decimal, conversion: Conversion) -> ConversionAnswer:
    """Return what an amount became, with the rates that made it so."""
    return ConversionAnswer(amount=money(amount, conversion.quote), on=conversion.on, rates=rate_answers(conversion))


def rate_answers(conversion: Conversion) -> list[RateAnswer]:
    """Return the rates of a conversion."""
    return [
        RateAnswer(
            base=each.base,
            quote=each.quote,
            kind=each.kind,
            effective_on=each.effective_on,
            rate=plain_number(each.rate),
            source=each.source,
        )
        for each in conversion.rates
    ]


def deal_line_answer(line: Line, currency: str) -> DealLineAnswer:
    """Return a line of a deal."""
    return DealLineAnswer(
        line_id=line.line_id,
        amount=money(line.amount, currency),
        product_id=line.product_id,
        type=line.type,
        quantity=None if line.quantity is None else plain_number(line.quantity),
        margin=None if line.margin is None else money(line.margin, currency),
        value_per_year=None if line.value_per_year is None else money(line.value_per_year, currency),
        term_months=line.term_months,
        renewal=line.renewal,
    )


def field_answer(value: Scalar) -> str | bool:
    """Return what a custom field holds: yes and no as such, everything else as text."""
    if isinstance(value, bool):
        return value
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def money(amount: Decimal, currency: str) -> MoneyAnswer:
    """Return an amount with the digits that it needs, and those of its currency at least."""
    return MoneyAnswer.of(plain_money(amount, currency))


def in_own_digits(row: T, currency: str, *names: str) -> T:
    """Return a row whose named amounts have the digits of its currency: as a table shows them."""
    amounts = {name: getattr(row, name) for name in names}
    shown = {name: plain_money(each, currency).amount for name, each in amounts.items() if each is not None}
    return msgspec.structs.replace(row, **shown)
