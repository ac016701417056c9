"""Column types that mean the same in both databases: instants in UTC, exact decimals, never a float."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

AMOUNT_DIGITS = 4
"""Digits after the point that an `Amount` keeps: as many as the finest currency of ISO 4217 has."""

_SCALE = Decimal(10) ** AMOUNT_DIGITS


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: `timestamptz` in PostgreSQL; in SQLite text of one width, so that it sorts."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type."""
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write the instant; it must know its offset."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read it back as UTC, without a detour: there are many."""
        return _instant


class Amount(TypeDecorator[Decimal]):
    """A decimal that SQL may add up: an integer of ten-thousandths in both databases, so that sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Scale it; a finer amount than the column keeps is an error, never rounded."""
        if value is None:
            return None
        scaled = value * _SCALE
        if scaled != scaled.to_integral_value():
            message = f"an amount has at most {AMOUNT_DIGITS} digits after the point: {value}"
            raise ValueError(message)
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Read it back with the digits that it needs and at least two."""
        if value is None:
            return None
        return plain(Decimal(value) / _SCALE)


class Exact(TypeDecorator[Decimal]):
    """A decimal of any number of digits, kept as text: exact, but not for SQL to add up."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write the digits, without a detour: there are many in a year's credits."""
        return _digits

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read the digits, without a detour."""
        return _decimal


def _instant(value: datetime | str | None) -> datetime | None:
    if value is None:
        return None
    return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromisoformat(value)


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def plain(value: Decimal) -> Decimal:
    """Return the same number without needless zeros after the point, but with two digits at least."""
    whole = value.quantize(Decimal("0.01"))
    return whole if whole == value else value.normalize()
