"""What bodies are made of: strict models, bounded text, ids, money. Formats only; rules live in domains."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from edge.problems import sentences
from events.asking import Done
from events.domain import Refused
from money.money import CurrencyIsUnknown, Money, digits_of

T = TypeVar("T")

ID_PATTERN = r"^[A-Za-z0-9._:~-]{1,80}$"
AMOUNT_PATTERN = r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$"
POSITIVE_PATTERN = r"^[0-9]{1,13}(\.[0-9]{1,4})?$"
TEXT_LENGTH_MAX = 4_000
NAME_LENGTH_MAX = 200
LIST_LENGTH_MAX = 1_000
DAY_MIN, DAY_MAX = date(1900, 1, 1), date(2999, 12, 31)
"""The days of which anything is said; beyond them a fiscal year could begin or end where the calendar has no day."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WITHOUT_CONTROL: dict[str, Any] = {"pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"}
"""The same as a JSON Schema says it."""
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})")


class Body(BaseModel):
    """A request's body: unknown members are refused, text is stripped, nothing is guessed from another type."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """A body of an answer. `SomeAnswer.of(row)` fills it from a row's or a value's fields."""

    model_config = ConfigDict(from_attributes=True, frozen=True)

    @classmethod
    def of(cls: "type[A]", row: object) -> "A":
        """Return the answer that shows a row."""
        return cls.model_validate(row)


A = TypeVar("A", bound=Answer)


def no_control_characters(text: str) -> str:
    """Return a text that can be stored and shown: without control characters but tabs and new lines."""
    if _CONTROL.search(text):
        message = "the text has control characters"
        raise ValueError(message)
    return text


Id: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN, examples=["p-17"], strict=True)]
"""What names one thing: letters, digits and `. _ : ~ -`, 80 at most."""

Name: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX, strict=True),
    AfterValidator(no_control_characters),
    Field(json_schema_extra=_WITHOUT_CONTROL),
]
"""A line of text that names something, 200 characters at most."""

Text: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=TEXT_LENGTH_MAX, strict=True),
    AfterValidator(no_control_characters),
    Field(json_schema_extra=_WITHOUT_CONTROL),
]
"""Some text, 4,000 characters at most."""


def plain_digits(amount: Any) -> Any:
    """Return an amount's digits as text, never in exponent form."""
    return format(amount, "f") if isinstance(amount, Decimal) else amount


def iso_day(written: Any) -> Any:
    """Return a day written as `2026-01-31`; a number or an instant is none."""
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    if not (isinstance(written, str) and len(written) == 10 and written.isascii()):
        message = "a day is written as 2026-01-31"
        raise ValueError(message)
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        message = "there is no such day"
        raise ValueError(message) from error


def within_reach(day: date) -> date:
    """Return a day of which something can be said."""
    if not DAY_MIN <= day <= DAY_MAX:
        message = f"a day is from {DAY_MIN} to {DAY_MAX}"
        raise ValueError(message)
    return day


def iso_instant(written: Any) -> Any:
    """Return an instant written in RFC 3339; a number, or an instant without its offset, is none."""
    if isinstance(written, datetime) or (isinstance(written, str) and _INSTANT.fullmatch(written)):
        return written
    message = "an instant is written as 2026-01-31T09:30:00Z"
    raise ValueError(message)


def in_utc(instant: datetime) -> datetime:
    """Return the same instant in UTC."""
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        message = "the instant is out of range"
        raise ValueError(message) from error


Day: TypeAlias = Annotated[date, BeforeValidator(iso_day), AfterValidator(within_reach), Field(examples=["2026-01-31"])]
"""A calendar day, `2026-01-31`."""

Instant: TypeAlias = Annotated[
    AwareDatetime, BeforeValidator(iso_instant), AfterValidator(in_utc), Field(examples=["2026-01-31T09:30:00Z"])
]
"""An instant in RFC 3339 with its offset; UTC from here on."""


def known_currency(code: str) -> str:
    """Return the code of a currency that is known."""
    try:
        digits_of(code)
    except CurrencyIsUnknown as refused:
        raise ValueError(sentences(CurrencyIsUnknown)[0]) from refused
    return code


Currency: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"], strict=True), AfterValidator(known_currency)
]
"""An ISO 4217 code."""


def above_zero(amount: str) -> str:
    """Return an amount that is not nothing."""
    if not amount.strip("0."):
        message = "the amount is above zero"
        raise ValueError(message)
    return amount


class MoneyBody(Body):
    """An amount of money: the amount as a string in plain digits, no more of them than the currency has."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"amount": "1234.50", "currency": "USD"}]}
    )

    amount: Annotated[str, Field(pattern=AMOUNT_PATTERN, examples=["1234.50"], strict=True)]
    currency: Currency

    @model_validator(mode="after")
    def fits_its_currency(self) -> "MoneyBody":
        """Refuse digits that the currency has not."""
        try:
            self.money()
        except Refused as refused:
            raise ValueError(sentences(type(refused))[0]) from refused
        return self

    def money(self) -> Money:
        """Return the money that was written."""
        return Money.parse(self.amount, self.currency)


class PositiveMoneyBody(MoneyBody):
    """An amount of money above zero."""

    amount: Annotated[
        str, Field(pattern=POSITIVE_PATTERN, examples=["1234.50"], strict=True), AfterValidator(above_zero)
    ]


class MoneyAnswer(Answer):
    """An amount of money, as a string with its currency's digits."""

    amount: Annotated[str, BeforeValidator(plain_digits), Field(examples=["1234.50"])]
    currency: Annotated[str, Field(examples=["USD"])]


class DoneBody(Answer):
    """What a command answers: the id of what it changed, and its version now, which is also the ETag."""

    model_config = ConfigDict(
        from_attributes=True, frozen=True, json_schema_extra={"examples": [{"id": "p-17", "version": 4}]}
    )

    id: str
    version: int

    @classmethod
    def of_done(cls, done: Done) -> "DoneBody":
        """Return the answer to a command."""
        return cls(id=done.id, version=done.version)


class PageBody(BaseModel, Generic[T]):
    """A page of a list. `next` is the cursor of the page that follows, null on the last one."""

    items: list[T]
    next: str | None = None
